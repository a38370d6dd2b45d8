/** Debian versions: the traps of the order by name; the mass of pairs is compared with dpkg in test/conformance. */
import { describe, expect, it } from 'vitest';
import { compareDebVersions, type DebOperator, parseDebVersion, satisfiesDebRelation } from '../../src/version/debvercmp.ts';

describe('compareDebVersions', () => {
  it.each([
    ['1.0', '1.0', 0],
    ['1.0~rc1', '1.0', -1],
    ['1.0~~', '1.0~', -1],
    ['1.0~', '1.0~a', -1],
    ['1.0a', '1.0+', -1],
    ['1.0-1-1', '1.0-2', 1],
    ['1:0.1', '9.9', 1],
    ['0:1.0', '1.0', 0],
    ['1.0', '1.0-0', 0],
    ['1.0-0', '1.0-0~1', 1],
    ['1.09', '1.9', 0],
    ['1.100000000000000000000000001', '1.100000000000000000000000000', 1],
    ['20240101123000999999', '20240101123000999998', 1],
    ['4294967296:1', '4294967295:1', 1],
    ['2.36-9+deb12u10', '2.36-9+deb12u9', 1],
    ['1.2.3', '1.2.3a', -1],
    ['1^1', '1', 1],
  ])('%s against %s is %i', (a, b, expected) => {
    expect(compareDebVersions(a, b)).toBe(expected);
    expect(compareDebVersions(b, a)).toBe(expected === 0 ? 0 : -expected);
  });
});

describe('parseDebVersion', () => {
  it('splits at the first colon and the last hyphen', () => {
    expect(parseDebVersion('1:2.0-3-4')).toEqual({ epoch: '1', upstream: '2.0-3', revision: '4' });
  });

  it('gives empty strings for missing parts', () => {
    expect(parseDebVersion('2.0')).toEqual({ epoch: '', upstream: '2.0', revision: '' });
  });

  it.each(['', '1:', 'a:1', '1.0-', '-1', '1.0 2', '1.0_2', '1.0-1:2', '1.0^1', '1.0\n'])('refuses %j', (text) => {
    expect(parseDebVersion(text)).toBeUndefined();
  });
});

describe('satisfiesDebRelation', () => {
  it.each<[string, DebOperator, string, boolean]>([
    ['1.0', '<<', '1.0', false],
    ['1.0~rc1', '<<', '1.0', true],
    ['1.0', '<=', '1.0-0', true],
    ['1.0', '=', '1.0-0', true],
    ['1.1', '=', '1.0', false],
    ['1.0', '>=', '1.0', true],
    ['1.0', '>>', '1.0', false],
    ['1.0+1', '>>', '1.0', true],
    ['1.0', '<', '1.0', true],
    ['1.0', '>', '1.0', true],
  ])('%s %s %s: %s', (version, op, bound, expected) => {
    expect(satisfiesDebRelation(version, op, bound)).toBe(expected);
  });
});
