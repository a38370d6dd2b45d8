/** Targets: spellings that are understood, and what is said about others. */
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../src/base/errors.ts';
import { ARCHES, DISTROS, familyOf, formatTarget, packageArch, parseTarget } from '../../src/base/target.ts';

describe('parseTarget', () => {
  it.each([
    ['el9', 'x86_64', 'el9.x86_64'],
    ['el9', 'arm64', 'el9.aarch64'],
    ['d12', null, 'd12.x86_64'],
    ['d12.amd64', 'x86_64', 'd12.x86_64'],
    ['u24.aarch64', null, 'u24.aarch64'],
  ])('%s on %s is %s', (distro, arch, expected) => {
    expect(formatTarget(parseTarget(distro, arch))).toBe(expected);
  });

  it.each([
    ['el7', 'x86_64'],
    ['', 'x86_64'],
    ['EL9', 'x86_64'],
    ['el9', 's390x'],
    ['el9.riscv64', 'x86_64'],
    ['el9.x86_64.x86_64', null],
    ['el9', 'constructor'],
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

  it.each([
    ['debian12', 'd12'],
    ['Ubuntu-24.04', 'u24'],
    ['rocky9', 'el9'],
    ['EL9', 'el9'],
    ['bookworm', 'd12'],
    ['debian7', null],
    ['constructor', null],
  ])('of %j guesses %j', (text, guess) => {
    const expected = guess === null ? `unknown distro "${text}"` : `unknown distro "${text}" (did you mean "${guess}"?)`;
    expect(() => parseTarget(text, null)).toThrow(expect.objectContaining({ code: 'TARGET_UNKNOWN', message: expected }));
  });

  it('tells how to name a minor release', () => {
    expect(() => parseTarget('el9.4', null)).toThrow('--minor 9.4');
  });

  it('refuses two different CPUs', () => {
    expect(() => parseTarget('d12.amd64', 'aarch64')).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  it('reads back every target as it is written', () => {
    const all = DISTROS.flatMap((distro) => ARCHES.map((arch) => ({ distro, arch })));
    expect(all.map((target) => parseTarget(formatTarget(target), null))).toEqual(all);
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
