/**
 * The packages of one upstream, found by name, by what they provide, own or obsolete, and by digest. Names are kept as hashes and a package
 * is made only when it may be an answer, so that an index read back from disk costs no more than what is asked of it. Source packages are
 * left out.
 */
import { hashName, NameList, NameTable } from '../../base/name-table.ts';
import type { RpmDependency, RpmPackage } from '../package/rpm-package.ts';

/** What a name can be looked up as. */
const RELATIONS = { name: 1, provides: 2, owns: 3, obsoletes: 4, pkgid: 5, supplements: 6 } as const;
type Relation = keyof typeof RELATIONS;

/** Lists longer than this are searched by a table: kernels provide ten thousand symbols. */
const LONG_LIST = 16;
const HASH_PRIME = 0x01000193;
const NONE: readonly never[] = [];

/** What an index is made of: pairs of (hash, package number), and the packages by number, always the same object for the same number. */
export interface IndexParts {
  readonly count: number;
  readonly pairs: Uint32Array;
  package(at: number): RpmPackage;
}

/** A capability of a package, and the package's number. */
export interface ProvidedAt {
  readonly at: number;
  readonly dependency: RpmDependency;
}

/** Packages by number. Look-ups answer with numbers, ascending. */
export interface NumberedPackages {
  /** One more than the highest number there can be. */
  readonly end: number;
  /** Every number there is. */
  numbers(): Iterable<number>;
  /** Always the same object for the same number. */
  package(at: number): RpmPackage;
  named(name: string): readonly number[];
  withPkgid(pkgid: string): readonly number[];
  /** Every capability of this name, whatever its version; a package may have several. */
  providing(name: string): readonly ProvidedAt[];
  /** Packages that have this path in primary. */
  owning(path: string): readonly number[];
  /** Packages that obsolete some version of this name. */
  obsoleting(name: string): readonly number[];
  /** Packages that have Supplements or Enhances. */
  supplementing(): readonly number[];
}

/** All packages of one upstream. */
export class RpmPackageIndex implements NumberedPackages {
  readonly end: number;
  readonly #parts: IndexParts;
  readonly #table: NameTable;
  readonly #provides = new Map<number, ReadonlyMap<string, readonly RpmDependency[]>>();
  readonly #files = new Map<number, ReadonlySet<string>>();

  constructor(parts: IndexParts) {
    this.end = parts.count;
    this.#parts = parts;
    this.#table = new NameTable(parts.pairs);
  }

  numbers(): Iterable<number> {
    return Array(this.end).keys();
  }

  package(at: number): RpmPackage {
    return this.#parts.package(at);
  }

  named(name: string): readonly number[] {
    return this.#find('name', name).filter((at) => this.package(at).name === name);
  }

  withPkgid(pkgid: string): readonly number[] {
    return this.#find('pkgid', pkgid).filter((at) => this.package(at).checksum.hex === pkgid);
  }

  providing(name: string): readonly ProvidedAt[] {
    const found: ProvidedAt[] = [];
    for (const at of this.#find('provides', name)) {
      for (const dependency of this.#providesOf(at, name)) if (dependency.name === name) found.push({ at, dependency });
    }
    return found;
  }

  owning(path: string): readonly number[] {
    return this.#find('owns', path).filter((at) => this.#hasFile(at, path));
  }

  obsoleting(name: string): readonly number[] {
    return this.#find('obsoletes', name).filter((at) => this.package(at).obsoletes.some((dependency) => dependency.name === name));
  }

  supplementing(): readonly number[] {
    return this.#find('supplements', '').filter((at) => isSupplementing(this.package(at)));
  }

  #find(relation: Relation, name: string): number[] {
    return this.#table.stanzas(hashOf(relation, name));
  }

  /** What a package provides; of a long list only what has this name. */
  #providesOf(at: number, name: string): readonly RpmDependency[] {
    const { provides } = this.package(at);
    if (provides.length <= LONG_LIST) return provides;
    let byName = this.#provides.get(at);
    if (byName === undefined) {
      byName = Map.groupBy(provides, (dependency) => dependency.name);
      this.#provides.set(at, byName);
    }
    return byName.get(name) ?? NONE;
  }

  #hasFile(at: number, path: string): boolean {
    const { files } = this.package(at);
    if (files.length <= LONG_LIST) return files.some((file) => file.path === path);
    let paths = this.#files.get(at);
    if (paths === undefined) {
      paths = new Set(files.map((file) => file.path));
      this.#files.set(at, paths);
    }
    return paths.has(path);
  }
}

