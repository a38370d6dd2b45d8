/**
 * Which Packages files of a Release are needed for one component and architecture, and in which forms the mirror has them
 * (https://wiki.debian.org/DebianRepository/Format, "Packages" indices and by-hash). Diffs (`.diff/Index`) are not used.
 */
import type { Digest } from '../../base/digest.ts';
import { AppError } from '../../base/errors.ts';
import type { Release, ReleaseFile } from './release.ts';

/** Compressions we read, best first: smallest on the wire, but bzip2 takes longer to unpack than gzip takes to arrive. */
const INDEX_COMPRESSIONS = ['xz', 'zst', 'gz', 'bz2', 'none'] as const;
export type IndexCompression = (typeof INDEX_COMPRESSIONS)[number];

/** One form of an index file. All variants of an index have the same uncompressed content. */
export interface IndexVariant {
  /** Relative to the directory of the Release file. */
  readonly path: string;
  /** The same file under its digest, null when the mirror does not keep files by hash. Prefer it: it cannot change under us. */
  readonly byHashPath: string | null;
  readonly digest: Digest;
  /** The SHA-256 where `digest` is another: it must be right as well. */
  readonly sha256: string | null;
  readonly sizeBytes: number;
  readonly compression: IndexCompression;
  /** Digests and size of the uncompressed content, null when the Release does not list it. */
  readonly plain: Pick<ReleaseFile, 'digest' | 'sha256' | 'sizeBytes'> | null;
}

/** One Packages file, in every form we can read. */
export interface IndexFile {
  /** `main/binary-amd64/Packages`, or `Packages` in a flat repository. */
  readonly name: string;
  /** Best first, never empty. */
  readonly variants: readonly IndexVariant[];
}

/** What is wanted of a Release. `component: null` means a flat repository: Packages lies beside Release. */
export interface IndexQuery {
  readonly component: string | null;
  /** Debian's name: `amd64`. */
  readonly arch: string;
}

/** What each ends in. */
export const INDEX_SUFFIX: Readonly<Record<IndexCompression, string>> = { xz: '.xz', zst: '.zst', gz: '.gz', bz2: '.bz2', none: '' };

/**
 * The Packages files to read: binary-ARCH, and binary-all where the Release keeps `all` packages apart. Empty when the Release lists
 * neither: then the component has nothing for this architecture, which is how apt sees it.
 *
 * @throws {AppError} `INDEX_INVALID` for a file that the Release lists in a way no file can be.
 */
export function chooseIndexFiles(release: Release, { component, arch }: IndexQuery): IndexFile[] {
  const names = component === null ? [['Packages', './Packages']] : [[`${component}/binary-${arch}/Packages`]];
  if (component !== null && release.separateAll) names.push([`${component}/binary-all/Packages`]);
  return names.flatMap((spellings) => findIndex(release, spellings) ?? []);
}

function findIndex(release: Release, names: readonly string[]): IndexFile | undefined {
  for (const name of names) {
    const variants = INDEX_COMPRESSIONS.flatMap((compression) => variantOf(release, name, compression));
    if (variants.length > 0) return { name, variants };
  }
  return undefined;
}

function variantOf(release: Release, name: string, compression: IndexCompression): IndexVariant[] {
  const file = release.files.get(name + INDEX_SUFFIX[compression]);
  if (file === undefined) return [];
  const plain = release.files.get(name);
  const fault = file.fault ?? plain?.fault;
  if (fault != null) throw new AppError('INDEX_INVALID', `the Release of ${release.suite || 'this upstream'} is wrong: ${fault}`);
  return [
    {
      path: file.path,
      byHashPath: release.acquireByHash ? byHashPath(file) : null,
      digest: file.digest,
      sha256: file.sha256,
      sizeBytes: file.sizeBytes,
      compression,
      plain: plain === undefined ? null : { digest: plain.digest, sha256: plain.sha256, sizeBytes: plain.sizeBytes },
    },
  ];
}

function byHashPath(file: ReleaseFile): string {
  const directory = file.path.slice(0, file.path.lastIndexOf('/') + 1);
  return `${directory}by-hash/${file.digest.algorithm.toUpperCase()}/${file.digest.hex}`;
}
