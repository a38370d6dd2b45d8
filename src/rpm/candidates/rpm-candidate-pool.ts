/**
 * All packages of all upstreams of one target, and those a host already has, as numbered solvables with look-up by name, capability and
 * path. Which of them may be chosen is decided here once: architecture, excludes and includes, module streams, pins (dnf.conf(5)).
 */
import { compilePatterns } from '../../base/name-pattern.ts';
import type { Arch } from '../../base/target.ts';
import type { SolvableId } from '../../solve/types.ts';
import { compareEvr, formatEvr } from '../../version/evr.ts';
import type { ModuleState } from '../modules/module-state.ts';
import { formatNevra, type RpmDependency, type RpmFile, type RpmPackage } from '../package/rpm-package.ts';
import { indexRpmPackages, type NumberedPackages, numberAmong, RpmPackageIndex } from '../repodata/rpm-package-index.ts';
import { packageMatcher, type RpmHostRules } from './host-rules.ts';

/** One repository and how it ranks. */
export interface RpmUpstream {
  readonly name: string;
  readonly packages: readonly RpmPackage[] | RpmPackageIndex;
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
  /** Packages in place of those of `packages` with the same checksum: what they say of themselves differs from what is published. */
  readonly corrected?: readonly RpmPackage[];
}

/** A version or an upstream one package is held to. */
export interface RpmPin {
  readonly name: string;
  /** `1.20.1`, `1.20.1-14.el9` or `1:1.20.1-14.el9`; null for any. */
  readonly version: string | null;
  readonly upstream: string | null;
}

export interface RpmCandidatePoolOptions {
  readonly arch: Arch;
  /** In order of preference among equals. */
  readonly upstreams: readonly RpmUpstream[];
  /** What the host has. */
  readonly installed?: readonly RpmPackage[];
  /** Indexes that may have the packages of lists already, to spare making others. Default: those among `upstreams`. */
  readonly known?: readonly RpmPackageIndex[];
  readonly modules?: ModuleState;
  readonly pins?: readonly RpmPin[];
  /** Paths that are not in primary, by pkgid, from filelists; and which paths were looked for. */
  readonly files?: LoadedFiles;
  /** What the host's own dnf does not take, whoever offers it. */
  readonly host?: RpmHostRules;
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

/** Packages of one upstream among all, whose ids follow each other. */
interface Part {
  readonly upstream: RpmUpstream;
  readonly packages: NumberedPackages;
  /** The id of package number 0. */
  readonly firstId: SolvableId;
  readonly visibility: Visibility;
  /** Numbers of what the host has already, or what stands elsewhere in a corrected form. */
  readonly left: ReadonlySet<number>;
}

/** Numbers every package. Answers are kept; calls are pure. */
export class RpmCandidatePool {
  readonly arch: Arch;
  readonly files: LoadedFiles;
  readonly #parts: readonly Part[];
  readonly #made = new Map<SolvableId, RpmSolvable>();
  readonly #byName = new Map<string, readonly RpmSolvable[]>();
  readonly #providers = new Map<string, readonly Provided[]>();
  readonly #owners = new Map<string, readonly RpmSolvable[]>();
  readonly #obsoleting = new Map<string, readonly RpmSolvable[]>();
  readonly #loaded: ReadonlyMap<string, readonly RpmSolvable[]>;

  constructor(options: RpmCandidatePoolOptions) {
    this.arch = options.arch;
    this.files = options.files ?? NO_FILES;
    this.#parts = numberPackages(options);
    this.#loaded = this.#ownersInFilelists();
  }

  /** All of them, by id. Reading `pkg` or `hidden` of all makes all packages. */
  get solvables(): readonly RpmSolvable[] {
    return this.#parts.flatMap((part) => this.#solvablesOf(part, part.packages.numbers()));
  }

  get(id: SolvableId): RpmSolvable {
    const made = this.#made.get(id);
    if (made !== undefined) return made;
    const part = this.#parts.findLast(({ firstId }) => firstId <= id);
    const [solvable] = part === undefined || id >= part.firstId + part.packages.end ? [] : this.#solvablesOf(part, [id - part.firstId]);
    if (solvable === undefined) throw new Error(`no solvable ${id}`);
    return solvable;
  }

  /** Packages of this name, also hidden ones; in the order they would be preferred. */
  named(name: string): readonly RpmSolvable[] {
    return remember(this.#byName, name, () => this.#find((packages) => packages.named(name)).sort(compareSolvables));
  }

  /** Who provides a capability of this name, in any version, also hidden ones; by id. */
  providers(name: string): readonly Provided[] {
    return remember(this.#providers, name, () =>
      this.#parts.flatMap((part) =>
        part.packages.providing(name).flatMap(({ at, dependency }) => {
          const solvable = this.#solvableAt(part, at);
          return solvable === undefined ? [] : [{ solvable, dependency }];
        }),
      ),
    );
  }

