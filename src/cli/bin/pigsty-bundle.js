#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { requireNode24 } from './require-node.js';

// Node strips types only outside node_modules, so a published copy runs the compiled file and a clone runs its sources. `import()` of the
// compiled file would read all of it once more, to find what it exports.
if (requireNode24('pigsty-bundle')) {
  const source = new URL('../pigsty-bundle.ts', import.meta.url);
  if (existsSync(source)) await import(source.href);
  else createRequire(import.meta.url)('../../../dist/pigsty-bundle.cjs');
}
