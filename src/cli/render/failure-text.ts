/** An error as lines for the console: what, why, and what to do; no stack trace unless it is a bug of this program. */

import { AppError, isAppError, messageOf } from '../../base/errors.ts';
import type { TargetFailure } from '../../base/events.ts';

/** The lines of a failure, first one prefixed with `error:`. An unexpected error is named a bug and says what to report. */
export function failureLines(error: unknown): string[] {
  if (error instanceof AggregateError) return error.errors.flatMap((inner) => failureLines(inner));
  if (!(error instanceof AppError)) {
    const stack = error instanceof Error ? (error.stack ?? '').split('\n').slice(1, 6) : [];
    return [
      `error: this is a bug in pigsty-bundle: ${messageOf(error)}`,
      ...stack,
      'hint: report it with the lines above and the command you ran',
    ];
  }
  const [first = '', ...rest] = error.message.split('\n');
  const lines = [`error: ${first} [${error.code}]`, ...rest];
  if (error.cause !== undefined && !isAppError(error.cause)) {
    const cause = messageOf(error.cause);
    if (!error.message.includes(cause)) lines.push(`cause: ${cause}`);
  }
  if (error.hint !== undefined) lines.push(`hint: ${error.hint}`);
  return lines;
}

/** The lines of one target of several that failed; the others go on. */
export function failedTargetLines(target: string, { code, message, hint }: TargetFailure): string[] {
  const [first = '', ...rest] = message.split('\n');
  return [`${target}: error: ${first} [${code}]`, ...rest, ...(hint === undefined ? [] : [`hint: ${hint}`])];
}

/** The same for `--json`. */
export function failureData(error: unknown, exitCode: number): Record<string, unknown> {
  const data: Record<string, unknown> = { type: 'exit', exitCode, message: messageOf(error) };
  if (error instanceof AppError) {
    data.code = error.code;
    if (error.hint !== undefined) data.hint = error.hint;
    if (error.details !== undefined) data.details = error.details;
  } else {
    data.code = 'BUG';
  }
  return data;
}
