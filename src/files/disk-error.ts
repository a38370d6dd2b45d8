/** Turns what the disk answers into the two errors a person can act on: no room, no right to write. */
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { formatBytes } from '../base/bytes.ts';
import { AppError } from '../base/errors.ts';

const NO_ROOM = new Set(['ENOSPC', 'EDQUOT']);
const NO_RIGHT = new Set(['EACCES', 'EPERM', 'EROFS']);

/** True when a system error says that the disk or the quota is exhausted. */
export function isDiskFull(error: unknown): boolean {
  return NO_ROOM.has(errnoOf(error));
}

/** The `errno` name of a system error (`ENOENT`), or `''`. */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Bytes an unprivileged user can still write at `path` or its nearest existing parent; null when the file system does not say. */
async function freeBytesAt(path: string): Promise<number | null> {
  for (let at = path; ; at = dirname(at)) {
    try {
      const stats = await statfs(at);
      return stats.bavail * stats.bsize;
    } catch {
      if (at === dirname(at)) return null;
    }
  }
}

/**
 * The error to throw for a failed write below the store: `DISK_FULL` or `STORE_UNWRITABLE` with path, figures and a hint; any other
 * error comes back as it is.
 *
 * @param neededBytes size of what was being written, null when unknown
 */
export async function explainDiskError(error: unknown, path: string, neededBytes: number | null): Promise<unknown> {
  const errno = errnoOf(error);
  if (isDiskFull(error)) {
    const freeBytes = await freeBytesAt(path);
    const needed = neededBytes === null ? '' : `, ${formatBytes(neededBytes)} needed`;
    const free = freeBytes === null ? '' : `, ${formatBytes(freeBytes)} free`;
    return new AppError('DISK_FULL', `no room to write ${path}${needed}${free} (${errno})`, {
      hint: 'free some space, or put the store on another disk with PIGSTY_BUNDLE_STORE; what was downloaded is kept',
      cause: error,
      details: { path, neededBytes, freeBytes },
    });
  }
  if (NO_RIGHT.has(errno)) return storeUnwritable(path, error);
  return error;
}

/** The `STORE_UNWRITABLE` error for `path`. */
export function storeUnwritable(path: string, cause: unknown): AppError {
  return new AppError('STORE_UNWRITABLE', `cannot write ${path} (${errnoOf(cause)})`, {
    hint: 'make the store writable for this user, or choose another with PIGSTY_BUNDLE_STORE',
    cause,
    details: { path },
  });
}

/** Runs `work`; a failure to write becomes what {@link explainDiskError} says. */
export async function withDiskErrors<T>(path: string, neededBytes: number | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await explainDiskError(error, path, neededBytes);
  }
}
