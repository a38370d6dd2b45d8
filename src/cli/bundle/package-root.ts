/** Where our own files (manifests, bundle) are: beside `src` in a clone, beside `dist` in a published package. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The nearest directory above this file that holds `manifests`. */
export function packageRoot(): string {
  let dir = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(dir, 'manifests', 'distros.yaml'))) {
    const parent = dirname(dir);
    if (parent === dir) throw new Error('the manifests folder is missing from this installation');
    dir = parent;
  }
  return dir;
}
