/**
 * The compressed bytes of a bundle in large pieces, from a file or a stream, in a few buffers used in turn: memory stays flat however
 * large the bundle is.
 */
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';

const CHUNK_BYTES = 1024 * 1024;
/** One being filled, one in use, and the two before it, which may still be on their way to a disk. */
const RING_SIZE = 4;

/** Fills a buffer from its beginning, whole unless the data ends; returns how many bytes it could. */
export type Fill = (buffer: Buffer) => Promise<number>;

/** Everything `fill` gives. With one chunk asked for in advance, a chunk is valid until two more were taken. */
export async function* packedChunks(fill: Fill): AsyncGenerator<Buffer> {
  const ring = Array.from({ length: RING_SIZE }, () => Buffer.allocUnsafeSlow(CHUNK_BYTES));
  for (let turn = 0; ; turn += 1) {
    const buffer = ring[turn % RING_SIZE]!;
    const length = await fill(buffer);
    if (length === 0) return;
    yield buffer.subarray(0, length);
  }
}

/** Reads a file from `position`. */
export function fillFromFile(handle: FileHandle, position = 0): Fill {
  let at = position;
  return async (buffer) => {
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, at);
      if (bytesRead === 0) break;
      length += bytesRead;
      at += bytesRead;
    }
    return length;
  };
}

/** Takes what a stream gives; its own chunks are copied and left as they are. */
export function fillFromStream(stream: Readable): Fill {
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  let left: Buffer = Buffer.alloc(0);
  return async (buffer) => {
    let length = 0;
    while (length < buffer.length) {
      if (left.length === 0) {
        const next = await chunks.next();
        if (next.done === true) break;
        left = next.value;
      }
      const count = left.copy(buffer, length);
      left = left.subarray(count);
      length += count;
    }
    return length;
  };
}
