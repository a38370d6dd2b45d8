/**
 * Reads parts of a large file of the store without reading all of it. Every 16 KiB have a SHA-256 of their own, taken when the whole file
 * was verified; a block is compared with it when its first byte is asked for, so that nothing is believed that was not hashed in this
 * process.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync, rmSync } from 'node:fs';

const BLOCK_BYTES = 1 << 14;
const DIGEST_BYTES = 32;

/** The file is not what it was when it was verified. It is gone now: the next reader makes or downloads it again. */
export class DamagedFile extends Error {}

/** Files whose reader is gone are closed. */
const unused = new FinalizationRegistry<number>((handle) => closeSync(handle));

/** The digests of all blocks of a file, one behind the other. Bytes may come in pieces. */
export class BlockDigests {
  readonly #digests: Buffer[] = [];
  #hash = createHash('sha256');
  #open = 0;

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const piece = bytes.subarray(at, at + BLOCK_BYTES - this.#open);
      this.#hash.update(piece);
      this.#open += piece.length;
      at += piece.length;
      if (this.#open === BLOCK_BYTES) this.#close();
    }
  }

  /** Ends the last block. */
  finish(): Buffer {
    if (this.#open > 0) this.#close();
    return Buffer.concat(this.#digests);
  }

  #close(): void {
    this.#digests.push(this.#hash.digest());
    this.#hash = createHash('sha256');
    this.#open = 0;
  }
}

/** See the head of the file. It stays readable after the file was removed or replaced. */
export class BlockFile {
  readonly sizeBytes: number;
  readonly #path: string;
  readonly #handle: number;
  readonly #digests: Buffer;
  /** Memory a block is read into when it is asked for; what was never asked for takes none. */
  readonly #bytes: Buffer;
  readonly #isRead: Uint8Array;

  private constructor(path: string, handle: number, sizeBytes: number, digests: Buffer) {
    this.sizeBytes = sizeBytes;
    this.#path = path;
    this.#handle = handle;
    this.#digests = digests;
    this.#bytes = Buffer.allocUnsafeSlow(sizeBytes);
    this.#isRead = new Uint8Array(digests.length / DIGEST_BYTES);
    unused.register(this, handle);
  }

  /**
   * Opens the first `sizeBytes` of a file with the digests of its blocks; undefined when there is no such file or it is shorter. Reads none
   * of it.
   */
  static open(path: string, sizeBytes: number, digests: Buffer): BlockFile | undefined {
    if (digests.length !== Math.ceil(sizeBytes / BLOCK_BYTES) * DIGEST_BYTES) return undefined;
    const handle = openIfThere(path);
    if (handle === undefined) return undefined;
    if (fstatSync(handle).size >= sizeBytes) return new BlockFile(path, handle, sizeBytes, digests);
    closeSync(handle);
    return undefined;
  }

  /** Bytes of the file, a view. @throws {DamagedFile} */
  read(start: number, end: number): Buffer {
    for (let block = Math.floor(start / BLOCK_BYTES); block * BLOCK_BYTES < end; block += 1) {
      if (this.#isRead[block] !== 1) this.#readBlock(block);
    }
    return this.#bytes.subarray(start, end);
  }

  #readBlock(block: number): void {
    const start = block * BLOCK_BYTES;
    const place = this.#bytes.subarray(start, start + BLOCK_BYTES);
    for (let at = 0, got = 1; at < place.length && got > 0; at += got) {
      got = readSync(this.#handle, place, at, place.length - at, start + at);
    }
    const expected = this.#digests.subarray(block * DIGEST_BYTES, (block + 1) * DIGEST_BYTES);
    if (!createHash('sha256').update(place).digest().equals(expected)) {
      rmSync(this.#path, { force: true });
      throw new DamagedFile(`${this.#path} is damaged near byte ${start}`);
    }
    this.#isRead[block] = 1;
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r');
  } catch {
    return undefined;
  }
}
