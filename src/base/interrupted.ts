/** What a fired AbortSignal means: somebody stopped the run. */
import { AppError, isAppError } from './errors.ts';

/** The AppError `signal` was fired with, else `INTERRUPTED`; `doing` says what was under way: `interrupted while DOING`. */
export function interruptedError(signal?: AbortSignal, doing?: string): AppError {
  if (isAppError(signal?.reason)) return signal.reason;
  return new AppError('INTERRUPTED', doing === undefined ? 'interrupted' : `interrupted while ${doing}`);
}

/**
 * Returns while `signal` is quiet.
 *
 * @throws {AppError} as {@link interruptedError}.
 */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw interruptedError(signal);
}
