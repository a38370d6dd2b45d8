#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { requireNode24 } from './require-node.js';

// Node strips types only outside node_modules, so a published copy runs the compiled file and a clone runs its sources.
if (requireNode24('pigsty-bundle')) {
  const source = new URL('../pigsty-bundle.ts', import.meta.url);
  await import(existsSync(source) ? source.href : new URL('../../../dist/pigsty-bundle.js', import.meta.url).href);
}
