import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import { classifyFailure, type FailureKind, MirrorFailure } from '../../../src/fetch/transport/mirror-failure.ts';

const withCode = (code: string, message = 'text') => Object.assign(new Error(message), { code });

describe('a failure', () => {
  it.each<[FailureKind, boolean]>([
    ['unreachable', true],
    ['interrupted', true],
    ['busy', true],
    ['missing', false],
    ['refused', false],
    ['mismatch', false],
    ['too-large', false],
  ])('of kind %s may pass by itself: %s', (kind, retryable) => {
    expect(new MirrorFailure(kind, 'x').retryable).toBe(retryable);
  });
});

describe('what a transport threw', () => {
  it.each<[unknown, FailureKind, string]>([
    [withCode('ENOTFOUND'), 'unreachable', 'text'],
    [withCode('CONNECT_TIMEOUT'), 'unreachable', 'no connection in time'],
    [new Error('outer', { cause: withCode('ECONNREFUSED', 'inner') }), 'unreachable', 'outer'],
    [withCode('CERT_HAS_EXPIRED', 'certificate has expired'), 'refused', 'TLS: certificate has expired'],
    [withCode('EPROTO'), 'refused', 'TLS: text'],
    [withCode('ECONNRESET', ''), 'interrupted', 'ECONNRESET'],
    [new Error('request to http://a/ failed, reason: socket hang up'), 'interrupted', 'socket hang up'],
    ['a text', 'interrupted', 'a text'],
    [new Error(''), 'interrupted', 'unknown error'],
  ])('%s is %s', (error, kind, message) => {
    expect(classifyFailure(error)).toMatchObject({ name: 'MirrorFailure', kind, message });
  });

  it('tells what to do where a network inspects TLS', () => {
    expect(classifyFailure(withCode('SELF_SIGNED_CERT_IN_CHAIN'))).toMatchObject({ hint: expect.stringContaining('--ca') });
  });

  it.each([new AppError('DISK_FULL', 'full'), new TypeError('a bug'), new RangeError('a bug'), new MirrorFailure('busy', '503')])(
    'that no other mirror can cure, or is a failure already, stays what it is: %s',
    (error) => {
      expect(classifyFailure(error)).toBe(error);
    },
  );
});
