import { expect, it } from 'vitest';
import { digestAlgorithm, digestAlgorithmOfPgp, isWeakDigest } from '../../../src/rpm/package/digest-names.ts';

it.each([
  ['sha256', 'sha256'],
  ['sha', 'sha1'],
  ['sha1', 'sha1'],
  ['md5', null],
  ['SHA256', 'sha256'],
  ['constructor', null],
  ['', null],
])('metadata calls %j: %s', (name, expected) => {
  expect(digestAlgorithm(name)).toBe(expected);
});

it.each([
  [1, null],
  [2, 'sha1'],
  [8, 'sha256'],
  [10, 'sha512'],
  [11, 'sha224'],
  [12, null],
])('headers number %d: %s', (number, expected) => {
  expect(digestAlgorithmOfPgp(number)).toBe(expected);
});

it('only SHA-1 proves nothing any more', () => {
  expect((['sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const).filter(isWeakDigest)).toEqual(['sha1']);
});
