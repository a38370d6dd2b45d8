import { expect, it } from 'vitest';
import { appliesTo, type Conditions } from '../../../src/config/manifest/applies-to.ts';

const target = { distro: 'el9', arch: 'aarch64' } as const;

it.each<[Conditions, boolean]>([
  [{}, true],
  [{ on: ['el9'] }, true],
  [{ on: ['d12', 'el9.aarch64'] }, true],
  [{ on: ['el9.x86_64'] }, false],
  [{ on: ['el8', 'd12'] }, false],
  [{ not: ['el9'] }, false],
  [{ not: ['el9.aarch64'] }, false],
  [{ not: ['el9.x86_64'] }, true],
  [{ on: ['el9'], not: ['el9.aarch64'] }, false],
])('%j', (conditions, expected) => {
  expect(appliesTo(conditions, target)).toBe(expected);
});
