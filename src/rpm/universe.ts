/**
 * All packages of all upstreams of one target, and those a host already has, as numbered solvables with look-up by name, capability and path.
 * Which of them may be chosen is decided here once: architecture, excludes and includes, module streams, pins (dnf.conf(5)).
 */
import { compilePatterns } from '../base/name-pattern.ts';
import type { Arch } from '../base/target.ts';
import type { SolvableId } from '../solve/types.ts';
import { compareEvr } from '../version/evr.ts';
import type { ModuleState } from './module-state.ts';
import { formatEvr, formatNevra, type RpmDependency, type RpmFile, type RpmPackage } from './types.ts';

/** One repository and how it ranks. */
export interface RpmUpstream {
  readonly name: string;
  readonly packages: readonly RpmPackage[];
  /** Lower wins, whatever the versions; dnf's default is 99. */
  readonly priority?: number;
  /** Lower wins among equal packages; dnf's default is 1000. */
  readonly cost?: number;
  /** Shell patterns of names or NEVRAs that do not exist for us. */
  readonly excludes?: readonly string[];
  /** When given, only these exist. */
  readonly includes?: readonly string[];
  /** Its packages are never hidden by module streams. */
  readonly moduleHotfixes?: boolean;
}

/** A version or an upstream one package is held to. */
export interface RpmPin {
  readonly name: string;
  /** `1.20.1`, `1.20.1-14.el9` or `1:1.20.1-14.el9`; null for any. */
  readonly version: string | null;
  readonly upstream: string | null;
}

export interface RpmUniverseOptions {
  readonly arch: Arch;
  /** In order of preference among equals. */
  readonly upstreams: readonly RpmUpstream[];
  /** What the host has. */
  readonly installed?: readonly RpmPackage[];
  readonly modules?: ModuleState;
  readonly pins?: readonly RpmPin[];
  /** Paths that are not in primary, by pkgid, from filelists; and which paths were looked for. */
  readonly files?: LoadedFiles;
}

/** The part of filelists that was wanted. */
export interface LoadedFiles {
  readonly asked: ReadonlySet<string>;
  readonly byPkgid: ReadonlyMap<string, readonly RpmFile[]>;
}

/** A package that may be chosen, or a hidden one that explains why something is not there. */
export interface RpmSolvable {
  readonly id: SolvableId;
  readonly pkg: RpmPackage;
  readonly upstream: RpmUpstream;
  readonly isInstalled: boolean;
  /** Of the other word size: i686 on x86_64. Chosen only by name, or for what was. */
  readonly isForeign: boolean;
  /** Why it cannot be chosen; null for candidates. */
  readonly hidden: string | null;
}

/** A capability and who has it. */
export interface Provided {
  readonly solvable: RpmSolvable;
  readonly dependency: RpmDependency;
}

const FOREIGN: Readonly<Record<Arch, ReadonlySet<string>>> = {
  x86_64: new Set(['i686', 'i586', 'i486', 'i386', 'athlon']),
  aarch64: new Set(),
};

const DEFAULT_PRIORITY = 99;
const HOST: RpmUpstream = { name: 'host', packages: [] };
const NO_FILES: LoadedFiles = { asked: new Set(), byPkgid: new Map() };
const NONE: readonly never[] = [];

/** dnf's `installonlypkgs`: several versions of these live side by side. */
const INSTALL_ONLY: readonly string[] = [
  'installonlypkg(kernel)',
  'installonlypkg(kernel-module)',
  'installonlypkg(vm)',
  'multiversion(kernel)',
];

/** Numbers every package. Look-up tables are made once; calls are pure. */
export class RpmUniverse {
  readonly arch: Arch;
  readonly solvables: readonly RpmSolvable[];
  readonly files: LoadedFiles;
  readonly #byName = new Map<string, RpmSolvable[]>();
  readonly #providers = new Map<string, Provided[]>();
  readonly #owners = new Map<string, RpmSolvable[]>();

