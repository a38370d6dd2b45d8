/** Free space, asked before the first byte is written and again for the error when it ran out after all. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatBytes } from '../base/bytes.ts';
import { AppError } from '../base/errors.ts';

/** Bytes an unprivileged process may still write at `path` or its nearest existing parent; null when the file system does not say. */
export async function freeBytesAt(path: string): Promise<number | null> {
  for (let at = path; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at);
      return bavail * bsize;
    } catch {
      if (at === dirname(at)) return null;
    }
  }
}

/**
 * Checks that `neededBytes` fit below `directory`. `what` is what is going to be written, for the message.
 *
 * @throws {AppError} `DISK_FULL` with both figures.
 */
export async function assertFreeSpace(directory: string, neededBytes: number, what: string): Promise<void> {
  const freeBytes = await freeBytesAt(directory);
  if (freeBytes === null || freeBytes >= neededBytes) return;
  throw new AppError('DISK_FULL', `${what} needs ${formatBytes(neededBytes)} in ${directory}; ${formatBytes(freeBytes)} are free`, {
    hint: `free ${formatBytes(neededBytes - freeBytes)} there, or choose another directory`,
    details: { directory, neededBytes, freeBytes },
  });
}
