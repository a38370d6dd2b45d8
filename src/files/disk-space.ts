/** Free space, asked before the first byte is written, and the error for when it ran out after all. */
import { statfs } from 'node:fs/promises';
import { formatBytes } from '../base/bytes.ts';
import { AppError } from '../base/errors.ts';

/** On a read-only file system Node's recursive mkdir says ENOENT; a file in the way is EEXIST or ENOTDIR. */
const UNWRITABLE = new Set(['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOENT', 'EFBIG', 'ENAMETOOLONG', 'EIO']);

/** Bytes an unprivileged process may still write below `directory`. */
export async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

/**
 * Checks that `neededBytes` fit below `directory`.
 *
 * @throws {AppError} `DISK_FULL` with both figures.
 */
export async function assertFreeSpace(directory: string, neededBytes: number, what: string): Promise<void> {
  const free = await freeBytes(directory);
  if (free < neededBytes) throw diskFull(directory, neededBytes, free, what);
}

/** `DISK_FULL` when `error` says that the disk or the quota is exhausted, else `error` as it is. */
export async function explainWriteError(error: unknown, directory: string, neededBytes: number, what: string): Promise<unknown> {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(directory, neededBytes, await freeBytes(directory).catch(() => 0), what);
  if (typeof code === 'string' && UNWRITABLE.has(code)) {
    return new AppError('OUTPUT_UNWRITABLE', `${what} cannot be written to ${directory}: ${(error as Error).message}`, {
      cause: error,
      hint: 'choose another directory',
    });
  }
  return error;
}

function diskFull(directory: string, neededBytes: number, free: number, what: string): AppError {
  return new AppError('DISK_FULL', `${what} needs ${formatBytes(neededBytes)} in ${directory}; ${formatBytes(free)} are free`, {
    hint: `free ${formatBytes(Math.max(neededBytes - free, 1))} there, or choose another directory`,
    details: { directory, neededBytes, freeBytes: free },
  });
}
