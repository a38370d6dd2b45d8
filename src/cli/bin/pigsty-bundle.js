#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { requireNode24 } from './require-node.js';

// Node strips types only outside node_modules, so a published copy runs the compiled file and a clone runs its sources.
if (requireNode24('pigsty-bundle')) {
  const { enableCompileCache } = await import('node:module');
  const cache = process.env.XDG_CACHE_HOME || (process.env.HOME ? `${process.env.HOME}/.cache` : '');
  // Compiling our own code is a third of the time of a short command; without a home there is no place to keep the result.
  if (cache !== '') enableCompileCache(`${cache}/pigsty-bundle/compile`);
  const source = new URL('../pigsty-bundle.ts', import.meta.url);
  await import(existsSync(source) ? source.href : new URL('../../../dist/pigsty-bundle.cjs', import.meta.url).href);
}
