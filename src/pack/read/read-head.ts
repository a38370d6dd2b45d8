/** Reads the beginning of a bundle: the index and, when there is one, its signature. The index says what must follow. */
import { AppError } from '../../base/errors.ts';
import type { BundleIndex } from '../format/bundle-index.ts';
import { MAX_INDEX_BYTES, parseBundleIndex } from '../format/bundle-index.ts';
import { INDEX_PATH, SIGNATURE_PATH } from '../format/layout.ts';
import { BLOCK_BYTES, describeHeader, formatEntryHeader, paddingBytes } from '../format/tar-header.ts';
import type { ByteSource } from './byte-source.ts';
import { notABundle } from './explain-header.ts';

const MAX_SIGNATURE_BYTES = 64 * 1024;

/** What a bundle says of itself. */
export interface BundleHead {
  readonly index: BundleIndex;
  /** The bytes the signature is over. */
  readonly indexBytes: Buffer;
  /** Armored detached signature; null when the bundle carries none. Not verified yet. */
  readonly signature: Buffer | null;
  /** The tar block after the head, already taken from the stream. */
  readonly nextBlock: Buffer;
}

/**
 * Reads index and signature from the start of the tar stream.
 *
 * @throws {AppError} `BUNDLE_TRUNCATED`, `BUNDLE_INVALID` (also for a tarball that is no bundle), `BUNDLE_TOO_NEW`, `BUNDLE_UNSAFE_ENTRY`.
 */
export async function readHead(bytes: ByteSource, source: string): Promise<BundleHead> {
  const first = await bytes.upTo(BLOCK_BYTES);
  if (first.length < BLOCK_BYTES) throw truncated(source, 'before its index');
  const header = describeHeader(first);
  if (!header.valid || header.path !== INDEX_PATH || header.type !== 'File') throw notABundle(first, source);
  const indexBytes = await smallFile(bytes, header.sizeBytes, MAX_INDEX_BYTES, INDEX_PATH, source);
  const index = parseBundleIndex(indexBytes, source);
  assertHeader(first, INDEX_PATH, indexBytes.length, index, source);
  const second = await bytes.upTo(BLOCK_BYTES);
  const next = describeHeader(second.length === BLOCK_BYTES ? second : Buffer.alloc(BLOCK_BYTES));
  if (!next.valid || next.path !== SIGNATURE_PATH) return { index, indexBytes, signature: null, nextBlock: second };
  assertHeader(second, SIGNATURE_PATH, next.sizeBytes, index, source);
  const signature = await smallFile(bytes, next.sizeBytes, MAX_SIGNATURE_BYTES, SIGNATURE_PATH, source);
  return { index, indexBytes, signature, nextBlock: await bytes.upTo(BLOCK_BYTES) };
}

async function smallFile(bytes: ByteSource, sizeBytes: number, maxBytes: number, path: string, source: string): Promise<Buffer> {
  if (sizeBytes > maxBytes)
    throw new AppError('BUNDLE_INVALID', `${source}: ${path} claims ${sizeBytes} bytes; at most ${maxBytes} are read`);
  const whole = await bytes.upTo(sizeBytes + paddingBytes(sizeBytes));
  if (whole.length < sizeBytes + paddingBytes(sizeBytes)) throw truncated(source, `inside ${path}`);
  if (whole.subarray(sizeBytes).some((byte) => byte !== 0))
    throw new AppError('BUNDLE_INVALID', `${source}: ${path} is followed by hidden data`);
  return whole.subarray(0, sizeBytes);
}

function assertHeader(block: Buffer, path: string, sizeBytes: number, index: BundleIndex, source: string): void {
  if (formatEntryHeader(path, sizeBytes, index.snapshotSec).equals(block)) return;
  throw new AppError('BUNDLE_UNSAFE_ENTRY', `${source}: the header of ${path} has a mode, owner, time or field that bundles do not have`);
}

function truncated(source: string, where: string): AppError {
  return new AppError('BUNDLE_TRUNCATED', `${source} ends ${where}`, {
    hint: 'the copy is incomplete: copy it again and compare it with its .sha256',
  });
}
