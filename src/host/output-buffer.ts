/** Collects a command's output up to a limit. */

/** Chunks in arrival order; `full` once more came than allowed, and then nothing more is kept. */
export class OutputBuffer {
  readonly #chunks: Uint8Array[] = [];
  readonly #limitBytes: number;
  #sizeBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get full(): boolean {
    return this.#sizeBytes > this.#limitBytes;
  }

  push(chunk: Uint8Array): void {
    this.#sizeBytes += chunk.length;
    if (!this.full) this.#chunks.push(chunk);
  }

  toBuffer(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
