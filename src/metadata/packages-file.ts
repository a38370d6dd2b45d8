/** A Packages file of a Release, unpacked, in the first of its forms that can be had. A Release may list forms its mirrors do not keep. */
import { AppError, isAppError } from '../base/errors.ts';
import type { IndexFile, IndexVariant } from '../deb/index/choose-index-files.ts';
import type { Downloader } from './downloader.ts';
import { readPlainIndex } from './plain-index.ts';
import { below, encodePath, LISTED_BUT_MISSING } from './upstream-urls.ts';

const MAX_INDEX_BYTES = 512 << 20;

/** Where the file lies. */
export interface PackagesFilePlace {
  /** Name of the upstream, for messages. */
  readonly upstream: string;
  /** Base URLs, best first. */
  readonly mirrors: readonly string[];
  /** Directory of the Release file below them. */
  readonly dir: string;
}

/**
 * The unpacked bytes. A form that is in the store already comes first, then the smallest on the wire; the next is tried when no mirror has
 * one.
 *
 * @throws {AppError} the codes of `readPlainIndex`; `FETCH_NOT_FOUND` naming every form when all are missing.
 */
export async function readPackagesFile(file: IndexFile, place: PackagesFilePlace, downloader: Downloader): Promise<Buffer> {
  const missing: { readonly variant: IndexVariant; readonly error: AppError }[] = [];
  for (const variant of await storedFirst(file.variants, downloader)) {
    try {
      return await readVariant(variant, place, downloader);
    } catch (error) {
      if (!isAppError(error, 'FETCH_NOT_FOUND')) throw error;
      missing.push({ variant, error });
    }
  }
  throw noneFound(file, missing);
}

async function storedFirst(variants: readonly IndexVariant[], { store }: Downloader): Promise<IndexVariant[]> {
  const blobs = await Promise.all(variants.map(({ digest, sizeBytes }) => store.findByDigest(digest, sizeBytes)));
  const stored = variants.filter((_, i) => blobs[i] !== undefined);
  return [...stored, ...variants.filter((variant) => !stored.includes(variant))];
}

async function readVariant(variant: IndexVariant, { upstream, mirrors, dir }: PackagesFilePlace, downloader: Downloader): Promise<Buffer> {
  const paths = variant.byHashPath === null ? [variant.path] : [variant.byHashPath, variant.path];
  const { digest, sha256, sizeBytes, compression, plain } = variant;
  return readPlainIndex(
    {
      urls: paths.flatMap((path) => below(mirrors, encodePath.deb(dir), encodePath.deb(path))),
      ...{ digest, sizeBytes, compression, plainDigest: plain?.digest ?? null, plainSizeBytes: plain?.sizeBytes ?? null },
      // A Release that tells the size leaves no room for a decompression bomb.
      maxBytes: Math.max(sizeBytes, Math.min(plain?.sizeBytes ?? MAX_INDEX_BYTES, MAX_INDEX_BYTES)),
      besides: { sha256, plainSha256: plain?.sha256 ?? null },
      ifMissing: LISTED_BUT_MISSING,
      label: `${upstream} ${variant.path}`,
    },
    downloader,
  );
}

function noneFound(file: IndexFile, missing: readonly { readonly variant: IndexVariant; readonly error: AppError }[]): Error {
  const [first, ...others] = missing;
  if (first === undefined) return new Error(`${file.name} has no variant`);
  if (others.length === 0) return first.error;
  const { hint, details } = first.error;
  const names = others.map(({ variant }) => variant.path).join(', ');
  return new AppError('FETCH_NOT_FOUND', `${first.error.message}; nor are there the other forms its Release lists: ${names}`, {
    ...(hint === undefined ? {} : { hint }),
    ...(details === undefined ? {} : { details }),
    cause: first.error,
  });
}
