/** Turns what the disk answers to a write into the two errors a person can act on: no room, no right to write. */
import { formatBytes } from '../base/bytes.ts';
import { AppError, type ErrorCode, isAppError, messageOf } from '../base/errors.ts';
import { errnoOf, isDiskFull } from './errno.ts';
import { freeBytesAt } from './free-space.ts';

/** On a read-only file system Node's recursive mkdir says ENOENT; a file in the way is EEXIST or ENOTDIR. */
const UNWRITABLE = new Set(['EACCES', 'EROFS', 'EPERM', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOENT', 'EFBIG', 'ENAMETOOLONG', 'EIO']);

/** What was being written. */
export interface WriteTarget {
  readonly path: string;
  /** In words, for the message: `the bundle`. */
  readonly what: string;
  /** Null when unknown. */
  readonly neededBytes: number | null;
  /** Which code says that the place cannot be written. */
  readonly unwritable: Extract<ErrorCode, 'OUTPUT_UNWRITABLE' | 'STORE_UNWRITABLE'>;
  /** What to do when there is no room, and when there is no right. */
  readonly hints: { readonly full: string; readonly unwritable: string };
}

/** The error to throw for a failed write: `DISK_FULL` with path and sizes, or `target.unwritable`; any other error is returned as it is. */
export async function explainWriteError(error: unknown, target: WriteTarget): Promise<unknown> {
  const { path, what, neededBytes, unwritable, hints } = target;
  if (isAppError(error)) return error;
  if (isDiskFull(error)) {
    const freeBytes = await freeBytesAt(path);
    const needed = neededBytes === null ? '' : `, ${formatBytes(neededBytes)} needed`;
    const free = freeBytes === null ? '' : `, ${formatBytes(freeBytes)} free`;
    return new AppError('DISK_FULL', `no room to write ${what} to ${path}${needed}${free} (${errnoOf(error)})`, {
      hint: hints.full,
      cause: error,
      details: { path, neededBytes, freeBytes },
    });
  }
  if (!UNWRITABLE.has(errnoOf(error))) return error;
  return new AppError(unwritable, `${what} cannot be written to ${path}: ${messageOf(error)}`, {
    hint: hints.unwritable,
    cause: error,
    details: { path },
  });
}

/** Runs `work`; a failure to write becomes what {@link explainWriteError} says. */
export async function withWriteErrors<T>(target: WriteTarget, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw await explainWriteError(error, target);
  }
}

/** A result of a build at `path`, for which another place can be chosen with `option`. */
export function outputTarget(path: string, what: string, neededBytes: number | null, option: string | null = null): WriteTarget {
  const elsewhere = option === null ? 'choose another directory' : `choose another place with ${option}`;
  return {
    path,
    what,
    neededBytes,
    unwritable: 'OUTPUT_UNWRITABLE',
    hints: { full: `free some space there, or ${elsewhere}`, unwritable: elsewhere },
  };
}
