/**
 * What a host's own dnf does not take, whoever offers it: `excludepkgs` of dnf.conf(5), and the locks of its versionlock plugin
 * (dnf-versionlock(8)), which hold a package to a version.
 */
import { compilePatterns } from '../../base/name-pattern.ts';
import { formatNevra, type RpmPackage } from '../package/rpm-package.ts';

/** Answers for one host. */
export interface RpmHostRules {
  /** Why the host would not take a package; null when it would. */
  whyHidden(pkg: RpmPackage): string | null;
}

interface VersionLock {
  readonly name: string;
  readonly text: string;
  /** `!`: these versions are excluded; else all others. */
  readonly isExclusion: boolean;
  matches(pkg: RpmPackage): boolean;
}

const LOCK = /^(!?)(.+)-(?:(\d+|\*):)?([^-:]+)-([^-]+)\.([^.]+)$/;
const MOST_LINES = 10_000;

/** The rules of the texts of dnf.conf and of the locklist. What cannot be read is passed over, as dnf does. */
export function parseRpmHostRules(dnfConf: string, lockList: string): RpmHostRules {
  const excluded = excludesOf(dnfConf);
  const isExcluded = packageMatcher(excluded);
  const locks = lockList
    .split('\n')
    .slice(0, MOST_LINES)
    .flatMap((line) => parseLock(line.trim()) ?? []);
  const byName = Map.groupBy(locks, ({ name }) => name);
  return {
    whyHidden: (pkg) => {
      if (isExcluded(pkg)) return 'excluded by excludepkgs of the host';
      const own = byName.get(pkg.name) ?? [];
      const against = own.find((lock) => lock.isExclusion && lock.matches(pkg));
      if (against !== undefined) return `the host's versionlock excludes ${against.text}`;
      const held = own.filter(({ isExclusion }) => !isExclusion);
      const isLocked = held.length > 0 && !held.some((lock) => lock.matches(pkg));
      return isLocked ? `the host's versionlock holds it to ${held.map(({ text }) => text).join(' or ')}` : null;
    },
  };
}

/** True for packages one of the patterns means: dnf matches them against a name and against every form of a NEVRA. */
export function packageMatcher(patterns: readonly string[]): (pkg: RpmPackage) => boolean {
  if (patterns.length === 0) return () => false;
  const matches = compilePatterns(patterns);
  return (pkg) => {
    const { name, version, release, arch } = pkg;
    const forms = [name, `${name}.${arch}`, `${name}-${version}`, `${name}-${version}-${release}`, `${name}-${version}-${release}.${arch}`];
    return forms.some(matches) || matches(formatNevra(pkg));
  };
}

/** `excludepkgs` and its older name `exclude`, of section `main`, with continuation lines. */
function excludesOf(conf: string): string[] {
  let section = 'main';
  let isOpen = false;
  const words: string[] = [];
  for (const line of conf.split('\n').slice(0, MOST_LINES)) {
    const name = /^\[(.+)\]/.exec(line)?.[1];
    if (name !== undefined) section = name;
    const [, key, value] = /^(\w+)\s*[=:]\s*(.*)$/.exec(line) ?? [];
    if (key !== undefined) isOpen = section === 'main' && (key === 'exclude' || key === 'excludepkgs');
    else if (!/^\s+\S/.test(line)) isOpen = false;
    if (isOpen) words.push(...(value ?? line).split(/[\s,]+/));
  }
  return words.filter((word) => word !== '');
}

/** `nginx-1:1.20.1-14.el9.*`, as `dnf versionlock add` writes it. */
function parseLock(line: string): VersionLock | null {
  const [, mark = '', name, epoch = '0', version = '', release = '', arch = ''] = LOCK.exec(line) ?? [];
  if (name === undefined || line.startsWith('#')) return null;
  const [isEpoch, isVersion, isRelease, isArch] = [epoch, version, release, arch].map((pattern) => compilePatterns([pattern]));
  const matches = (pkg: RpmPackage) =>
    isEpoch?.(pkg.epoch) === true && isVersion?.(pkg.version) === true && isRelease?.(pkg.release) === true && isArch?.(pkg.arch) === true;
  return { name, text: line.replace(/^!/, ''), isExclusion: mark === '!', matches };
}
