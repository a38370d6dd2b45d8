/**
 * The byte stream of a bundle as a sequence of frames, each ready to be written, with the payload it stands for.
 * Reads files; knows nothing of where the frames go. content-checks.ts looks at what was read.
 */
import { closeSync, fstatSync, openSync, readv as readvWithCallback } from 'node:fs';
import { promisify } from 'node:util';
import { AppError, messageOf } from '../../base/errors.ts';
import type { TreeFile } from '../../base/tree-file.ts';
import { DEFLATE_RUN_BYTES, formatDeflated, formatStored, layOutStored, STORED_BLOCK_BYTES, storedBytes } from '../format/gzip-frames.ts';
import { isPackagePath } from '../format/layout.ts';
import { formatEntryHeader, paddingBytes } from '../format/tar-header.ts';

/**
 * Compressed bytes: stored blocks with the end of one entry, the header of the next and content of `file`; or one deflated run of content
 * alone.
 */
export interface Frame {
  readonly bytes: Buffer;
  /** What `bytes` inflate to, when they are no stored blocks. */
  readonly deflated: Buffer | null;
  /** Length of what `bytes` decompress to. */
  readonly payloadBytes: number;
  /** The part of it that is content of `file`. */
  readonly content: readonly Buffer[];
  /** Null when there is no content. */
  readonly file: TreeFile | null;
  /** True when `content` ends the file. */
  readonly isLast: boolean;
}

const BLOCKS_PER_FRAME = 24;
const FRAME_PAYLOAD_BYTES = BLOCKS_PER_FRAME * STORED_BLOCK_BYTES;
/** More than the padding of one entry and the header of the next can take. */
const MAX_LEAD_BYTES = 4096;
/** One being read, one being hashed, one being written, one to spare. Shared memory, because a second thread hashes the output. */
const RING_SIZE = 4;
const DEFLATE_AHEAD = 4;
const NOTHING = Buffer.alloc(0);

/**
 * Frames of all `files` in the order given, each file with its tar header and padding. A frame is valid until two more were asked for.
 * Sizes are checked here, digests are not.
 *
 * @throws {AppError} `BUNDLE_MISSING` when a file cannot be read, `BUNDLE_DIGEST_MISMATCH` when it has not the size it should have.
 */
export async function* bundleFrames(files: readonly TreeFile[], mtimeSec: number): AsyncGenerator<Frame> {
  const size = storedBytes(FRAME_PAYLOAD_BYTES) + storedBytes(MAX_LEAD_BYTES);
  const ring = Array.from({ length: RING_SIZE }, () => Buffer.from(new SharedArrayBuffer(size)));
  let turn = 0;
  const nextBuffer = (): Buffer => ring[turn++ % RING_SIZE]!;
  let padding = 0;
  for (const file of files) {
    const lead = Buffer.concat([Buffer.alloc(padding), formatEntryHeader(file.path, file.sizeBytes, mtimeSec)]);
    if (file.content.kind === 'bytes') yield* deflatedFrames(file, lead, bytesReader(file.content.bytes));
    else yield* fileFrames(file, lead, file.content.filePath, nextBuffer);
    padding = paddingBytes(file.sizeBytes);
  }
  if (padding > 0) yield leadFrame(Buffer.alloc(padding), null);
}

function leadFrame(lead: Buffer, file: TreeFile | null): Frame {
  return { bytes: formatStored(lead), deflated: null, payloadBytes: lead.length, content: [], file, isLast: file?.sizeBytes === 0 };
}

/** Fills the slots from where it stopped last time; returns how many bytes it could. */
type Reader = (slots: readonly Buffer[]) => Promise<number>;

async function* fileFrames(file: TreeFile, lead: Buffer, filePath: string, nextBuffer: () => Buffer): AsyncGenerator<Frame> {
  const source = openSource(file, filePath);
  try {
    if (fstatSync(source).size !== file.sizeBytes) throw changed(file, `has not ${file.sizeBytes} bytes`);
    if (isPackagePath(file.path)) yield* storedFrames(file, lead, fileReader(source), nextBuffer);
    else yield* deflatedFrames(file, lead, fileReader(source));
  } finally {
    closeSync(source);
  }
}

/**
 * Opens the file and returns its descriptor. Synchronous: for thousands of small files that is faster than going through the thread pool.
 */
function openSource(file: TreeFile, filePath: string): number {
  try {
    return openSync(filePath, 'r');
  } catch (error) {
    throw new AppError('BUNDLE_MISSING', `${filePath}, needed for ${file.path}, cannot be read: ${messageOf(error)}`, {
      hint: 'fetch it again',
      cause: error,
    });
  }
}

async function* storedFrames(file: TreeFile, lead: Buffer, read: Reader, nextBuffer: () => Buffer): AsyncGenerator<Frame> {
  if (file.sizeBytes === 0) yield leadFrame(lead, file);
  let front = lead;
  for (let left = file.sizeBytes; left > 0; ) {
    const length = Math.min(left, FRAME_PAYLOAD_BYTES);
    const buffer = nextBuffer();
    const framedLead = formatStored(front);
    buffer.set(framedLead);
    const { bytes, slots } = layOutStored(buffer.subarray(framedLead.length), length);
    if ((await read(slots)) !== length) throw changed(file, 'is shorter than it should be');
    left -= length;
    const whole = buffer.subarray(0, framedLead.length + bytes.length);
    yield { bytes: whole, deflated: null, payloadBytes: front.length + length, content: slots, file, isLast: left === 0 };
    front = NOTHING;
  }
}

async function* deflatedFrames(file: TreeFile, lead: Buffer, read: Reader): AsyncGenerator<Frame> {
  yield leadFrame(lead, file);
  const ahead: Promise<Frame>[] = [];
  try {
    for (let left = file.sizeBytes; left > 0; ) {
      const raw = Buffer.alloc(Math.min(left, DEFLATE_RUN_BYTES));
      if ((await read([raw])) !== raw.length) throw changed(file, 'is shorter than it should be');
      left -= raw.length;
      const isLast = left === 0;
      ahead.push(formatDeflated(raw).then((bytes) => ({ bytes, deflated: raw, payloadBytes: raw.length, content: [raw], file, isLast })));
      if (ahead.length === DEFLATE_AHEAD) yield await ahead.shift()!;
    }
    while (ahead.length > 0) yield await ahead.shift()!;
  } finally {
    await Promise.allSettled(ahead);
  }
}

const readv: (source: number, slots: readonly Uint8Array[]) => Promise<{ bytesRead: number }> = promisify(readvWithCallback);

function fileReader(source: number): Reader {
  return async (slots) => {
    let pending = slots;
    let total = 0;
    while (pending.length > 0) {
      const { bytesRead } = await readv(source, pending);
      if (bytesRead === 0) break;
      total += bytesRead;
      pending = dropBytes(pending, bytesRead);
    }
    return total;
  };
}

/** What is left to fill after a read of `count` bytes. */
function dropBytes(slots: readonly Buffer[], count: number): Buffer[] {
  let skip = count;
  const rest: Buffer[] = [];
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

/** The error for a file that is not what it should be. */
export function changed(file: TreeFile, what: string): AppError {
  const place = file.content.kind === 'file' ? file.content.filePath : 'its content in memory';
  return new AppError('BUNDLE_DIGEST_MISMATCH', `${file.path}: ${place} ${what}`, {
    hint: 'the stored copy is damaged or was changed: delete it and fetch again',
    details: { path: file.path, place },
  });
}
