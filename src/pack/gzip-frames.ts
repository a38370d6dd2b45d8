/**
 * One gzip member (RFC 1952) put together from byte-aligned deflate blocks (RFC 1951): stored blocks for packages, which are compressed
 * already, and flushed deflate runs for the rest. Every decoder reads it as an ordinary gzip file.
 * The framing depends on the content alone, never on how reads happened to be cut.
 */

import { promisify } from 'node:util';
import { constants, deflateRaw } from 'node:zlib';

/** Most a stored block can hold. */
export const STORED_BLOCK_BYTES = 65_535;
const STORED_HEADER_BYTES = 5;
/** Input of one deflate run. Runs are independent of each other, so they can be made in parallel. */
export const DEFLATE_RUN_BYTES = 1024 * 1024;

/** Gzip header: deflate, no name, no time, unknown system. */
export const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

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

/** Lays `sizeBytes` of payload out in `buffer` (at least `storedBytes(sizeBytes)` long), block headers written, slots still to be filled. */
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

/** `payload` (at most {@link DEFLATE_RUN_BYTES}) deflated, ending on a byte boundary with the window reset. */
export function formatDeflated(payload: Uint8Array): Promise<Buffer> {
  return deflate(payload, { level: 6, memLevel: 9, finishFlush: constants.Z_FULL_FLUSH });
}

/** The final empty block and the gzip trailer. `sizeBytes` is the length of everything that was compressed. */
export function formatGzipEnd(crc32: number, sizeBytes: number): Buffer {
  const end = Buffer.alloc(STORED_HEADER_BYTES + 8);
  end.writeUInt8(1, 0);
  end.writeUInt16LE(0xffff, 3);
  end.writeUInt32LE(crc32, STORED_HEADER_BYTES);
  end.writeUInt32LE(sizeBytes % 2 ** 32, STORED_HEADER_BYTES + 4);
  return end;
}
