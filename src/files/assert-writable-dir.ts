/** Finds out that a result cannot be written where it was asked for before an hour of downloading is spent on it. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError, messageOf } from '../base/errors.ts';

/**
 * Checks that `directory` can be written to, or can be made: its nearest existing parent is looked at. Nothing is written.
 *
 * @param option the option that named it, for the message.
 * @throws {AppError} `OUTPUT_UNWRITABLE`
 */
export async function assertWritableDir(directory: string, option: string): Promise<void> {
  let place = directory;
  let info = await stat(place).catch(whenAbsent);
  while (info === null && dirname(place) !== place) {
    place = dirname(place);
    info = await stat(place).catch(whenAbsent);
  }
  if (info !== null && !info.isDirectory()) throw unwritable(directory, option, `${place} is a file`);
  await access(place, constants.W_OK | constants.X_OK).catch((cause: unknown) => {
    throw unwritable(directory, option, messageOf(cause), cause);
  });
}

/** Below a file, `stat` says ENOTDIR: the parent will be looked at next. */
function whenAbsent(): null {
  return null;
}

function unwritable(directory: string, option: string, why: string, cause?: unknown): AppError {
  return new AppError('OUTPUT_UNWRITABLE', `cannot write to ${directory}: ${why}`, {
    cause,
    hint: `choose another directory with ${option}`,
  });
}
