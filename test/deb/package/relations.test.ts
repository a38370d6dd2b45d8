import { describe, expect, it } from 'vitest';
import {
  formatDebDependency,
  isMeantForArch,
  parseDependency,
  parseRelations,
  parseSingleRelation,
} from '../../../src/deb/package/relations.ts';

describe('parseRelations', () => {
  it.each([
    ['a', ['a']],
    ['a, b', ['a', 'b']],
    ['a | b (>= 1:2.0~rc1-1), c', ['a | b (>= 1:2.0~rc1-1)', 'c']],
    ['python3:any(>=3.9)', ['python3:any (>= 3.9)']],
    ['libc6:amd64 (= 2.36)', ['libc6:amd64 (= 2.36)']],
    ['a (< 2), b (> 1)', ['a (<= 2)', 'b (>= 1)']],
    ['a [amd64 arm64] <!nocheck> <stage1>', ['a [amd64 arm64]']],
    ['a,\n b |\n c', ['a', 'b | c']],
    ['a,, b,', ['a', 'b']],
    // apt and dpkg take a name with a `_`; apt, an alternative that is not there.
    ['a_b | ', ['a_b']],
    ['', []],
  ])('reads %j', (field, expected) => {
    expect(parseRelations(field, 'x').map(formatDebDependency)).toEqual(expected);
  });

  it.each(['a b', 'a (1.0)', 'a (>= )', '| a', 'a || b', '(>= 1)', 'a (>= 1', 'a (== 1)', '../evil'])(
    'refuses %j and names it',
    (field) => {
      expect(() => parseRelations(field, 'pkg Depends')).toThrow(expect.objectContaining({ code: 'INDEX_INVALID' }));
      expect(() => parseRelations(field, 'pkg Depends')).toThrow(/pkg Depends/);
    },
  );

  it('names every malformed entry at once', () => {
    expect(() => parseRelations('a b, ok, c d', 'x')).toThrow(/a b.*c d/);
  });
});

it('reads one entry, or tells that it is none', () => {
  expect(parseDependency('a | b (>= 1)')).toMatchObject([{ name: 'a' }, { name: 'b', op: '>=', version: '1' }]);
  expect([parseDependency('a b'), parseDependency('a | b c'), parseDependency('')]).toEqual([null, null, null]);
});

describe('an architecture restriction', () => {
  it.each([
    ['a', 'amd64', true],
    ['a [amd64]', 'amd64', true],
    ['a [arm64]', 'amd64', false],
    ['a [!amd64]', 'amd64', false],
    ['a [!i386]', 'amd64', true],
    ['a [linux-any]', 'arm64', true],
  ])('%s on %s: %s', (text, arch, expected) => {
    const relation = parseSingleRelation(text);
    expect(relation && isMeantForArch(relation, arch)).toBe(expected);
  });
});
