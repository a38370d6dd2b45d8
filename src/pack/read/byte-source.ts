/** Reads exact amounts from a stream of chunks. Holds one chunk at a time, `some` copies nothing. */

/** Passes over bytes of a stream without making them; returns how many. */
export type PassOver = (sizeBytes: number) => Promise<number>;

/** A position in a byte stream. Not to be used by two readers at once. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);
  readonly #passOver: PassOver | null;

  /** With `passOver`, bytes that are skipped need not be made. It is asked only between two chunks. */
  constructor(chunks: AsyncIterable<Buffer>, passOver: PassOver | null = null) {
    this.#chunks = chunks[Symbol.asyncIterator]();
    this.#passOver = passOver;
  }

  /** How many bytes of the current chunk are not taken yet. */
  get buffered(): number {
    return this.#chunk.length;
  }

  /** The next bytes, at most `maxBytes`, at least one; null at the end of the stream. A view, valid as long as the chunk it is from. */
  async some(maxBytes: number): Promise<Buffer | null> {
    while (this.#chunk.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return null;
      this.#chunk = next.value;
    }
    const taken = this.#chunk.subarray(0, maxBytes);
    this.#chunk = this.#chunk.subarray(taken.length);
    return taken;
  }

  /** Exactly `sizeBytes` in a buffer of their own, or fewer when the stream ends before. */
  async upTo(sizeBytes: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let length = 0;
    while (length < sizeBytes) {
      const piece = await this.some(sizeBytes - length);
      if (piece === null) break;
      pieces.push(Buffer.from(piece));
      length += piece.length;
    }
    return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
  }

  /** Passes over `sizeBytes`; fewer when the stream ends before. Returns how many it were. */
  async skip(sizeBytes: number): Promise<number> {
    let skipped = 0;
    while (skipped < sizeBytes) {
      if (this.#chunk.length === 0 && this.#passOver !== null) return skipped + (await this.#passOver(sizeBytes - skipped));
      const piece = await this.some(sizeBytes - skipped);
      if (piece === null) break;
      skipped += piece.length;
    }
    return skipped;
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
