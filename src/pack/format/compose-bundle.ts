/** Decides which file of a bundle goes where, and makes the index over all of them. Pure; `pack/write` makes the tarball. */
import type { RepoTree, TreeFile } from '../../base/tree-file.ts';
import { treeFileOf } from '../../base/tree-file-of.ts';
import { formatLock } from '../../lock/format-lock.ts';
import type { Lock, UpstreamTrust } from '../../lock/lock.ts';
import type { BundleFile, BundleIndex } from './bundle-index.ts';
import { BUNDLE_SCHEMA, finishBundleIndex } from './bundle-index.ts';
import { INSTALLER_RANGE } from './installer-range.ts';
import { ASSETS_DIR, INSTALLER_PATH, isPackagePath, LOCK_PATH, REPO_DIR } from './layout.ts';

/** Everything a bundle is made of. */
export interface BundleParts {
  readonly lock: Lock;
  /** Version of the bundle, as in its file name. */
  readonly version: string;
  readonly tree: RepoTree;
  /** The installer executable, whatever its path; null leaves it out. */
  readonly installer: TreeFile | null;
  /** Relative to the assets directory. */
  readonly assets: readonly TreeFile[];
}

/** The index, and its files with their paths in the tarball (neither the index itself nor a signature among them). */
export interface ComposedBundle {
  readonly index: BundleIndex;
  readonly files: readonly TreeFile[];
}

/** Composes a bundle. Same parts, same index. What the lock says was solved must be proved by now. */
export function composeBundle(parts: BundleParts): ComposedBundle {
  const { lock, tree } = parts;
  const files = [
    tree.sourceFile,
    treeFileOf(LOCK_PATH, formatLock(lock)),
    ...[...tree.files, tree.marker].map((file) => ({ ...file, path: `${REPO_DIR}/${file.path}` })),
    ...(parts.installer === null ? [] : [{ ...parts.installer, path: INSTALLER_PATH }]),
    ...parts.assets.map((file) => ({ ...file, path: `${ASSETS_DIR}/${file.path}` })),
  ];
  const packages = files.filter((file) => isPackagePath(file.path));
  const { profiles, minor, packages: asked, baseline, recommends, pgVersion, manifestSha256 } = lock.request;
  const index = finishBundleIndex({
    schema: BUNDLE_SCHEMA,
    needs: INSTALLER_RANGE,
    target: { distro: lock.distro, arch: lock.arch, minor },
    version: parts.version,
    flavor: lock.flavor,
    profiles: [...profiles],
    snapshotSec: lock.snapshotSec,
    request: { packages: [...asked], baseline: [...baseline], recommends, pgVersion, manifestSha256 },
    installs: lock.installs.map(({ profile, solveGroup, packages: names }) => ({ profile, solveGroup, packages: [...names] })),
    upstreams: lock.upstreams.map(({ name, suite, rootSha256, dateSec, trust }) => ({
      name,
      suite,
      rootSha256,
      dateSec,
      trust: shownTrust(trust),
    })),
    packages: { count: packages.length, sizeBytes: packages.reduce((sum, file) => sum + file.sizeBytes, 0) },
    installedBytes: lock.packages.reduce((sum, p) => sum + p.installedBytes, 0),
    installer: parts.installer === null ? null : indexed({ ...parts.installer, path: INSTALLER_PATH }),
    components: lock.components as unknown as BundleIndex['components'],
    proofs: lock.solved.map(({ profile, baseline, packages: count }) => ({ profile, baseline, ok: true, packages: count })),
    since: null,
    parts: null,
    files: files.map(indexed),
  });
  return { index, files };
}

/** Who may sign an upstream's packages is the builder's business: hosts check them against the bundle's own metadata. */
function shownTrust(trust: UpstreamTrust): BundleIndex['upstreams'][number]['trust'] {
  if (trust.kind !== 'signed') return trust;
  return { kind: trust.kind, fingerprint: trust.fingerprint, ...(trust.weak === undefined ? {} : { weak: trust.weak }) };
}

function indexed(file: TreeFile): BundleFile {
  return { path: file.path, sizeBytes: file.sizeBytes, sha256: file.sha256 };
}
