/** Reads exact amounts from a stream of chunks. Holds one chunk at a time, `some` copies nothing. */

/** A position in a byte stream. Not to be used by two readers at once. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Buffer>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
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

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
