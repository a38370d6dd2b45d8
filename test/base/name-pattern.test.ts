import { expect, it } from 'vitest';
import { compilePatterns } from '../../src/base/name-pattern.ts';

it.each([
  [['nginx'], 'nginx', true],
  [['nginx'], 'nginx-core', false],
  [['nginx*'], 'nginx-core', true],
  [['nginx*'], 'libnginx', false],
  [['postgresql1?'], 'postgresql17', true],
  [['postgresql1?'], 'postgresql1', false],
  [['*-debuginfo', 'kernel'], 'kernel', true],
  [['*-debuginfo', 'kernel'], 'glibc-debuginfo', true],
  // What means something in regular expressions means itself here.
  [['g++'], 'g++', true],
  [['libstdc++*'], 'libstdc++6', true],
  [['a.c*'], 'abc1', false],
  [['(a|b)*'], 'a', false],
  [['*'], 'line\nbreak', true],
  [[], 'anything', false],
])('%j on %j: %s', (patterns, name, expected) => {
  expect(compilePatterns(patterns)(name)).toBe(expected);
});

it('does not slow down for many stars', () => {
  expect(compilePatterns([`${'*'.repeat(10_000)}x`])('a'.repeat(10_000))).toBe(false);
});
