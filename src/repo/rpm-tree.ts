/**
 * Lock and stored packages → a flat RPM repository, in memory except for the packages themselves. Module metadata is left out: our
 * repository file turns module filtering off, and dnf then installs modular packages without it.
 */
import { formatMarker, MARKER_NAME } from '../base/repo-marker.ts';
import type { RepoTree } from '../base/tree-file.ts';
import { treeFileOf } from '../base/tree-file-of.ts';
import type { Lock, LockedPackage } from '../lock/lock.ts';
import type { PublishedPackage } from '../rpm/write/format-packages.ts';
import { formatRepoFile } from '../rpm/write/format-repo-file.ts';
import { formatRepodata } from '../rpm/write/format-repodata.ts';
import { type SigningKey, signDetached } from '../trust/signing.ts';
import { assertComplete, assertFlatNames, storedFile } from './flat-packages.ts';

/** What is known of a locked package besides the lock. */
export interface RpmPackageSource extends PublishedPackage {
  /** The verified file in the store. */
  readonly filePath: string;
}

/** How the repository is addressed and signed. */
export interface RpmTreeOptions {
  /** Where the host will find it; `file:///www/pigsty` when left out. */
  readonly baseUrl?: string;
  /** Signs `repomd.xml`; null leaves the repository to be trusted as it is. */
  readonly signer: SigningKey | null;
}

/** Name of the public key in a signed repository. */
const KEY_FILE = 'pigsty.asc';

/**
 * Builds the tree of a lock. `sources` is keyed by the package's sha256.
 *
 * @throws {AppError} `PACKAGE_INVALID` for files that would share a name; `BUNDLE_MISSING` naming every package without a source;
 * `KEY_UNUSABLE` when the key cannot sign.
 */
export async function buildRpmTree(lock: Lock, sources: ReadonlyMap<string, RpmPackageSource>, options: RpmTreeOptions): Promise<RepoTree> {
  const { packages, snapshotSec } = lock;
  const { signer, baseUrl = 'file:///www/pigsty' } = options;
  assertComplete(packages, sources);
  assertFlatNames(packages);
  const published = packages.map((locked) => publish(locked, sources.get(locked.sha256)!, snapshotSec));
  const repodata = formatRepodata(published, { snapshotSec });
  const metadata = repodata.map(({ path, bytes }) => treeFileOf(path, bytes));
  const repomd = repodata.at(-1);
  if (signer !== null && repomd !== undefined) {
    metadata.push(treeFileOf(`${repomd.path}.asc`, await signDetached(repomd.bytes, signer, snapshotSec)));
    metadata.push(treeFileOf(KEY_FILE, signer.publicKeyArmored));
  }
  return {
    files: [...metadata, ...packages.map((locked) => storedFile(locked, sources.get(locked.sha256)!.filePath))],
    sourceFile: treeFileOf('pigsty.repo', formatRepoFile({ baseUrl, gpgKeyUrl: signer === null ? null : `${baseUrl}/${KEY_FILE}` })),
    marker: treeFileOf(MARKER_NAME, formatMarker(packages)),
  };
}

/** A package as our metadata names it: where it lies now, pinned by sha256, with a date that depends on the lock alone. */
function publish(locked: LockedPackage, { pkg, files }: RpmPackageSource, timeFile: number): PublishedPackage {
  const checksum = { algorithm: 'sha256', hex: locked.sha256 } as const;
  return { pkg: { ...pkg, checksum, location: locked.file, locationBase: '', timeFile }, files };
}
