/**
 * All packages of all upstreams of one target, and those a host already has, as numbered solvables with look-up by name, capability and path.
 * Which of them may be chosen is decided here once: architecture, excludes and includes, module streams, pins (dnf.conf(5)).
 */
import { compilePatterns } from '../base/name-pattern.ts';
import type { Arch } from '../base/target.ts';
import type { SolvableId } from '../solve/types.ts';
import { compareEvr } from '../version/evr.ts';
import type { ModuleState } from './module-state.ts';
import { indexPackages, PackageIndex } from './package-index.ts';
import { formatEvr, formatNevra, type RpmDependency, type RpmFile, type RpmPackage } from './types.ts';

/** One repository and how it ranks. */
export interface RpmUpstream {
  readonly name: string;
  readonly packages: readonly RpmPackage[] | PackageIndex;
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

/** dnf's `installonlypkgs`: several versions of these live side by side. */
const INSTALL_ONLY: readonly string[] = [
  'installonlypkg(kernel)',
  'installonlypkg(kernel-module)',
  'installonlypkg(vm)',
  'multiversion(kernel)',
];

/** The packages of one upstream among all. */
interface Part {
  readonly index: PackageIndex;
  /** The solvable of each package; undefined for what the host has already. */
  readonly solvables: readonly (RpmSolvable | undefined)[];
}

/** Numbers every package. Answers are kept; calls are pure. */
export class RpmUniverse {
  readonly arch: Arch;
  /** By id. Reading `pkg` or `hidden` of all of them makes all packages. */
  readonly solvables: readonly RpmSolvable[];
  readonly files: LoadedFiles;
  readonly #parts: readonly Part[];
  readonly #byName = new Map<string, readonly RpmSolvable[]>();
  readonly #providers = new Map<string, readonly Provided[]>();
  readonly #owners = new Map<string, readonly RpmSolvable[]>();
  readonly #obsoleting = new Map<string, readonly RpmSolvable[]>();
  readonly #loaded: ReadonlyMap<string, readonly RpmSolvable[]>;

  constructor(options: RpmUniverseOptions) {
    this.arch = options.arch;
    this.files = options.files ?? NO_FILES;
    this.#parts = numberPackages(options);
    this.solvables = this.#parts.flatMap(({ solvables }) => solvables.filter((one) => one !== undefined));
    this.#loaded = this.#ownersInFilelists();
  }

  get(id: SolvableId): RpmSolvable {
    const solvable = this.solvables[id];
    if (solvable === undefined) throw new Error(`no solvable ${id}`);
    return solvable;
  }

  /** Packages of this name, also hidden ones; in the order they would be preferred. */
  named(name: string): readonly RpmSolvable[] {
    return remember(this.#byName, name, () => this.#solvables((index) => index.named(name)).sort(compareSolvables));
  }

  /** Who provides a capability of this name, in any version, also hidden ones; by id. */
  providers(name: string): readonly Provided[] {
    return remember(this.#providers, name, () =>
      this.#parts.flatMap(({ index, solvables }) =>
        index.providing(name).flatMap((at) => {
          const solvable = solvables[at];
          return solvable === undefined ? [] : index.provided(at, name).map((dependency) => ({ solvable, dependency }));
        }),
      ),
    );
  }

