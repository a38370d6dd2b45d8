/**
 * Takes the gzip member of a bundle apart (RFC 1952, framed as `format/gzip-frames.ts` does). Packages lie in stored blocks and are handed
 * on as they are, so only what was really deflated goes through zlib. Other framings, which gzip allows, are refused: a bundle has one
 * form.
 */
import { promisify } from 'node:util';
import { constants, crc32, gunzipSync, inflateRaw } from 'node:zlib';
import { AppError } from '../../base/errors.ts';
import { bundleFaultsError } from '../format/bundle-fault.ts';
import { DEFLATE_RUN_BYTES, END_BYTES, FINAL_BLOCK, GZIP_HEADER, RUN_END, STORED_HEADER_BYTES } from '../format/gzip-frames.ts';
import { INDEX_PATH } from '../format/layout.ts';
import { BLOCK_BYTES, describeHeader } from '../format/tar-header.ts';
import { notABundle, recompressed } from './explain-header.ts';

/** Deflating never adds more than this to a run that was kept. */
const MAX_RUN_BYTES = DEFLATE_RUN_BYTES + 64 * 1024;
/** Enough of a foreign gzip file to find its first tar header in; expands to 4 MiB at most. */
const PROBE_BYTES = 4096;

/** A run in one buffer: pieces would have to be copied together. */
const INFLATE_OPTIONS = { maxOutputLength: DEFLATE_RUN_BYTES, chunkSize: DEFLATE_RUN_BYTES, info: true };

const inflate = promisify(inflateRaw) as unknown as (
  bytes: Uint8Array,
  options: object,
) => Promise<{ readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } }>;

/** A place between two blocks, or inside a stored one, from which reading can begin. */
export interface Place {
  /** Compressed bytes before it. */
  readonly packedBytes: number;
  /** What is left of the stored block it is in; 0 between two blocks. */
  readonly storedLeft: number;
}

/**
 * The payload of the gzip member that `chunks` hold, in pieces. A piece is a view into the chunk it came from, which is overwritten in
 * part. The checksum is compared after the last piece.
 *
 * @throws {AppError} `BUNDLE_TRUNCATED` when `chunks` end too early; `BUNDLE_INVALID` when they are not gzip, framed in another way,
 * damaged, or followed by anything.
 */
export async function* unframe(chunks: AsyncIterable<Buffer>, name: string): AsyncGenerator<Buffer> {
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    yield* new Unframer(iterator, name).payload();
  } finally {
    await iterator.return?.();
  }
}

/**
 * Takes one gzip member apart. With `from`, the chunks begin at that place of it. With `isSeekable` a piece never reaches over the end of a
 * stored block, so that {@link place} says where to begin again; moving many blocks together is quicker, and is what whole bundles are read
 * with.
 */
export class Unframer {
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #name: string;
  #chunk: Buffer = Buffer.alloc(0);
  #at = 0;
  /** What is left of the current stored block. */
  #storedLeft = 0;
  #crc = 0;
  #sizeBytes = 0;
  /** Compressed bytes up to the end of the current chunk. */
  #packedBytes: number;
  readonly #isSeekable: boolean;
  /** Some of the payload was never seen: then there is no checksum of it. */
  #isPartial: boolean;
  readonly #startsWithHeader: boolean;

  constructor(chunks: AsyncIterator<Buffer>, name: string, { from, isSeekable }: { from?: Place; isSeekable?: boolean } = {}) {
    this.#chunks = chunks;
    this.#name = name;
    this.#isSeekable = isSeekable === true;
    this.#isPartial = from !== undefined;
    this.#startsWithHeader = from === undefined;
    this.#packedBytes = from?.packedBytes ?? 0;
    this.#storedLeft = from?.storedLeft ?? 0;
  }

