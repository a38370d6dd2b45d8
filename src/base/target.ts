/** Distros, CPU names and targets. The vocabulary is Pigsty's: `el9`, `d12`, `u24`, `x86_64`, `aarch64`. */
import { AppError } from './errors.ts';

/** Codes of the distributions we build for, in the order they are listed. */
export const DISTROS = ['el8', 'el9', 'el10', 'd12', 'd13', 'u22', 'u24', 'u26'] as const;
export type Distro = (typeof DISTROS)[number];

export const ARCHES = ['x86_64', 'aarch64'] as const;
/** A CPU by its kernel name. */
export type Arch = (typeof ARCHES)[number];

export type Family = 'rpm' | 'deb';

/** Where components come from (design: `pigsty` uses Pigsty's repositories, `debian` only Debian's own archive). */
export const FLAVORS = ['pigsty', 'debian'] as const;
export type Flavor = (typeof FLAVORS)[number];

/** What a bundle is for. */
export interface Target {
  readonly distro: Distro;
  readonly arch: Arch;
}

/** The package family of a distro. */
export function familyOf(distro: Distro): Family {
  return distro.startsWith('el') ? 'rpm' : 'deb';
}

/** The distribution's own name of a CPU: `amd64`/`arm64` for DEB, the kernel name for RPM. */
export function packageArch(target: Target): string {
  if (familyOf(target.distro) === 'rpm') return target.arch;
  return target.arch === 'x86_64' ? 'amd64' : 'arm64';
}

/** `el9.x86_64` */
export function formatTarget(target: Target): string {
  return `${target.distro}.${target.arch}`;
}

const ARCH_ALIASES: Readonly<Record<string, Arch>> = {
  x86_64: 'x86_64',
  amd64: 'x86_64',
  x64: 'x86_64',
  aarch64: 'aarch64',
  arm64: 'aarch64',
};

/**
 * Reads `el9`, `el9.x86_64` or a distro with a separate CPU name (aliases `amd64`, `arm64`, `x64`).
 *
 * @throws {AppError} `TARGET_UNKNOWN` naming what exists.
 */
export function parseTarget(distroText: string, archText: string): Target {
  const [code = '', suffix] = distroText.split('.', 2);
  const distro = DISTROS.find((d) => d === code);
  if (distro === undefined) {
    throw new AppError('TARGET_UNKNOWN', `unknown distro "${distroText}"`, { hint: `use one of: ${DISTROS.join(' ')}` });
  }
  const arch = ARCH_ALIASES[suffix ?? archText];
  if (arch === undefined) {
    throw new AppError('TARGET_UNKNOWN', `unknown CPU "${suffix ?? archText}" for ${distro}`, { hint: `use one of: ${ARCHES.join(' ')}` });
  }
  return { distro, arch };
}
