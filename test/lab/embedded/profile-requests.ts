/** What the manifests say of a target, and what its profiles ask for. */
import { readFileSync } from 'node:fs';
import type { Flavor, Target } from '../../../src/base/target.ts';
import type { DistroManifest } from '../../../src/config/manifest/distro-manifest.ts';
import { manifestFilesFor } from '../../../src/config/manifest/manifest-files.ts';
import { parseManifestFiles } from '../../../src/config/manifest/parse-manifest.ts';
import { resolveManifest } from '../../../src/config/manifest/resolve-manifest.ts';
import { type PackageRequest, selectRequest } from '../../../src/config/manifest/select-request.ts';

/** The manifest of a target as it stands in the repository, without overlays. */
export function ownManifest(target: Target, flavor: Flavor): DistroManifest {
  const files = manifestFilesFor(target, flavor, 'packages').map((name) => ({
    path: `manifests/${name}`,
    text: readFileSync(new URL(`../../../manifests/${name}`, import.meta.url), 'utf8'),
  }));
  return resolveManifest(parseManifestFiles(files), { target, flavor, region: 'default' });
}

/** The requests of `profiles`, or of every profile the target has; sorted by text. */
export function profileRequests(target: Target, flavor: Flavor, profiles?: readonly string[]): readonly PackageRequest[] {
  const manifest = ownManifest(target, flavor);
  const names = profiles ?? Object.keys(manifest.profiles);
  return selectRequest(manifest, { profiles: names, packages: [], removals: [], pgVersion: null });
}
