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

/** What people call them elsewhere. */
const FAMILIES: readonly (readonly [RegExp, string])[] = [
  [/^debian[ _-]?(\d+)/, 'd'],
  [/^ubuntu[ _-]?(\d+)/, 'u'],
  [/^(?:el|rhel|rocky|alma|almalinux|centos|oracle|ol)[ _-]?(\d+)/, 'el'],
];
const CODENAMES: Readonly<Record<string, Distro>> = { bookworm: 'd12', trixie: 'd13', jammy: 'u22', noble: 'u24', resolute: 'u26' };

/**
 * Reads `el9`, `el9.x86_64` or a distro with a separate CPU name (aliases `amd64`, `arm64`, `x64`).
 *
 * @param archText null when nothing was said: then it is x86_64, unless the distro names one.
 * @throws {AppError} `TARGET_UNKNOWN` naming what exists; `USAGE` when two different CPUs are named.
 */
export function parseTarget(distroText: string, archText: string | null): Target {
  const dot = distroText.indexOf('.');
  const code = dot < 0 ? distroText : distroText.slice(0, dot);
  const suffix = dot < 0 ? null : distroText.slice(dot + 1);
  const distro = DISTROS.find((d) => d === code);
  if (distro === undefined) {
    const guess = guessDistro(distroText.toLowerCase());
    const didYouMean = guess === undefined ? '' : ` (did you mean "${guess}"?)`;
    throw new AppError('TARGET_UNKNOWN', `unknown distro "${distroText}"${didYouMean}`, { hint: `use one of: ${DISTROS.join(' ')}` });
  }
  const arch = parseArch(suffix ?? archText ?? 'x86_64', distro);
  if (suffix !== null && archText !== null && parseArch(archText, distro) !== arch) {
    throw new AppError('USAGE', `${distroText} and the CPU ${archText} contradict each other`, { hint: 'name the CPU once' });
  }
  return { distro, arch };
}

function parseArch(text: string, distro: Distro): Arch {
  const arch = Object.hasOwn(ARCH_ALIASES, text) ? ARCH_ALIASES[text] : undefined;
  if (arch !== undefined) return arch;
  const minor = /^\d+$/.test(text) && distro.startsWith('el') ? ` (a minor release is named with --minor ${distro.slice(2)}.${text})` : '';
  throw new AppError('TARGET_UNKNOWN', `unknown CPU "${text}" for ${distro}${minor}`, { hint: `use one of: ${ARCHES.join(' ')}` });
}

function guessDistro(text: string): Distro | undefined {
  for (const [pattern, prefix] of FAMILIES) {
    const release = pattern.exec(text)?.[1];
    if (release !== undefined) return DISTROS.find((distro) => distro === `${prefix}${release}`);
  }
  return DISTROS.find((distro) => distro === text) ?? (Object.hasOwn(CODENAMES, text) ? CODENAMES[text] : undefined);
}
