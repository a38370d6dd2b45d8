/** Which texts count as a digest. */
import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { isDigestHex } from '../../src/base/digest.ts';

it.each(['sha256', 'sha512', 'sha384', 'sha224', 'sha1'] as const)('accepts what %s gives', (algorithm) => {
  expect(isDigestHex(algorithm, createHash(algorithm).update('x').digest('hex'))).toBe(true);
});

it.each(['', 'a'.repeat(63), 'a'.repeat(65), 'A'.repeat(64), 'g'.repeat(64), `${'a'.repeat(63)}\n`])('refuses %j as sha256', (hex) => {
  expect(isDigestHex('sha256', hex)).toBe(false);
});
