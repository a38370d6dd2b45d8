/** Looks at every frame once on its way to disk: the gzip checksum over all of it, and each file's digest against what it must be. */
import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Frame } from './bundle-frames.ts';
import { changed } from './bundle-frames.ts';

/** Running state over the frames of one bundle. */
export class FrameChecks {
  /** CRC-32 of the payload so far. */
  crc = 0;
  /** Length of the payload so far. */
  payloadBytes = 0;
  #hash: Hash = createHash('sha256');

  /**
   * Takes in one frame, in order.
   *
   * @throws {AppError} `BUNDLE_DIGEST_MISMATCH` when the file that ends in it has another digest than it should.
   */
  add(frame: Frame): void {
    this.addPayload(frame.lead);
    for (const piece of frame.content) {
      this.addPayload(piece);
      this.#hash.update(piece);
    }
    if (!frame.isLast || frame.file === null) return;
    const actual = this.#hash.digest('hex');
    if (actual !== frame.file.sha256) throw changed(frame.file, `has sha256 ${actual} instead of ${frame.file.sha256}`);
    this.#hash = createHash('sha256');
  }

  /** Takes in bytes that belong to no file. */
  addPayload(bytes: Uint8Array): void {
    this.crc = crc32(bytes, this.crc);
    this.payloadBytes += bytes.length;
  }
}
