/** Reads a lock for `--locked` and refuses one that answers another request. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { formatTarget } from '../../base/target.ts';
import type { Lock } from '../../lock/lock.ts';
import { parseLock } from '../../lock/parse-lock.ts';
import { staleReasons } from '../../lock/stale-reasons.ts';
import { lockedRequest } from '../../resolve/resolve-request.ts';
import type { CommandContext } from '../program/command.ts';
import type { StatedRequest } from './state-request.ts';

/** @throws {AppError} `LOCK_MISSING`, `LOCK_INVALID`, `LOCK_STALE` with every difference. */
export async function readFreshLock({ input }: StatedRequest, lockFile: string | undefined, context: CommandContext): Promise<Lock> {
  const { target, flavor } = input.manifest;
  const path = resolve(context.cwd, lockFile ?? `${formatTarget(target)}.lock`);
  const lock = await readLock(path);
  const reasons = staleReasons(lock, { ...target, flavor, request: lockedRequest(input) });
  if (reasons.length === 0) return lock;
  throw new AppError('LOCK_STALE', `${path} answers another request:\n  ${reasons.join('\n  ')}`, {
    hint: 'give the same options as when it was made, or make it anew with "pigsty-bundle resolve"',
    details: { reasons },
  });
}

const MAKE_ONE = 'make one with "pigsty-bundle resolve", or name it with --lock';

/** A lock from disk; `hint` says what else would do. @throws {AppError} `LOCK_MISSING`, `LOCK_INVALID`. */
export async function readLock(path: string, hint = MAKE_ONE): Promise<Lock> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new AppError('LOCK_MISSING', `cannot read the lock ${path}`, { cause, hint });
  });
  return parseLock(text, path);
}
