/** rpm's order of single strings: the traps by name; the mass of pairs is compared with rpm in test/conformance. */
import { expect, it } from 'vitest';
import { rpmvercmp } from '../../src/version/rpmvercmp.ts';

it.each([
  ['1.0', '1.0', 0],
  ['1.0', '1_0', 0],
  ['1.0', '1.0.', 0],
  ['1.0', '1.0a', -1],
  ['1.0a', '1.0.1', -1],
  ['1.05', '1.5', 0],
  ['1.0~rc1', '1.0', -1],
  ['1.0~rc1', '1.0~rc2', -1],
  ['1.0~~', '1.0~', -1],
  ['1.0^', '1.0', 1],
  ['1.0^git1', '1.0.1', -1],
  ['1.0^git1', '1.0^git2', -1],
  ['1.0^git1~pre', '1.0^git1', -1],
  ['1.0~rc1^git1', '1.0~rc1', 1],
  ['2a', '2.0', -1],
  ['xyz10', 'xyz10.1', -1],
  ['10xyz', '10.1xyz', -1],
  ['10000000000000000000000000001', '10000000000000000000000000000', 1],
  ['', 'a', -1],
  ['', '~', 1],
  ['9.el9_4', '9.el9', 1],
])('%s against %s is %i', (a, b, expected) => {
  expect(rpmvercmp(a, b)).toBe(expected);
  expect(rpmvercmp(b, a)).toBe(expected === 0 ? 0 : -expected);
});
