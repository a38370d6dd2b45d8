import { expect, it } from 'vitest';
import { apt } from '../../../src/install/packages/apt.ts';
import { dnf } from '../../../src/install/packages/dnf.ts';
import { packageSystemOf } from '../../../src/install/packages/package-system-of.ts';

it.each([
  [{ name: 'apt', version: '' } as const, apt],
  [{ name: 'dnf', version: '' } as const, dnf],
  [null, apt],
])('of %j', (packageManager, system) => {
  expect(packageSystemOf({ packageManager })).toBe(system);
});
