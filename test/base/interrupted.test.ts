import { expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { interruptedError, throwIfAborted } from '../../src/base/interrupted.ts';

it('lets a quiet signal pass', () => {
  expect(() => throwIfAborted(new AbortController().signal)).not.toThrow();
});

it('throws the AppError the signal was fired with', () => {
  const reason = new AppError('INTERRUPTED', 'interrupted', { hint: 'again' });
  expect(() => throwIfAborted(AbortSignal.abort(reason))).toThrow(reason);
});

it.each([undefined, new Error('other'), 'text'])('says INTERRUPTED when it was fired with %s', (reason) => {
  expect(() => throwIfAborted(AbortSignal.abort(reason))).toThrow(expect.objectContaining({ code: 'INTERRUPTED' }));
});

it('gives the same error without throwing it', () => {
  const reason = new AppError('DISK_FULL', 'full');
  expect(interruptedError(AbortSignal.abort(reason))).toBe(reason);
  expect(interruptedError(AbortSignal.abort())).toMatchObject({ code: 'INTERRUPTED' });
});
