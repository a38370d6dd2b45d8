import { expect, it } from 'vitest';
import { compareVersions } from '../../src/version/compare-versions.ts';

it.each([
  ['deb', '1:1.0-1', '2.0-1', 1],
  ['deb', '1.0~rc1-1', '1.0-1', -1],
  ['rpm', '1:1.0-1', '2.0-1', 1],
  ['rpm', '1.0^git1-1', '1.0-1', 1],
  ['rpm', '1.0-1', '1.0-1', 0],
] as const)('%s orders %s and %s: %i', (family, a, b, expected) => {
  expect(compareVersions[family](a, b)).toBe(expected);
});
