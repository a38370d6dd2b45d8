import { describe, expect, it } from 'vitest';
import { formatLock } from '../../src/lock/format-lock.ts';
import { parseLock } from '../../src/lock/parse-lock.ts';
import { LOCK, locked } from './toy-lock.ts';

describe('parseLock', () => {
  it.each<readonly [string, string, RegExp]>([
    ['not JSON', '{', /not JSON/],
    ['an unknown field', formatLock(LOCK).replace('"schema"', '"extra": 1, "schema"'), /extra/],
    ['a path that leaves the upstream', formatLock(LOCK).replace('pool/main/acl', '../../acl'), /packages\.0\.path/],
    ['a file name with a slash', formatLock(LOCK).replace('"file":"acl', '"file":"a/cl'), /packages\.0\.file/],
    ['a short digest', formatLock(LOCK).replace('a'.repeat(64), 'a'.repeat(63)), /manifestSha256/],
    [
      'two packages of one file name',
      formatLock({ ...LOCK, packages: [locked('acl', '1'), locked('acl', '1', { arch: 'all' })] }),
      /acl_1_amd64\.deb/,
    ],
    ...[
      '/',
      '../x/',
      'https://bob:pw@x.example.test/',
      'https://x.example.test/?token=1/',
      'ftp://x.example.test/',
      'https://x.example.test',
    ].map((base) => [`the base ${base}`, formatLock({ ...LOCK, packages: [locked('acl', '1', { base })] }), /packages\.0\.base/] as const),
    ['a newer schema', formatLock(LOCK).replace('"schema": 1', '"schema": 2'), /newer/],
  ])('with %s is refused, naming the fault', (_what, text, fault) => {
    expect(() => parseLock(text, 'x.lock')).toThrow(
      expect.objectContaining({ code: 'LOCK_INVALID', message: expect.stringMatching(fault) }),
    );
  });
});
