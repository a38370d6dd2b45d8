#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { requireNode24 } from './require-node.js';

// As in pigsty-bundle.js: a clone runs its sources, a published copy the compiled file.
if (requireNode24('pigsty-install')) {
  const source = new URL('../pigsty-install.ts', import.meta.url);
  await import(existsSync(source) ? source.href : new URL('../../../dist/pigsty-install.cjs', import.meta.url).href);
}
