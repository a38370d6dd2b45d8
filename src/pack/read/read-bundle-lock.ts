/**
 * The lock a bundle was made from travels in it, so that two bundles can be compared and a package's reason looked up without the build
 * machine.
 */
import { AppError } from '../../base/errors.ts';
import type { Lock } from '../../lock/lock.ts';
import { parseLock } from '../../lock/parse-lock.ts';
import { LOCK_PATH } from '../format/layout.ts';
import { readBundle } from './read-bundle.ts';
import type { BundleInput } from './tar-stream.ts';

const MAX_LOCK_BYTES = 256 * 1024 * 1024;

/** Ends the reading as soon as the lock is there. */
class Found extends Error {
  readonly bytes: Buffer;
  constructor(bytes: Buffer) {
    super('found');
    this.bytes = bytes;
  }
}

/**
 * Reads the lock out of a bundle; its digest is checked, what comes after it is not looked at.
 *
 * @throws {AppError} as `readBundle`; `LOCK_MISSING` when there is none, `LOCK_INVALID`.
 */
export async function readBundleLock(input: BundleInput): Promise<Lock> {
  const source = typeof input === 'string' ? input : 'the bundle';
  try {
    await readBundle(input, {
      onFile: (file) => {
        if (file.path !== LOCK_PATH) return null;
        if (file.sizeBytes > MAX_LOCK_BYTES) throw new AppError('LOCK_INVALID', `${source}: its lock is too large to read`);
        const pieces: Buffer[] = [];
        return {
          write: (piece) => void pieces.push(Buffer.from(piece)),
          end: (ok) => {
            if (ok) throw new Found(Buffer.concat(pieces));
          },
        };
      },
    });
  } catch (error) {
    if (error instanceof Found) return parseLock(error.bytes.toString(), `${source}:${LOCK_PATH}`);
    throw error;
  }
  throw new AppError('LOCK_MISSING', `${source} carries no lock`);
}
