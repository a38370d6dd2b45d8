/** One metadata file of an upstream, unpacked: from the store by its own digest, else downloaded, checked before and after unpacking. */
import { createHash } from 'node:crypto';
import type { Digest } from '../base/digest.ts';
import { AppError } from '../base/errors.ts';
import { type Compression, compressionOfBytes, decompress, decompressStream } from '../fetch/decode/decompress.ts';
import type { StoredBlob } from '../store/store.ts';
import type { Downloader } from './downloader.ts';

/** Where the file lies and what it must be. */
export interface PlainIndexRequest {
  readonly urls: readonly string[];
  readonly digest: Digest;
  readonly sizeBytes: number | null;
  /** Null: whatever its first bytes say. */
  readonly compression: Compression | null;
  /** Digest of the unpacked file; null when the root does not tell. */
  readonly plainDigest: Digest | null;
  /** SHA-256 of the packed and of the unpacked file, where the root gives it besides a stronger digest: it must be right as well. */
  readonly besides?: { readonly sha256: string | null; readonly plainSha256: string | null };
  /** Size of the unpacked file; null when the root does not tell. */
  readonly plainSizeBytes: number | null;
  readonly maxBytes: number;
  /** Upstream and path, for messages. */
  readonly label: string;
  /** The hint when no mirror has the file. */
  readonly ifMissing: string;
}

/**
 * The unpacked bytes. The unpacked file is kept in the store, for readers that come back to it.
 *
 * @throws {AppError} the codes of `fetchBlob` and `decompress`; `INDEX_DIGEST_MISMATCH` when it unpacks to something else than the root
 * says.
 */
export async function readPlainIndex(request: PlainIndexRequest, downloader: Downloader): Promise<Buffer> {
  const { plainDigest, maxBytes, label, plainSizeBytes, besides } = request;
  const { store } = downloader;
  const isKept = plainDigest?.algorithm === 'sha256';
  const kept = isKept ? await store.readVerified(plainDigest.hex) : undefined;
  if (kept !== undefined) return kept;
  const packed = await readPacked(request, (await fetchPacked(request, downloader)).sha256, downloader);
  const compression = request.compression ?? compressionOfBytes(packed);
  const bytes = await decompress(packed, compression, { maxBytes, label, expectedBytes: plainSizeBytes ?? undefined });
  if (plainDigest === null || compression === 'none') return bytes;
  const found = isKept ? (await store.putBytes(bytes)).sha256 : createHash(plainDigest.algorithm).update(bytes).digest('hex');
  const plainSha256 = besides?.plainSha256 ?? null;
  const second = plainSha256 === null ? null : createHash('sha256').update(bytes).digest('hex');
  if (second !== null && second !== plainSha256) throw contradiction(label, plainSha256 ?? '', second);
  assertPlain(request, found);
  return bytes;
}

/**
 * For readers that keep what they make of it: when the promise resolves, the file is in the store; the function it gives unpacks it piece
 * by piece. What was read counts for nothing until the last piece has come: only then the whole is verified.
 *
 * @throws {AppError} the codes of `fetchBlob`; the pieces throw those of `decompressStream` and `INDEX_DIGEST_MISMATCH`.
 */
export async function streamIndex(request: PlainIndexRequest, downloader: Downloader): Promise<() => AsyncIterable<Buffer>> {
  const { sha256 } = await fetchPacked(request, downloader);
  return () => unpackInPieces(request, sha256, downloader);
}

async function* unpackInPieces(request: PlainIndexRequest, sha256: string, downloader: Downloader): AsyncGenerator<Buffer> {
  const { plainDigest, maxBytes, label } = request;
  const packed = await readPacked(request, sha256, downloader);
  const compression = request.compression ?? compressionOfBytes(packed);
  const hash = plainDigest === null || compression === 'none' ? null : createHash(plainDigest.algorithm);
  for await (const piece of decompressStream(packed, compression, { maxBytes, label })) {
    hash?.update(piece);
    yield piece;
  }
  if (hash !== null) assertPlain(request, hash.digest('hex'));
}

async function fetchPacked(request: PlainIndexRequest, { fetcher }: Downloader): Promise<StoredBlob> {
  const { urls, digest, sizeBytes, maxBytes, label, ifMissing, besides } = request;
  const blob = await fetcher.fetchBlob({ urls, digest, ...(sizeBytes === null ? {} : { sizeBytes }), maxBytes, label, ifMissing });
  const sha256 = besides?.sha256 ?? null;
  if (sha256 !== null && blob.sha256 !== sha256) throw contradiction(label, sha256, blob.sha256);
  return blob;
}

async function readPacked({ label }: PlainIndexRequest, sha256: string, { store }: Downloader): Promise<Buffer> {
  const packed = await store.readVerified(sha256);
  if (packed === undefined) throw new AppError('INDEX_DIGEST_MISMATCH', `${label} changed in the store while it was read`);
  return packed;
}

function assertPlain({ label, plainDigest }: PlainIndexRequest, found: string): void {
  if (plainDigest === null || found === plainDigest.hex) return;
  throw new AppError('INDEX_DIGEST_MISMATCH', `${label} unpacks to other content than its upstream says`, {
    hint: 'the mirror is broken: use another one',
    details: { expected: plainDigest.hex, found },
  });
}

function contradiction(label: string, expected: string, found: string): AppError {
  return new AppError('INDEX_DIGEST_MISMATCH', `${label} has the SHA512 its upstream says and another SHA256`, {
    hint: 'its Release contradicts itself, and apt refuses it too: tell whoever publishes the repository',
    details: { expected, found },
  });
}