  /** Packages that own `path`, as far as primary and the loaded filelists know; by id. */
  owners(path: string): readonly RpmSolvable[] {
    return remember(this.#owners, path, () => {
      const found = new Set([...this.#solvables((index) => index.owning(path)), ...(this.#loaded.get(path) ?? [])]);
      return [...found].sort((a, b) => a.id - b.id);
    });
  }

  /** Packages that obsolete some version of this name, also hidden ones; by id. */
  obsoleting(name: string): readonly RpmSolvable[] {
    return remember(this.#obsoleting, name, () => this.#solvables((index) => index.obsoleting(name)));
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

  #solvables(find: (index: PackageIndex) => readonly number[]): RpmSolvable[] {
    return this.#parts.flatMap(({ index, solvables }) => find(index).flatMap((at) => solvables[at] ?? []));
  }

  #ownersInFilelists(): Map<string, RpmSolvable[]> {
    const owners = new Map<string, RpmSolvable[]>();
    for (const [pkgid, files] of this.files.byPkgid) {
      for (const solvable of this.#solvables((index) => index.withPkgid(pkgid))) {
        for (const { path } of files) remember(owners, path, () => []).push(solvable);
      }
    }
    return owners;
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

function remember<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** Makes its package, and decides about it, when somebody asks. */
class LazySolvable implements RpmSolvable {
  readonly id: SolvableId;
  readonly upstream: RpmUpstream;
  readonly isInstalled: boolean;
  readonly #visibility: Visibility;
  readonly #index: PackageIndex;
  readonly #at: number;
  #hidden: string | null | undefined;

  constructor(id: SolvableId, upstream: RpmUpstream, visibility: Visibility, index: PackageIndex, at: number) {
    this.id = id;
    this.upstream = upstream;
    this.isInstalled = upstream === HOST;
    this.#visibility = visibility;
    this.#index = index;
    this.#at = at;
  }

  get pkg(): RpmPackage {
    return this.#index.package(this.#at);
  }

  get isForeign(): boolean {
    return this.#visibility.isForeign(this.pkg);
  }

  get hidden(): string | null {
    if (this.#hidden === undefined) this.#hidden = this.isInstalled ? null : this.#visibility.whyHidden(this.pkg);
    return this.#hidden;
  }
}

function numberPackages(options: RpmUniverseOptions): Part[] {
  const { installed = [], upstreams } = options;
  let nextId = 0;
  const partOf = (upstream: RpmUpstream, index: PackageIndex, onHost: ReadonlySet<number>): Part => {
    const rules = visibility(upstream, options);
    const add = (at: number) => {
      if (onHost.has(at)) return undefined;
      nextId += 1;
      return new LazySolvable(nextId - 1, upstream, rules, index, at);
    };
    return { index, solvables: Array.from({ length: index.count }, (_, at) => add(at)) };
  };
  const host = partOf(HOST, indexPackages(installed), new Set());
  const offered = upstreams.map((upstream) => {
    const { packages } = upstream;
    const index = packages instanceof PackageIndex ? packages : indexPackages(packages);
    return partOf(upstream, index, presentIn(index, installed));
  });
  return [host, ...offered];
}

/** The numbers of the very packages that are installed. */
function presentIn(index: PackageIndex, installed: readonly RpmPackage[]): ReadonlySet<number> {
  const same = (pkg: RpmPackage) => index.named(pkg.name).filter((at) => formatNevra(index.package(at)) === formatNevra(pkg));
  return new Set(installed.flatMap(same));
}

/** Which packages of an upstream may be chosen. */
interface Visibility {
  isForeign(pkg: RpmPackage): boolean;
  whyHidden(pkg: RpmPackage): string | null;
}

function visibility(upstream: RpmUpstream, options: RpmUniverseOptions): Visibility {
  const { arch, modules } = options;
  const { excludes = [], includes = [] } = upstream;
  const isExcluded = packageMatcher(excludes);
  const isIncluded = includes.length === 0 ? () => true : packageMatcher(includes);
  const pins = new Map((options.pins ?? []).map((pin) => [pin.name, pin]));
  const isForeign = (pkg: RpmPackage) => FOREIGN[arch].has(pkg.arch);
  const whyHidden = (pkg: RpmPackage) => {
    if (pkg.arch !== arch && pkg.arch !== 'noarch' && !isForeign(pkg)) return `is for ${pkg.arch}, not for ${arch}`;
    if (isExcluded(pkg)) return `excluded by excludepkgs of ${upstream.name}`;
    if (!isIncluded(pkg)) return `not among the includepkgs of ${upstream.name}`;
    const pin = pins.get(pkg.name);
    if (pin !== undefined && !isPinned(pkg, upstream, pin)) return `${pkg.name} is pinned to ${pinText(pin)}`;
    return upstream.moduleHotfixes === true || modules === undefined ? null : modules.whyHidden(pkg);
  };
  return { isForeign, whyHidden };
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
