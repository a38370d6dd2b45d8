/** Turns a fired AbortSignal into the error the rest of the program understands. */
import { AppError, isAppError } from './errors.ts';

/**
 * Returns while `signal` is quiet.
 *
 * @throws {AppError} `INTERRUPTED`, or the AppError the signal was fired with.
 */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw interruptionOf(signal);
}

/** The error of a signal that has fired: the AppError it was fired with, else `INTERRUPTED`. */
export function interruptionOf(signal: AbortSignal): AppError {
  return isAppError(signal.reason) ? signal.reason : new AppError('INTERRUPTED', 'interrupted');
}
