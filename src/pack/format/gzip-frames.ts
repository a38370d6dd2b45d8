/**
 * One gzip member (RFC 1952) put together from byte-aligned deflate blocks (RFC 1951): stored blocks for packages, which are compressed
 * already, and flushed deflate runs for the rest. Every decoder reads it as an ordinary gzip file.
 * The framing depends on the content alone, never on how reads happened to be cut.
 */

import { promisify } from 'node:util';
import { constants, deflateRaw } from 'node:zlib';

/** Most a stored block can hold. */
export const STORED_BLOCK_BYTES = 65_535;
/** Type and length before the payload of a stored block. */
export const STORED_HEADER_BYTES = 5;
/** Input of one deflate run. Runs are independent of each other, so they can be made in parallel. */
export const DEFLATE_RUN_BYTES = 1024 * 1024;

/** The gzip header: method deflate, without name and time, operating system unknown. */
export const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

/**
 * How every deflated run ends: the empty stored block of a flush. No run has these bytes anywhere else, so a reader finds its end without
 * inflating.
 */
export const RUN_END = Buffer.from([0, 0, 0xff, 0xff]);

/** The empty block that ends the member. */
export const FINAL_BLOCK = Buffer.from([1, 0, 0, 0xff, 0xff]);
/** The final block and the gzip trailer. */
export const END_BYTES = FINAL_BLOCK.length + 8;

const deflate = promisify(deflateRaw) as (bytes: Uint8Array, options: object) => Promise<Buffer>;

/** A buffer laid out for stored blocks: `bytes` is what goes to the file, `slots` the places in it for payload, in order. */
export interface StoredFrame {
  readonly bytes: Buffer;
  readonly slots: readonly Buffer[];
}

/** Bytes that `sizeBytes` of payload take as stored blocks. */
export function storedBytes(sizeBytes: number): number {
  return sizeBytes + Math.ceil(sizeBytes / STORED_BLOCK_BYTES) * STORED_HEADER_BYTES;
}

/**
 * Lays `sizeBytes` of payload out in `buffer` (at least `storedBytes(sizeBytes)` long), block headers written, slots still to be filled.
 */
export function layOutStored(buffer: Buffer, sizeBytes: number): StoredFrame {
  const slots: Buffer[] = [];
  let at = 0;
  for (let left = sizeBytes; left > 0; left -= STORED_BLOCK_BYTES) {
    const length = Math.min(left, STORED_BLOCK_BYTES);
    buffer[at] = 0;
    buffer.writeUInt16LE(length, at + 1);
    buffer.writeUInt16LE(length ^ 0xffff, at + 3);
    slots.push(buffer.subarray(at + STORED_HEADER_BYTES, at + STORED_HEADER_BYTES + length));
    at += STORED_HEADER_BYTES + length;
  }
  return { bytes: buffer.subarray(0, at), slots };
}

/** `payload` as stored blocks. */
export function formatStored(payload: Uint8Array): Buffer {
  const frame = layOutStored(Buffer.alloc(storedBytes(payload.length)), payload.length);
  let at = 0;
  for (const slot of frame.slots) {
    slot.set(payload.subarray(at, at + slot.length));
    at += slot.length;
  }
  return frame.bytes;
}

/**
 * `payload` (at most {@link DEFLATE_RUN_BYTES}) deflated, ending on a byte boundary with the window reset; stored when deflating does not
 * make it smaller, and in the rare case that a reader could not find the end of the run.
 */
export async function formatDeflated(payload: Uint8Array): Promise<Buffer> {
  const run = await deflate(payload, { level: 6, memLevel: 9, finishFlush: constants.Z_FULL_FLUSH });
  const looksStored = run[0] === 0;
  const endsOnce = run.indexOf(RUN_END) === run.length - RUN_END.length;
  return endsOnce && !looksStored && run.length < storedBytes(payload.length) ? run : formatStored(payload);
}

/** The final empty block and the gzip trailer. `sizeBytes` is the length of everything that was compressed. */
export function formatGzipEnd(crc32: number, sizeBytes: number): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc32, 0);
  trailer.writeUInt32LE(sizeBytes % 2 ** 32, 4);
  return Buffer.concat([FINAL_BLOCK, trailer]);
}
