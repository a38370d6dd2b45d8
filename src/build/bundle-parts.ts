/** What goes into a bundle besides packages: the installer, the assets, and the component map. */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { assertAssetLayout } from '../base/asset-layout.ts';
import { compareCodeUnits } from '../base/compare.ts';
import type { Arch } from '../base/target.ts';
import type { TreeFile } from '../base/tree-file.ts';
import { packageRoot } from '../cli/bundle/package-root.ts';
import type { DistroManifest, ResolvedComponent } from '../config/manifest/distro-manifest.ts';
import type { LockedPackage } from '../lock/types.ts';

/** A component of the bundle as its index describes it: with the version its packages have. */
export type BundleComponent = Omit<ResolvedComponent, 'versionOf'> & { readonly version: string };

/** The executable `npm run build` made for a CPU, or null when there is none. */
export async function findInstaller(arch: Arch): Promise<TreeFile | null> {
  const filePath = join(packageRoot(), 'dist', `pigsty-install-${arch}`);
  const isThere = await stat(filePath).then(
    (info) => info.isFile(),
    () => false,
  );
  return isThere ? hashedFile('pigsty-install', filePath) : null;
}

/** Everything below `bundle/`, sorted by path: dashboards, rules, portal. */
export async function readAssets(): Promise<TreeFile[]> {
  const root = join(packageRoot(), 'bundle');
  // A clone has no such folder as long as it holds nothing.
  if (!existsSync(root)) return [];
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name !== '.gitkeep')
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort(compareCodeUnits);
  assertAssetLayout(paths, root);
  return Promise.all(paths.map((path) => hashedFile(path, join(root, path))));
}

/** Component → what this bundle has of it, or why it has nothing. */
export function describeComponents(
  manifest: DistroManifest,
  packages: readonly LockedPackage[],
): Record<string, BundleComponent | { readonly absent: string }> {
  const versions = new Map(packages.map(({ name, version }) => [name, version]));
  const described: Record<string, BundleComponent | { readonly absent: string }> = {};
  for (const [name, component] of Object.entries(manifest.components)) {
    const missing = component.packages.filter((wanted) => !versions.has(wanted));
    if (missing.length > 0) {
      described[name] = { absent: `not in this bundle: ${missing.join(', ')}` };
      continue;
    }
    const { versionOf, ...rest } = component;
    described[name] = { ...rest, version: versionOf === null ? '' : (versions.get(versionOf) ?? '') };
  }
  for (const [name, reason] of Object.entries(manifest.absent)) described[name] = { absent: reason };
  return described;
}

async function hashedFile(path: string, filePath: string): Promise<TreeFile> {
  const hash = createHash('sha256');
  const stream = createReadStream(filePath, { highWaterMark: 1 << 20 });
  await pipeline(stream, hash);
  return { path, sizeBytes: stream.bytesRead, sha256: hash.digest('hex'), content: { kind: 'file', filePath } };
}
