/** The program as npm users have it, made of the present sources: for measuring it, and for proving that it needs nothing of a clone. */
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { bundleForNpm } from './javascript.ts';

/** What package.json publishes besides `dist`. */
const COPIED = ['package.json', 'src/cli/bin', 'manifests', 'bundle'];

/** Lays the published files out in `into`, with no library beside them but the one for xz. Returns the path of pigsty-bundle. */
export async function layOutPublished(root: string, into: string): Promise<string> {
  for (const path of COPIED) cpSync(join(root, path), join(into, path), { recursive: true });
  await bundleForNpm(root, join(into, 'dist'));
  mkdirSync(join(into, 'node_modules'));
  symlinkSync(join(root, 'node_modules/node-liblzma'), join(into, 'node_modules/node-liblzma'));
  return join(into, 'src/cli/bin/pigsty-bundle.js');
}
