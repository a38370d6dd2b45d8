/**
 * The byte stream of a bundle as a sequence of frames, each ready to be written, with the payload it stands for.
 * Reads files, checks that each has the size and digest it should; knows nothing of where the frames go.
 */
import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { AppError } from '../base/errors.ts';
import type { TreeFile } from '../base/tree-file.ts';
import { DEFLATE_RUN_BYTES, formatDeflated, formatStored, layOutStored, STORED_BLOCK_BYTES, storedBytes } from './gzip-frames.ts';
import { isPackagePath } from './layout.ts';
import { formatEntryHeader, paddingBytes } from './tar-header.ts';

/** Compressed bytes and what they decompress to. Both are only valid until the frame after the next one is asked for. */
export interface Frame {
  readonly bytes: Buffer;
  readonly payload: readonly Uint8Array[];
}

const BLOCKS_PER_FRAME = 16;
const FRAME_PAYLOAD_BYTES = BLOCKS_PER_FRAME * STORED_BLOCK_BYTES;
/** One being read, one being hashed, one being written, one to spare. */
const RING_SIZE = 4;
const DEFLATE_AHEAD = 4;

/**
 * Frames of all `files`, in the order given, each with its tar header and padding.
 *
 * @throws {AppError} `BUNDLE_MISSING` when a file cannot be read, `BUNDLE_DIGEST_MISMATCH` when it is not what it should be.
 */
export async function* bundleFrames(files: readonly TreeFile[], mtimeSec: number): AsyncGenerator<Frame> {
  const ring = Array.from({ length: RING_SIZE }, () => Buffer.allocUnsafe(storedBytes(FRAME_PAYLOAD_BYTES)));
  let turn = 0;
  const nextBuffer = (): Buffer => ring[turn++ % RING_SIZE]!;
  let padding = 0;
  for (const file of files) {
    const lead = Buffer.concat([Buffer.alloc(padding), formatEntryHeader(file.path, file.sizeBytes, mtimeSec)]);
    yield { bytes: formatStored(lead), payload: [lead] };
    if (file.content.kind === 'bytes') yield* deflatedFrames(file, bytesReader(file.content.bytes));
    else yield* fileFrames(file, file.content.filePath, nextBuffer);
    padding = paddingBytes(file.sizeBytes);
  }
  const last = Buffer.alloc(padding);
  if (padding > 0) yield { bytes: formatStored(last), payload: [last] };
}

/** Fills the slots from where it stopped last time; returns how many bytes it could. */
type Reader = (slots: readonly Buffer[]) => Promise<number>;

async function* fileFrames(file: TreeFile, filePath: string, nextBuffer: () => Buffer): AsyncGenerator<Frame> {
  const handle = await openSource(file, filePath);
  try {
    const reader = handleReader(handle);
    if (isPackagePath(file.path)) yield* storedFrames(file, reader, nextBuffer);
    else yield* deflatedFrames(file, reader);
    if ((await handle.read(Buffer.alloc(1), 0, 1)).bytesRead > 0) throw changed(file, `is longer than ${file.sizeBytes} bytes`);
  } finally {
    await handle.close();
  }
}

async function openSource(file: TreeFile, filePath: string): Promise<FileHandle> {
  try {
    return await open(filePath, 'r');
  } catch (error) {
    throw new AppError('BUNDLE_MISSING', `${filePath}, needed for ${file.path}, cannot be read: ${(error as Error).message}`, {
      hint: 'fetch it again',
      cause: error,
    });
  }
}

async function* storedFrames(file: TreeFile, read: Reader, nextBuffer: () => Buffer): AsyncGenerator<Frame> {
  const hash = createHash('sha256');
  for (let left = file.sizeBytes; left > 0; ) {
    const length = Math.min(left, FRAME_PAYLOAD_BYTES);
    const frame = layOutStored(nextBuffer(), length);
    if ((await read(frame.slots)) !== length) throw changed(file, 'is shorter than it should be');
    for (const slot of frame.slots) hash.update(slot);
    yield { bytes: frame.bytes, payload: frame.slots };
    left -= length;
  }
  assertDigest(file, hash);
}

async function* deflatedFrames(file: TreeFile, read: Reader): AsyncGenerator<Frame> {
  const hash = createHash('sha256');
  const ahead: Promise<Frame>[] = [];
  try {
    for (let left = file.sizeBytes; left > 0; ) {
      const raw = Buffer.alloc(Math.min(left, DEFLATE_RUN_BYTES));
      if ((await read([raw])) !== raw.length) throw changed(file, 'is shorter than it should be');
      hash.update(raw);
      ahead.push(formatDeflated(raw).then((bytes) => ({ bytes, payload: [raw] })));
      if (ahead.length === DEFLATE_AHEAD) yield await ahead.shift()!;
      left -= raw.length;
    }
    while (ahead.length > 0) yield await ahead.shift()!;
  } finally {
    await Promise.allSettled(ahead);
  }
  assertDigest(file, hash);
}

function handleReader(handle: FileHandle): Reader {
  return async (slots) => {
    let pending: Uint8Array[] = [...slots];
    let total = 0;
    while (pending.length > 0) {
      const { bytesRead } = await handle.readv(pending);
      if (bytesRead === 0) break;
      total += bytesRead;
      pending = dropBytes(pending, bytesRead);
    }
    return total;
  };
}

/** What is left to fill after a read of `count` bytes. */
function dropBytes(slots: readonly Uint8Array[], count: number): Uint8Array[] {
  let skip = count;
  const rest: Uint8Array[] = [];
  for (const slot of slots) {
    if (skip >= slot.length) skip -= slot.length;
    else {
      rest.push(slot.subarray(skip));
      skip = 0;
    }
  }
  return rest;
}

function bytesReader(bytes: Uint8Array): Reader {
  let at = 0;
  return async (slots) => {
    const start = at;
    for (const slot of slots) {
      slot.set(bytes.subarray(at, at + slot.length));
      at = Math.min(bytes.length, at + slot.length);
    }
    return at - start;
  };
}

function assertDigest(file: TreeFile, hash: Hash): void {
  const actual = hash.digest('hex');
  if (actual !== file.sha256) throw changed(file, `has sha256 ${actual} instead of ${file.sha256}`);
}

function changed(file: TreeFile, what: string): AppError {
  const place = file.content.kind === 'file' ? file.content.filePath : 'its content in memory';
  return new AppError('BUNDLE_DIGEST_MISMATCH', `${file.path}: ${place} ${what}`, {
    hint: 'the stored copy is damaged or was changed: delete it and fetch again',
    details: { path: file.path, place },
  });
}
