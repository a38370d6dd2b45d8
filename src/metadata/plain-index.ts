/** One metadata file of an upstream, unpacked: from the store by its own digest, else downloaded, checked before and after unpacking. */
import { createHash } from 'node:crypto';
import type { Digest } from '../base/digest.ts';
import { AppError } from '../base/errors.ts';
import { type Compression, compressionOfBytes, decompress } from '../fetch/decode/decompress.ts';
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
  /** Keeps the unpacked file in the store, for readers that come back to it. Those that keep what they made of it need it once. */
  readonly keepsPlain: boolean;
  /** Upstream and path, for messages. */
  readonly label: string;
  /** The hint when no mirror has the file. */
  readonly ifMissing: string;
}

/**
 * The unpacked bytes.
 *
 * @throws {AppError} the codes of `fetchBlob` and `decompress`; `INDEX_DIGEST_MISMATCH` when it unpacks to something else than the root
 * says.
 */
export async function readPlainIndex(request: PlainIndexRequest, downloader: Downloader): Promise<Buffer> {
  return (await fetchIndex(request, downloader))();
}

/**
 * As {@link readPlainIndex}, in two steps: when the promise resolves, the file is in the store; the function it gives reads and unpacks it.
 *
 * @throws {AppError} the codes of `fetchBlob`; the function throws those of `decompress` and `INDEX_DIGEST_MISMATCH`.
 */
export async function fetchIndex(request: PlainIndexRequest, downloader: Downloader): Promise<() => Promise<Buffer>> {
  const { plainDigest, keepsPlain, maxBytes, label } = request;
  if (keepsPlain && plainDigest?.algorithm === 'sha256') {
    const kept = await downloader.store.readVerified(plainDigest.hex);
    if (kept !== undefined) return async () => kept;
  }
  const { urls, digest, sizeBytes, ifMissing } = request;
  const size = sizeBytes === null ? {} : { sizeBytes };
  const blob = await downloader.fetcher.fetchBlob({ urls, digest, ...size, maxBytes, label, ifMissing });
  const { sha256 = null } = request.besides ?? {};
  if (sha256 !== null && blob.sha256 !== sha256) throw contradiction(label, sha256, blob.sha256);
  return () => unpack(request, blob.sha256, downloader);
}

async function unpack(request: PlainIndexRequest, sha256: string, { store }: Downloader): Promise<Buffer> {
  const { plainDigest, maxBytes, keepsPlain, label } = request;
  const packed = await store.readVerified(sha256);
  if (packed === undefined) throw new AppError('INDEX_DIGEST_MISMATCH', `${label} changed in the store while it was read`);
  const compression = request.compression ?? compressionOfBytes(packed);
  const bytes = await decompress(packed, compression, { maxBytes, label, expectedBytes: request.plainSizeBytes ?? undefined });
  if (plainDigest === null || compression === 'none') return bytes;
  const isKept = keepsPlain && plainDigest.algorithm === 'sha256';
  const found = isKept ? (await store.putBytes(bytes)).sha256 : createHash(plainDigest.algorithm).update(bytes).digest('hex');
  const { plainSha256 = null } = request.besides ?? {};
  const second = plainSha256 === null ? null : createHash('sha256').update(bytes).digest('hex');
  if (second !== null && second !== plainSha256) throw contradiction(label, plainSha256 ?? '', second);
  if (found === plainDigest.hex) return bytes;
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
