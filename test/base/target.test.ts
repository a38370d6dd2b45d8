/** Targets: spellings that are understood, and what is said about others. */
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../src/base/errors.ts';
import { ARCHES, DISTROS, familyOf, formatTarget, packageArch, parseTarget } from '../../src/base/target.ts';

describe('parseTarget', () => {
  it.each([
    ['el9', 'x86_64', 'el9.x86_64'],
    ['el9', 'arm64', 'el9.aarch64'],
    ['d12.amd64', 'aarch64', 'd12.x86_64'],
    ['u24.aarch64', 'x64', 'u24.aarch64'],
  ])('%s on %s is %s', (distro, arch, expected) => {
    expect(formatTarget(parseTarget(distro, arch))).toBe(expected);
  });

  it.each([
    ['el7', 'x86_64'],
    ['', 'x86_64'],
    ['EL9', 'x86_64'],
    ['el9', 's390x'],
    ['el9.riscv64', 'x86_64'],
  ])('refuses %j on %j and names what exists', (distro, arch) => {
    const attempt = (): unknown => {
      try {
        return parseTarget(distro, arch);
      } catch (error) {
        return error;
      }
    };
    const error = attempt();
    expect(isAppError(error, 'TARGET_UNKNOWN') && error.hint).toMatch(/^use one of: /);
  });

  it('reads back every target as it is written', () => {
    const all = DISTROS.flatMap((distro) => ARCHES.map((arch) => ({ distro, arch })));
    expect(all.map((target) => parseTarget(formatTarget(target), 'x86_64'))).toEqual(all);
  });
});

it.each([
  ['el10', 'aarch64', 'rpm', 'aarch64'],
  ['d13', 'x86_64', 'deb', 'amd64'],
  ['u22', 'aarch64', 'deb', 'arm64'],
] as const)('%s.%s is of family %s and calls the CPU %s', (distro, arch, family, name) => {
  expect(familyOf(distro)).toBe(family);
  expect(packageArch({ distro, arch })).toBe(name);
});
