/** Reads the real manifests for tests. */
import { readFileSync } from 'node:fs';
import type { Flavor, Target } from '../../src/base/target.ts';
import { manifestFilesFor } from '../../src/config/manifest/manifest-files.ts';
import { type Manifest, parseManifestFiles } from '../../src/config/manifest/parse-manifest.ts';

/** Text of one file of manifests/. */
export function manifestText(path: string): string {
  return readFileSync(new URL(`../../manifests/${path}`, import.meta.url), 'utf8');
}

/** The complete manifest of a target and flavor. */
export function loadManifest(target: Target, flavor: Flavor): Manifest {
  return parseManifestFiles(manifestFilesFor(target, flavor, 'everything').map((path) => ({ path, text: manifestText(path) })));
}