/** Some packages of an index, under the numbers they have there. */
class PackageView implements NumberedPackages {
  readonly end: number;
  readonly #whole: NumberedPackages;
  readonly #members: ReadonlySet<number>;

  constructor(whole: NumberedPackages, members: ReadonlySet<number>) {
    this.end = whole.end;
    this.#whole = whole;
    this.#members = members;
  }

  numbers(): Iterable<number> {
    return this.#members;
  }

  package(at: number): RpmPackage {
    return this.#whole.package(at);
  }

  named(name: string): readonly number[] {
    return this.#mine(this.#whole.named(name));
  }

  withPkgid(pkgid: string): readonly number[] {
    return this.#mine(this.#whole.withPkgid(pkgid));
  }

  providing(name: string): readonly ProvidedAt[] {
    return this.#whole.providing(name).filter(({ at }) => this.#members.has(at));
  }

  owning(path: string): readonly number[] {
    return this.#mine(this.#whole.owning(path));
  }

  obsoleting(name: string): readonly number[] {
    return this.#mine(this.#whole.obsoleting(name));
  }

  supplementing(): readonly number[] {
    return this.#mine(this.#whole.supplementing());
  }

  #mine(found: readonly number[]): readonly number[] {
    return found.filter((at) => this.#members.has(at));
  }
}

/**
 * The packages by number, without hashing again those that one of `indexes` has: each of those gets a view, in the order of `indexes`; the
 * rest gets an index of its own, at the end.
 */
export function numberAmong(packages: readonly RpmPackage[], indexes: readonly NumberedPackages[]): NumberedPackages[] {
  let left = packages;
  const parts: NumberedPackages[] = [];
  for (const index of indexes) {
    const members = new Set<number>();
    left = left.filter((pkg) => {
      const at = index.named(pkg.name).find((number) => index.package(number) === pkg);
      if (at !== undefined) members.add(at);
      return at === undefined;
    });
    if (members.size > 0) parts.push(new PackageView(index, new Set([...members].sort((a, b) => a - b))));
  }
  return left.length === 0 ? parts : [...parts, indexRpmPackages(left)];
}

/** An index over packages at hand. */
export function indexRpmPackages(all: readonly RpmPackage[]): RpmPackageIndex {
  return new RpmPackageIndex(partsOf(all));
}

/** The parts of an index over packages at hand, without the source packages among them. */
export function partsOf(all: readonly RpmPackage[]): IndexParts {
  const packages = all.filter(isInstallable);
  const names = new NameList(packages.length * 16);
  for (const [at, pkg] of packages.entries()) pushNames(names, pkg, at);
  const load = (at: number) => {
    const pkg = packages[at];
    if (pkg === undefined) throw new Error(`no package ${at}`);
    return pkg;
  };
  return { count: packages.length, pairs: names.pairs(), package: load };
}

/** False for source packages, which no index has. */
export function isInstallable({ arch }: RpmPackage): boolean {
  return arch !== 'src' && arch !== 'nosrc';
}

/** Everything package number `at` can be looked up as. */
export function pushNames(names: NameList, pkg: RpmPackage, at: number): void {
  const push = (relation: Relation, name: string) => names.push(hashOf(relation, name), at);
  push('name', pkg.name);
  push('pkgid', pkg.checksum.hex);
  for (const { name } of pkg.provides) push('provides', name);
  for (const { path } of pkg.files) push('owns', path);
  for (const { name } of pkg.obsoletes) push('obsoletes', name);
  if (isSupplementing(pkg)) push('supplements', '');
}

function isSupplementing({ supplements, enhances }: RpmPackage): boolean {
  return supplements.length + enhances.length > 0;
}

function hashOf(relation: Relation, name: string): number {
  return Math.imul(hashName(name) ^ RELATIONS[relation], HASH_PRIME) >>> 0;
}
