import { describe, expect, it } from 'vitest';
import { AppError, isAppError, messageOf } from '../../src/base/errors.ts';

describe('AppError', () => {
  it('carries code, hint, details and cause, with credentials removed from what is shown', () => {
    const cause = new Error('socket');
    const error = new AppError('FETCH_FAILED', 'GET https://bob:pw@host/x', {
      hint: 'see https://bob:pw@host/',
      cause,
      details: { status: 500 },
    });
    expect(error).toMatchObject({ name: 'AppError', code: 'FETCH_FAILED', details: { status: 500 }, cause });
    expect(error.message).toBe('GET https://***@host/x');
    expect(error.hint).toBe('see https://***@host/');
  });

  it('has no cause property when there was none', () => {
    expect('cause' in new AppError('USAGE', 'x')).toBe(false);
    expect(new AppError('USAGE', 'x').hint).toBeUndefined();
  });
});

describe('isAppError', () => {
  it.each<[unknown, boolean, boolean]>([
    [new AppError('USAGE', 'x'), true, true],
    [new AppError('LOCK_STALE', 'x'), true, false],
    [new Error('x'), false, false],
    [{ code: 'USAGE' }, false, false],
    [null, false, false],
  ])('%s', (error, isAny, isUsage) => {
    expect(isAppError(error)).toBe(isAny);
    expect(isAppError(error, 'USAGE')).toBe(isUsage);
  });
});

describe('messageOf', () => {
  it.each<[unknown, string]>([
    [new TypeError('no'), 'no'],
    ['https://a:b@c/', 'https://***@c/'],
    [undefined, 'undefined'],
    [7, '7'],
  ])('of %s', (thrown, text) => {
    expect(messageOf(thrown)).toBe(text);
  });
});
