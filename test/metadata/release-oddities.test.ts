import { expect, it } from 'vitest';
import { parseRelease } from '../../src/deb/index/release.ts';
import { releaseOddities } from '../../src/metadata/release-oddities.ts';
import { TOY_UPSTREAM } from '../lab/upstreams/deb-metadata.ts';

const TABLE = `Date: Sat, 11 Jul 2026 10:16:37 UTC\nSHA256:\n ${'a'.repeat(64)} 1 x\n`;
const URL = 'http://a/Release';

function told(fields: string, upstream: Partial<typeof TOY_UPSTREAM> = {}, empty: readonly (string | null)[] = []) {
  return releaseOddities({ ...TOY_UPSTREAM, ...upstream }, parseRelease(fields + TABLE, URL), { url: URL, arch: 'amd64', empty });
}

it('says nothing of a Release that is right', () => {
  expect(told('Suite: stable\nCodename: toy\n')).toEqual([]);
  expect(told('')).toEqual([]);
});

it('names upstream and file, and not more than a few of many faults', () => {
  expect(told('oops\nX: y\n')).toEqual([`upstream toy: ${URL} is odd and read all the same, as apt does: "oops" is not a field`]);
  expect(told(`${'oops\n'.repeat(7)}X: y\n`)[0]).toMatch(/"oops" is not a field and 2 more$/);
});

it.each([
  ['toy', 'Suite: stable\nCodename: toy\n', false],
  ['stable', 'Suite: stable\nCodename: toy\n', false],
  ['toy/updates', 'Suite: stable\nCodename: toy\n', false],
  ['toy', 'Suite: stable\nCodename: other\n', true],
])('a mirror that serves another suite than %s (%j): %s', (suite, fields, isTold) => {
  expect(told(fields, { suite }).some((text) => text.includes('conflicting distribution'))).toBe(isTold);
  expect(told(fields, { suite: './', layout: 'flat' })).toEqual([]);
});

it('names a component that has nothing for the CPU, and what there is', () => {
  expect(told('Suite: toy\nComponents: main\nArchitectures: arm64\n', {}, ['extra'])).toEqual([
    `upstream toy: ${URL} lists nothing for component extra, architecture amd64: taken for empty, as apt does; it has components main and architectures arm64`,
  ]);
  expect(told('', { suite: './', layout: 'flat' }, [null])[0]).toContain('lists no Packages file');
});