  constructor(options: RpmUniverseOptions) {
    this.arch = options.arch;
    this.files = options.files ?? NO_FILES;
    this.solvables = numberPackages(options);
    for (const solvable of this.solvables) this.#enter(solvable);
    for (const group of this.#byName.values()) if (group.length > 1) group.sort(compareSolvables);
  }

  get(id: SolvableId): RpmSolvable {
    const solvable = this.solvables[id];
    if (solvable === undefined) throw new Error(`no solvable ${id}`);
    return solvable;
  }

  /** Packages of this name, also hidden ones; in the order they would be preferred. */
  named(name: string): readonly RpmSolvable[] {
    return this.#byName.get(name) ?? NONE;
  }

  /** Who provides a capability of this name, in any version, also hidden ones; by id. */
  providers(name: string): readonly Provided[] {
    return this.#providers.get(name) ?? NONE;
  }

  /** Packages that own `path`, as far as primary and the loaded filelists know; by id. */
  owners(path: string): readonly RpmSolvable[] {
    return this.#owners.get(path) ?? NONE;
  }

  /** True when a newer version of the same name may be chosen, whatever its upstream. */
  isOld({ pkg }: RpmSolvable): boolean {
    const group = this.named(pkg.name);
    return group.length > 1 && group.some((other) => other.hidden === null && compareEvr(other.pkg, pkg) > 0);
  }

  /** What the host has, by id. */
  installed(): readonly RpmSolvable[] {
    return this.solvables.filter(({ isInstalled }) => isInstalled);
  }

  #enter(solvable: RpmSolvable): void {
    const { pkg } = solvable;
    push(this.#byName, pkg.name, solvable);
    for (const dependency of pkg.provides) push(this.#providers, dependency.name, { solvable, dependency });
    for (const { path } of pkg.files) push(this.#owners, path, solvable);
    const more = this.files.byPkgid.get(pkg.checksum.hex);
    if (more === undefined) return;
    for (const { path } of more) if (this.#owners.get(path)?.includes(solvable) !== true) push(this.#owners, path, solvable);
  }
}

/** `nginx-1:1.20.1-14.el9.x86_64 [appstream]` */
export function solvableLabel({ pkg, upstream }: RpmSolvable): string {
  return `${formatNevra(pkg)} [${upstream.name}]`;
}

/** dnf's rank of the upstream; installed packages rank first. */
export function priorityOf({ upstream, isInstalled }: RpmSolvable): number {
  return isInstalled ? Number.NEGATIVE_INFINITY : (upstream.priority ?? DEFAULT_PRIORITY);
}

/** True when several versions may be installed side by side, as with kernels. */
export function isInstallOnly({ pkg }: RpmSolvable): boolean {
  return pkg.name === 'kernel' || pkg.provides.some(({ name }) => INSTALL_ONLY.includes(name));
}

/** Order among packages of one name: priority, native before foreign, newest, cheapest, then upstream order. */
export function compareSolvables(a: RpmSolvable, b: RpmSolvable): number {
  return (
    comparePriorities(a, b) ||
    Number(a.isForeign) - Number(b.isForeign) ||
    compareEvr(b.pkg, a.pkg) ||
    Number(b.isInstalled) - Number(a.isInstalled) ||
    (a.upstream.cost ?? 1000) - (b.upstream.cost ?? 1000) ||
    a.id - b.id
  );
}

/** Order of upstreams by dnf's `priority` alone. */
export function comparePriorities(a: RpmSolvable, b: RpmSolvable): number {
  if (a.isInstalled || b.isInstalled) return Number(b.isInstalled) - Number(a.isInstalled);
  return priorityOf(a) - priorityOf(b);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function numberPackages(options: RpmUniverseOptions): RpmSolvable[] {
  const solvables: RpmSolvable[] = [];
  const add = (pkg: RpmPackage, upstream: RpmUpstream, isInstalled: boolean, hidden: string | null) =>
    solvables.push({ id: solvables.length, pkg, upstream, isInstalled, isForeign: FOREIGN[options.arch].has(pkg.arch), hidden });
  for (const pkg of options.installed ?? []) add(pkg, HOST, true, null);
  const onHost = new Set((options.installed ?? []).map(formatNevra));
  for (const upstream of options.upstreams) {
    const whyHidden = visibility(upstream, options);
    for (const pkg of upstream.packages) {
      if (pkg.arch === 'src' || pkg.arch === 'nosrc' || (onHost.size > 0 && onHost.has(formatNevra(pkg)))) continue;
      add(pkg, upstream, false, whyHidden(pkg));
    }
  }
  return solvables;
}

function visibility(upstream: RpmUpstream, options: RpmUniverseOptions): (pkg: RpmPackage) => string | null {
  const { arch, modules } = options;
  const { excludes = [], includes = [] } = upstream;
  const isExcluded = packageMatcher(excludes);
  const isIncluded = includes.length === 0 ? () => true : packageMatcher(includes);
  const pins = new Map((options.pins ?? []).map((pin) => [pin.name, pin]));
  return (pkg) => {
    if (pkg.arch !== arch && pkg.arch !== 'noarch' && !FOREIGN[arch].has(pkg.arch)) return `is for ${pkg.arch}, not for ${arch}`;
    if (isExcluded(pkg)) return `excluded by excludepkgs of ${upstream.name}`;
    if (!isIncluded(pkg)) return `not among the includepkgs of ${upstream.name}`;
    const pin = pins.get(pkg.name);
    if (pin !== undefined && !isPinned(pkg, upstream, pin)) return `${pkg.name} is pinned to ${pinText(pin)}`;
    return upstream.moduleHotfixes === true || modules === undefined ? null : modules.whyHidden(pkg);
  };
}

/** dnf matches patterns against a name and against every form of a NEVRA. */
function packageMatcher(patterns: readonly string[]): (pkg: RpmPackage) => boolean {
  if (patterns.length === 0) return () => false;
  const matches = compilePatterns(patterns);
  return (pkg) => {
    const { name, version, release, arch } = pkg;
    const forms = [name, `${name}.${arch}`, `${name}-${version}`, `${name}-${version}-${release}`, `${name}-${version}-${release}.${arch}`];
    return forms.some(matches) || matches(formatNevra(pkg));
  };
}

function isPinned(pkg: RpmPackage, upstream: RpmUpstream, { version, upstream: wanted }: RpmPin): boolean {
  if (wanted !== null && wanted !== upstream.name) return false;
  return version === null || [pkg.version, `${pkg.version}-${pkg.release}`, formatEvr(pkg)].some(compilePatterns([version]));
}

function pinText({ version, upstream }: RpmPin): string {
  return [version, upstream === null ? null : `upstream ${upstream}`].filter((part) => part !== null).join(' of ');
}
