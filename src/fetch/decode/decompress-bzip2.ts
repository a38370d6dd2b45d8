/**
 * bzip2, block by block. unbzip2-stream's own stream keeps a whole block's output as an array of numbers before anybody can object: 45
 * bytes of input become 46 MB. So its decoder is driven here with a sink that knows the limit. Old repositories only; nobody needs it to be
 * fast.
 */
// @ts-expect-error the package's types describe its stream only
import bitIterator from 'unbzip2-stream/lib/bit_iterator.js';
// @ts-expect-error as above
import bzip2 from 'unbzip2-stream/lib/bzip2.js';

interface BitReader {
  (bits: number): number;
  readonly bytesRead: number;
}

interface Bzip2 {
  /** Reads a stream's header: the block size in units of 100,000 bytes. */
  header(bits: BitReader): number;
  /** Decodes one block into `sink`; null when the stream has ended instead, its checksum being right. */
  decompress(bits: BitReader, sink: (byte: number) => void, block: Int32Array, blockBytes: number, checksum: number): number | null;
}

const decoder = bzip2 as Bzip2;
const readerOf = bitIterator as (nextBuffer: () => Uint8Array | undefined) => BitReader;
const PIECE_BYTES = 512 * 1024;

/** The bytes of every stream in `bytes`, in pieces, a pause after each block; stops soon after `maxBytes`. Plain `Error`s for damage. */
export async function* decompressBzip2(bytes: Uint8Array, maxBytes: number): AsyncGenerator<Buffer> {
  const input = [bytes];
  const bits = readerOf(() => input.shift());
  const sink = new PieceSink(maxBytes);
  do {
    const blockBytes = 100_000 * decoder.header(bits);
    const block = new Int32Array(blockBytes);
    let checksum: number | null = 0;
    while (checksum !== null && !sink.full) {
      checksum = decodeBlock(bits, sink, block, checksum);
      yield* sink.take();
      await new Promise((resolve) => setImmediate(resolve));
    }
  } while (bits.bytesRead < bytes.length && !sink.full);
}

function decodeBlock(bits: BitReader, sink: PieceSink, block: Int32Array, checksum: number): number | null {
  try {
    return decoder.decompress(bits, (byte) => sink.push(byte), block, block.length, checksum);
  } catch (error) {
    if (error === FULL) return checksum;
    // The library reads on behind the last byte, and fails on what is not there.
    throw error instanceof TypeError ? new Error('unexpected end', { cause: error }) : error;
  }
}

/** Ends a block early; the caller sees that there is more than it allows. */
const FULL = new Error('limit reached');

/** Collects single bytes into pieces, one more than `maxBytes` at most. */
class PieceSink {
  full = false;
  readonly #maxBytes: number;
  #sizeBytes = 0;
  #done: Buffer[] = [];
  #piece = Buffer.allocUnsafe(PIECE_BYTES);
  #used = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(byte: number): void {
    if (this.#used === PIECE_BYTES) this.#finishPiece();
    this.#piece[this.#used] = byte;
    this.#used += 1;
    this.#sizeBytes += 1;
    if (this.#sizeBytes <= this.#maxBytes) return;
    this.full = true;
    throw FULL;
  }

  /** The pieces so far. */
  take(): Buffer[] {
    this.#finishPiece();
    const pieces = this.#done;
    this.#done = [];
    return pieces;
  }

  #finishPiece(): void {
    if (this.#used > 0) this.#done.push(this.#piece.subarray(0, this.#used));
    this.#piece = Buffer.allocUnsafe(PIECE_BYTES);
    this.#used = 0;
  }
}