  /** The place `backBytes` of payload before the next piece. They must be part of the last one, of a stored block. */
  place(backBytes: number): Place {
    const at = this.#packedBytes - (this.#chunk.length - this.#at);
    return { packedBytes: at - backBytes, storedLeft: this.#storedLeft + backBytes };
  }

  /**
   * Passes over `sizeBytes` of payload from the beginning of a file's content or of one of its blocks, and inflates nothing. Between two
   * pieces only.
   *
   * @returns how many bytes it were: fewer at the end of the member.
   */
  async skip(sizeBytes: number): Promise<number> {
    this.#isPartial = true;
    let skipped = 0;
    while (skipped < sizeBytes) {
      await this.#atLeastOne();
      if (this.#storedLeft > 0) {
        const length = Math.min(this.#storedLeft, this.#chunk.length - this.#at, sizeBytes - skipped);
        this.#at += length;
        this.#storedLeft -= length;
        skipped += length;
      } else if (this.#chunk[this.#at] === 0) this.#storedLeft = this.#storedLength(await this.#take(STORED_HEADER_BYTES));
      else if (this.#chunk[this.#at] === FINAL_BLOCK[0]) break;
      else {
        await this.#nextRun();
        skipped += Math.min(DEFLATE_RUN_BYTES, sizeBytes - skipped);
      }
    }
    return skipped;
  }

  async *payload(): AsyncGenerator<Buffer> {
    if (this.#startsWithHeader) await this.#gzipHeader();
    for (;;) {
      await this.#atLeastOne();
      if (this.#storedLeft > 0) yield this.#counted(this.#storedPiece());
      else if (this.#chunk[this.#at] === 0) this.#storedLeft = this.#storedLength(await this.#take(STORED_HEADER_BYTES));
      else if (this.#chunk[this.#at] === FINAL_BLOCK[0]) break;
      else yield this.#counted(await this.#inflated(await this.#nextRun()));
    }
    await this.#end();
  }

  async #gzipHeader(): Promise<void> {
    if (!(await this.#more())) throw this.#truncated();
    const start = this.#chunk.subarray(0, PROBE_BYTES);
    const header = start.subarray(0, GZIP_HEADER.length);
    if (!header.equals(GZIP_HEADER.subarray(0, header.length))) throw foreign(start, this.#name);
    await this.#take(GZIP_HEADER.length);
    await this.#atLeastOne();
    if (this.#chunk[this.#at] !== 0) throw foreign(start, this.#name);
  }

  /** Payload of as many stored blocks as lie in this chunk, moved together over their headers. */
  #storedPiece(): Buffer {
    const chunk = this.#chunk;
    const start = this.#at;
    let end = start;
    for (;;) {
      const length = Math.min(this.#storedLeft, chunk.length - this.#at);
      if (end !== this.#at) chunk.copyWithin(end, this.#at, this.#at + length);
      end += length;
      this.#at += length;
      this.#storedLeft -= length;
      const next = chunk.subarray(this.#at, this.#at + STORED_HEADER_BYTES);
      if (this.#isSeekable || this.#storedLeft > 0 || next.length < STORED_HEADER_BYTES || next[0] !== 0) return chunk.subarray(start, end);
      this.#storedLeft = this.#storedLength(next);
      this.#at += STORED_HEADER_BYTES;
    }
  }

  #storedLength(header: Buffer): number {
    const length = header.readUInt16LE(1);
    if (header.readUInt16LE(3) !== (length ^ 0xffff)) throw this.#damaged('a stored block has no valid length');
    return length;
  }

  /** A run ends where its end mark is; the writer sees to it that there is no other in it. */
  async #nextRun(): Promise<Buffer> {
    let searched = this.#at;
    for (;;) {
      const found = this.#chunk.indexOf(RUN_END, searched);
      const rest = this.#chunk.subarray(this.#at);
      if ((found === -1 ? rest.length : found - this.#at) > MAX_RUN_BYTES) throw this.#damaged('a compressed run does not end');
      if (found !== -1) {
        const run = this.#chunk.subarray(this.#at, found + RUN_END.length);
        this.#at = found + RUN_END.length;
        return run;
      }
      if (!(await this.#more())) throw this.#truncated();
      this.#chunk = Buffer.concat([rest, this.#chunk]);
      searched = Math.max(0, rest.length - RUN_END.length + 1);
    }
  }

  /** Inflates a run by itself: closed with a final block it has to be complete, and end where we think it does. */
  async #inflated(run: Buffer): Promise<Buffer> {
    const closed = Buffer.concat([run, FINAL_BLOCK]);
    try {
      const { buffer, engine } = await inflate(closed, INFLATE_OPTIONS);
      if (engine.bytesWritten === closed.length) return buffer;
    } catch (error) {
      throw this.#damaged('a compressed run cannot be read', error);
    }
    throw this.#damaged('a compressed run ends too early');
  }

  #counted(piece: Buffer): Buffer {
    this.#crc = crc32(piece, this.#crc);
    this.#sizeBytes += piece.length;
    return piece;
  }

  async #end(): Promise<void> {
    const end = await this.#take(END_BYTES);
    if (!end.subarray(0, FINAL_BLOCK.length).equals(FINAL_BLOCK)) throw this.#damaged('its last block is not empty');
    const isWrong =
      end.readUInt32LE(FINAL_BLOCK.length) !== this.#crc || end.readUInt32LE(FINAL_BLOCK.length + 4) !== this.#sizeBytes % 2 ** 32;
    if (isWrong && !this.#isPartial) throw this.#damaged('its checksum or size is wrong');
    if (this.#at < this.#chunk.length || (await this.#more()))
      throw bundleFaultsError(this.#name, [{ code: 'BUNDLE_INVALID', path: null, what: 'there is something after the end of the bundle' }]);
  }

  /** Exactly `length` bytes, copied. */
  async #take(length: number): Promise<Buffer> {
    const taken = Buffer.alloc(length);
    for (let got = 0; got < length; ) {
      await this.#atLeastOne();
      const count = this.#chunk.copy(taken, got, this.#at);
      this.#at += count;
      got += count;
    }
    return taken;
  }

  async #atLeastOne(): Promise<void> {
    while (this.#at >= this.#chunk.length) if (!(await this.#more())) throw this.#truncated();
  }

  async #more(): Promise<boolean> {
    const next = await this.#chunks.next();
    if (next.done === true) return false;
    this.#chunk = next.value;
    this.#packedBytes += next.value.length;
    this.#at = 0;
    return true;
  }

  #truncated(): AppError {
    return new AppError('BUNDLE_TRUNCATED', `${this.#name} ends too early`, {
      hint: 'the copy is incomplete: copy it again and compare with its .sha256',
    });
  }

  #damaged(why: string, cause?: unknown): AppError {
    return new AppError('BUNDLE_INVALID', `${this.#name}: the compressed data is damaged: ${why}`, {
      cause,
      hint: 'compare the file with its .sha256',
    });
  }
}

/** Explains what kind of file it is when it was not written by the bundle writer. */
function foreign(start: Buffer, name: string): AppError {
  if (start[0] !== 0x1f || start[1] !== 0x8b)
    return new AppError('BUNDLE_INVALID', `${name} is not a bundle: it is no gzip file`, {
      hint: 'name the .tgz that pigsty-bundle wrote',
    });
  let block = Buffer.alloc(BLOCK_BYTES);
  try {
    block = Buffer.concat([gunzipSync(start, { finishFlush: constants.Z_SYNC_FLUSH }), block]).subarray(0, BLOCK_BYTES);
  } catch {
    // It is damaged too: an empty block then leads to the same message.
  }
  return describeHeader(block).path === INDEX_PATH ? recompressed(name) : notABundle(block, name);
}
