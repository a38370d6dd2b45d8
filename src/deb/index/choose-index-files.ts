/**
 * Which Packages files of a Release are needed for one component and architecture, and in which forms the mirror has them
 * (https://wiki.debian.org/DebianRepository/Format, "Packages" indices and by-hash). Diffs (`.diff/Index`) are not used.
 */
import type { Digest } from '../../base/digest.ts';
import { AppError } from '../../base/errors.ts';
import type { Release, ReleaseFile } from './release.ts';

/** Compressions we read, best first: smallest on the wire. */
const INDEX_COMPRESSIONS = ['xz', 'zst', 'gz', 'none'] as const;
export type IndexCompression = (typeof INDEX_COMPRESSIONS)[number];

/** One form of an index file. All variants of an index have the same uncompressed content. */
export interface IndexVariant {
  /** Relative to the directory of the Release file. */
  readonly path: string;
  /** The same file under its digest, null when the mirror does not keep files by hash. Prefer it: it cannot change under us. */
  readonly byHashPath: string | null;
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly compression: IndexCompression;
  /** Digest and size of the uncompressed content, null when the Release does not list it. */
  readonly plain: { readonly digest: Digest; readonly sizeBytes: number } | null;
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
  readonly what: string;
}

const SUFFIX: Readonly<Record<IndexCompression, string>> = { xz: '.xz', zst: '.zst', gz: '.gz', none: '' };

/**
 * The Packages files to read: binary-ARCH, and binary-all where the Release keeps `all` packages apart.
 *
 * @throws {AppError} `INDEX_INVALID` when the Release lists no readable form of the index, with what it does list.
 */
export function chooseIndexFiles(release: Release, query: IndexQuery): IndexFile[] {
  const { component, arch } = query;
  if (component === null) return [requireIndex(release, ['Packages', './Packages'], query)];
  const main = requireIndex(release, [`${component}/binary-${arch}/Packages`], query);
  const all = release.separateAll ? findIndex(release, [`${component}/binary-all/Packages`]) : undefined;
  return all === undefined ? [main] : [main, all];
}

function requireIndex(release: Release, names: readonly string[], query: IndexQuery): IndexFile {
  const found = findIndex(release, names);
  if (found !== undefined) return found;
  const where = query.component === null ? 'beside it' : `for component ${query.component}, architecture ${query.arch}`;
  throw new AppError('INDEX_INVALID', `${query.what} lists no Packages file ${where}`, {
    hint:
      `it has components ${release.components.join(' ') || '(none named)'} ` +
      `and architectures ${release.architectures.join(' ') || '(none named)'}; correct the upstream in the manifest`,
  });
}

function findIndex(release: Release, names: readonly string[]): IndexFile | undefined {
  for (const name of names) {
    const variants = INDEX_COMPRESSIONS.flatMap((compression) => variantOf(release, name, compression));
    if (variants.length > 0) return { name, variants };
  }
  return undefined;
}

function variantOf(release: Release, name: string, compression: IndexCompression): IndexVariant[] {
  const file = release.files.get(name + SUFFIX[compression]);
  if (file === undefined) return [];
  const plain = release.files.get(name);
  return [
    {
      path: file.path,
      byHashPath: release.acquireByHash ? byHashPath(file) : null,
      digest: file.digest,
      sizeBytes: file.sizeBytes,
      compression,
      plain: plain === undefined ? null : { digest: plain.digest, sizeBytes: plain.sizeBytes },
    },
  ];
}

function byHashPath(file: ReleaseFile): string {
  const directory = file.path.slice(0, file.path.lastIndexOf('/') + 1);
  return `${directory}by-hash/${file.digest.algorithm.toUpperCase()}/${file.digest.hex}`;
}
