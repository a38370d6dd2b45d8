/** What the profiles of a target ask for, from the manifests. */
import { readFileSync } from 'node:fs';
import type { Flavor, Target } from '../../src/base/target.ts';
import { manifestFilesFor } from '../../src/config/manifest-files.ts';
import { parseManifestFiles } from '../../src/config/parse-manifest.ts';
import { resolveManifest } from '../../src/config/resolve-manifest.ts';
import { type PackageWish, selectRequest } from '../../src/config/select-request.ts';

/** The wishes of `profiles`, or of every profile the target has; sorted by text. */
export function profileWishes(target: Target, flavor: Flavor, profiles?: readonly string[]): readonly PackageWish[] {
  const files = manifestFilesFor(target, flavor).map((name) => ({
    path: `manifests/${name}`,
    text: readFileSync(new URL(`../../manifests/${name}`, import.meta.url), 'utf8'),
  }));
  const manifest = resolveManifest(parseManifestFiles(files), { target, flavor, region: 'default' });
  const names = profiles ?? Object.keys(manifest.profiles);
  return selectRequest(manifest, { profiles: names, packages: [], removals: [], pgVersion: null });
}
