/** Lock and stored packages → a flat Debian repository, in memory except for the packages themselves. */
import { formatMarker, MARKER_NAME } from '../base/repo-marker.ts';
import { packageArch } from '../base/target.ts';
import type { RepoTree } from '../base/tree-file.ts';
import { treeFileOf } from '../base/tree-file-of.ts';
import { formatPackages, gzipDeterministic } from '../deb/write/format-packages.ts';
import { formatRelease, formatSources } from '../deb/write/format-release.ts';
import type { Lock } from '../lock/lock.ts';
import type { SigningKey } from '../trust/signing.ts';
import { signCleartext } from '../trust/signing.ts';
import { assertComplete, assertFlatNames, storedFile } from './flat-packages.ts';

/** What is known of a locked package besides the lock. */
export interface DebPackageSource {
  /** Its control stanza, from the upstream's index or from the package. */
  readonly stanza: string;
  /** The verified file in the store. */
  readonly filePath: string;
}

/** How the repository is addressed and signed. */
export interface DebTreeOptions {
  /** Where the host will find it; `file:///www/pigsty` when left out. */
  readonly uri?: string;
  /** Signs `Release` as `InRelease`; null leaves the repository to be trusted as it is. */
  readonly signer: SigningKey | null;
}

/**
 * Builds the tree of a lock. `sources` is keyed by the package's sha256.
 *
 * @throws {AppError} `PACKAGE_INVALID` for stanzas that cannot be indexed, or files that would share a name; `BUNDLE_MISSING` naming every
 * package without a source; `KEY_UNUSABLE` when the key cannot sign.
 */
export async function buildDebTree(lock: Lock, sources: ReadonlyMap<string, DebPackageSource>, options: DebTreeOptions): Promise<RepoTree> {
  const packages = lock.packages;
  assertComplete(packages, sources);
  assertFlatNames(packages);
  const entries = packages.map((p) => ({
    stanza: sources.get(p.sha256)!.stanza,
    fileName: p.file,
    sizeBytes: p.sizeBytes,
    sha256: p.sha256,
  }));
  const index = Buffer.from(formatPackages(entries));
  const metadata = [treeFileOf('Packages', index), treeFileOf('Packages.gz', gzipDeterministic(index))];
  const release = formatRelease({
    dateSec: lock.snapshotSec,
    architectures: [packageArch(lock)],
    description: `Pigsty offline packages for ${lock.distro}`,
    files: [
      { name: 'Packages', bytes: index },
      { name: 'Packages.gz', bytes: gzipDeterministic(index) },
    ],
  });
  metadata.push(treeFileOf('Release', release));
  if (options.signer !== null) metadata.push(treeFileOf('InRelease', await signCleartext(release, options.signer, lock.snapshotSec)));
  return {
    files: [...metadata, ...packages.map((p) => storedFile(p, sources.get(p.sha256)!.filePath))],
    sourceFile: treeFileOf(
      'pigsty.sources',
      formatSources({ uri: options.uri ?? 'file:///www/pigsty', publicKeyArmored: options.signer?.publicKeyArmored ?? null }),
    ),
    marker: treeFileOf(MARKER_NAME, formatMarker(packages)),
  };
}