  /** Packages that own `path`, as far as primary and the loaded filelists know; by id. */
  owners(path: string): readonly RpmSolvable[] {
    return remember(this.#owners, path, () => {
      const found = new Set([...this.#find((packages) => packages.owning(path)), ...(this.#loaded.get(path) ?? [])]);
      return [...found].sort((a, b) => a.id - b.id);
    });
  }

  /** Packages that obsolete some version of this name, also hidden ones; by id. */
  obsoleting(name: string): readonly RpmSolvable[] {
    return remember(this.#obsoleting, name, () => this.#find((packages) => packages.obsoleting(name)));
  }

  /**
   * True when there is a better one of the same name and architecture: of a better priority, or newer at the same. As in libsolv also
   * when that one is hidden.
   */
  isOld(solvable: RpmSolvable): boolean {
    const group = this.named(solvable.pkg.name);
    return group.length > 1 && group.some((other) => other !== solvable && isSuperseded(solvable, other));
  }

  /** True beside a host that has something. */
  get hasInstalled(): boolean {
    return this.#parts[0]?.upstream === HOST;
  }

  /** What the host has, by id. */
  installed(): readonly RpmSolvable[] {
    return this.#parts.filter(({ upstream }) => upstream === HOST).flatMap((part) => this.#solvablesOf(part, part.packages.numbers()));
  }

  /** Packages that have Supplements or Enhances, also hidden ones; by id. */
  supplementing(): readonly RpmSolvable[] {
    return this.#find((packages) => packages.supplementing());
  }

  #find(numbers: (packages: NumberedPackages) => readonly number[]): RpmSolvable[] {
    return this.#parts.flatMap((part) => this.#solvablesOf(part, numbers(part.packages)));
  }

  #solvablesOf(part: Part, numbers: Iterable<number>): RpmSolvable[] {
    return [...numbers].flatMap((at) => this.#solvableAt(part, at) ?? []);
  }

  #solvableAt(part: Part, at: number): RpmSolvable | undefined {
    if (part.left.has(at)) return undefined;
    return remember(this.#made, part.firstId + at, () => new LazySolvable(part, at));
  }

  #ownersInFilelists(): Map<string, RpmSolvable[]> {
    const owners = new Map<string, RpmSolvable[]>();
    for (const [pkgid, files] of this.files.byPkgid) {
      for (const solvable of this.#find((packages) => packages.withPkgid(pkgid))) {
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
function priorityOf({ upstream, isInstalled }: RpmSolvable): number {
  return isInstalled ? Number.NEGATIVE_INFINITY : (upstream.priority ?? DEFAULT_PRIORITY);
}

/** True when several versions may be installed side by side, as with kernels. */
export function isInstallOnly({ pkg }: Pick<RpmSolvable, 'pkg'>): boolean {
  let answer = INSTALL_ONLY_PACKAGES.get(pkg);
  if (answer === undefined) {
    answer = pkg.name === 'kernel' || pkg.provides.some(isInstallOnlyMark);
    INSTALL_ONLY_PACKAGES.set(pkg, answer);
  }
  return answer;
}

/** Kernels provide ten thousand symbols, and are asked about by each other. */
const INSTALL_ONLY_PACKAGES = new WeakMap<RpmPackage, boolean>();

/** True for the capability by which a package says so. */
export function isInstallOnlyMark({ name }: RpmDependency): boolean {
  return INSTALL_ONLY.includes(name);
}

/** Order among packages of one name: priority, native before foreign, newest, cheapest, then upstream order. */
function compareSolvables(a: RpmSolvable, b: RpmSolvable): number {
  return (
    comparePriorities(a, b) ||
    Number(a.isForeign) - Number(b.isForeign) ||
    compareEvr(b.pkg, a.pkg) ||
    Number(b.isInstalled) - Number(a.isInstalled) ||
    (a.upstream.cost ?? 1000) - (b.upstream.cost ?? 1000) ||
    a.id - b.id
  );
}

function isSuperseded(one: RpmSolvable, other: RpmSolvable): boolean {
  if (one.pkg.arch !== other.pkg.arch) return false;
  return (other.isInstalled ? 0 : comparePriorities(other, one)) < 0 || compareEvr(other.pkg, one.pkg) > 0;
}

/** Order of upstreams by dnf's `priority` alone. */
export function comparePriorities(a: RpmSolvable, b: RpmSolvable): number {
  if (a.isInstalled || b.isInstalled) return Number(b.isInstalled) - Number(a.isInstalled);
  return priorityOf(a) - priorityOf(b);
}

function remember<K, T>(map: Map<K, T>, key: K, make: () => T): T {
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
  readonly #packages: NumberedPackages;
  readonly #at: number;
  #hidden: string | null | undefined;

  constructor({ firstId, upstream, visibility, packages }: Part, at: number) {
    this.id = firstId + at;
    this.upstream = upstream;
    this.isInstalled = upstream === HOST;
    this.#visibility = visibility;
    this.#packages = packages;
    this.#at = at;
  }

  get pkg(): RpmPackage {
    return this.#packages.package(this.#at);
  }

  get isForeign(): boolean {
    return this.#visibility.isForeign(this.pkg);
  }

  get hidden(): string | null {
    if (this.#hidden === undefined) this.#hidden = this.isInstalled ? null : this.#visibility.whyHidden(this.pkg);
    return this.#hidden;
  }
}

function numberPackages(options: RpmCandidatePoolOptions): Part[] {
  const { installed = [], upstreams } = options;
  const known = options.known ?? upstreams.flatMap(({ packages }) => (packages instanceof RpmPackageIndex ? [packages] : []));
  const parts: Part[] = [];
  let firstId = 0;
  const add = (upstream: RpmUpstream, packages: NumberedPackages, left: ReadonlySet<number>) => {
    parts.push({ upstream, packages, firstId, visibility: visibilityOf(upstream, options), left });
    firstId += packages.end;
  };
  for (const packages of numberAmong(installed, known)) add(HOST, packages, new Set());
  for (const upstream of upstreams) {
    const lists = upstream.packages instanceof RpmPackageIndex ? [upstream.packages] : numberAmong(upstream.packages, known);
    const { corrected = [] } = upstream;
    for (const packages of corrected.length === 0 ? [] : [indexRpmPackages(corrected)])
      add(upstream, packages, presentIn(packages, installed));
    for (const packages of lists) add(upstream, packages, presentIn(packages, installed).union(replacedIn(packages, corrected)));
  }
  return parts;
}

/** The numbers of the very packages that are installed. */
function presentIn(packages: NumberedPackages, installed: readonly RpmPackage[]): Set<number> {
  const same = (pkg: RpmPackage) => packages.named(pkg.name).filter((at) => formatNevra(packages.package(at)) === formatNevra(pkg));
  return new Set(installed.flatMap(same));
}

/** The numbers of the packages that corrected ones stand for. */
function replacedIn(packages: NumberedPackages, corrected: readonly RpmPackage[]): Set<number> {
  return new Set(corrected.flatMap(({ checksum }) => packages.withPkgid(checksum.hex)));
}

/** Which packages of an upstream may be chosen. */
interface Visibility {
  isForeign(pkg: RpmPackage): boolean;
  whyHidden(pkg: RpmPackage): string | null;
}

function visibilityOf(upstream: RpmUpstream, options: RpmCandidatePoolOptions): Visibility {
  const { arch, modules } = options;
  const { excludes = [], includes = [] } = upstream;
  const isExcluded = packageMatcher(excludes);
  const isIncluded = includes.length === 0 ? () => true : packageMatcher(includes);
  const pins = new Map((options.pins ?? []).map((pin) => [pin.name, pin]));
  const isForeign = (pkg: RpmPackage) => FOREIGN[arch].has(pkg.arch);
  const whyHidden = (pkg: RpmPackage) => {
    if (pkg.arch !== arch && pkg.arch !== 'noarch' && !isForeign(pkg)) return `is for ${pkg.arch}, not for ${arch}`;
    const byHost = options.host?.whyHidden(pkg) ?? null;
    if (byHost !== null) return byHost;
    if (isExcluded(pkg)) return `excluded by excludepkgs of ${upstream.name}`;
    if (!isIncluded(pkg)) return `not among the includepkgs of ${upstream.name}`;
    const pin = pins.get(pkg.name);
    if (pin !== undefined && !isPinned(pkg, upstream, pin)) return `${pkg.name} is pinned to ${pinText(pin)}`;
    return upstream.moduleHotfixes === true || modules === undefined ? null : modules.whyHidden(pkg);
  };
  return { isForeign, whyHidden };
}

function isPinned(pkg: RpmPackage, upstream: RpmUpstream, { version, upstream: wanted }: RpmPin): boolean {
  if (wanted !== null && wanted !== upstream.name) return false;
  return version === null || [pkg.version, `${pkg.version}-${pkg.release}`, formatEvr(pkg)].some(compilePatterns([version]));
}

function pinText({ version, upstream }: RpmPin): string {
  return [version, upstream === null ? null : `upstream ${upstream}`].filter((part) => part !== null).join(' of ');
}
