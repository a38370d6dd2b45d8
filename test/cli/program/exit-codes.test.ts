import { expect, it } from 'vitest';
import { AppError, type ErrorCode } from '../../../src/base/errors.ts';
import { EXIT, exitCodeOf } from '../../../src/cli/program/exit-codes.ts';

it.each<[ErrorCode, number]>([
  ['USAGE', 64],
  ['LOCK_INVALID', 65],
  ['LOCK_MISSING', 66],
  ['FETCH_FAILED', 69],
  ['OUTPUT_UNWRITABLE', 73],
  ['DISK_FULL', 74],
  ['HOST_PERMISSION', 77],
  ['CONFIG_INVALID', 78],
  ['INTERRUPTED', 130],
])('%s ends with %d', (code, exitCode) => {
  expect(exitCodeOf(new AppError(code, 'x'))).toBe(exitCode);
});

it.each([
  ['a bug', new TypeError('x'), EXIT.bug],
  ['anything thrown', 'text', EXIT.bug],
  ['an error that only looks like one of ours', { code: 'USAGE' }, EXIT.bug],
  ['several errors: that of the first', new AggregateError([new AppError('DISK_FULL', 'x'), new AppError('USAGE', 'y')]), EXIT.io],
  ['several errors, none of them there', new AggregateError([]), EXIT.bug],
])('%s', (_what, error, exitCode) => {
  expect(exitCodeOf(error)).toBe(exitCode);
});
