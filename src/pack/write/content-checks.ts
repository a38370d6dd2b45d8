/** Compares the digest of each file with what it must be, on its way into a bundle. */
import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import type { Frame } from './bundle-frames.ts';
import { changed } from './bundle-frames.ts';

/** Running state over the frames of one bundle. */
export class ContentChecks {
  #hash: Hash = createHash('sha256');

  /**
   * Takes in one frame, in order.
   *
   * @throws {AppError} `BUNDLE_DIGEST_MISMATCH` when the file that ends in it has another digest than it should.
   */
  add(frame: Frame): void {
    for (const piece of frame.content) this.#hash.update(piece);
    if (!frame.isLast || frame.file === null) return;
    const actual = this.#hash.digest('hex');
    if (actual !== frame.file.sha256) throw changed(frame.file, `has sha256 ${actual} instead of ${frame.file.sha256}`);
    this.#hash = createHash('sha256');
  }
}
