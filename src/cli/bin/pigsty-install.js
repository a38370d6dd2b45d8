#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { requireNode24 } from './require-node.js';

// As in pigsty-bundle.js: a clone runs its sources, a published copy the compiled file.
if (requireNode24('pigsty-install')) {
  const source = new URL('../pigsty-install.ts', import.meta.url);
  if (existsSync(source)) await import(source.href);
  else createRequire(import.meta.url)('../../../dist/pigsty-install.cjs');
}
