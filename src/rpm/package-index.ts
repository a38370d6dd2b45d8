/**
 * The packages of one upstream, found by name, by what they provide, own or obsolete, and by digest. Names are kept as hashes and a package is made
 * only when it may be an answer, so that an index read back from disk costs no more than what is asked of it. Source packages are left out.
 */
import { hashName, NameList, NameTable } from '../base/name-table.ts';
import type { RpmDependency, RpmPackage } from './types.ts';

/** What a name can be looked up as. */
const RELATIONS = { name: 1, provides: 2, owns: 3, obsoletes: 4, pkgid: 5 } as const;
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

/** Look-ups answer with package numbers, ascending. */
export class PackageIndex {
  readonly count: number;
  readonly #parts: IndexParts;
  readonly #table: NameTable;
  readonly #provides = new Map<number, ReadonlyMap<string, readonly RpmDependency[]>>();
  readonly #files = new Map<number, ReadonlySet<string>>();

  constructor(parts: IndexParts) {
    this.count = parts.count;
    this.#parts = parts;
    this.#table = new NameTable(parts.pairs);
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

  /** Packages that provide a capability of this name, whatever its version. */
  providing(name: string): readonly number[] {
    return this.#find('provides', name).filter((at) => this.provided(at, name).length > 0);
  }

  /** The capabilities of this name that a package provides. */
  provided(at: number, name: string): readonly RpmDependency[] {
    const { provides } = this.package(at);
    if (provides.length <= LONG_LIST) return provides.filter((dependency) => dependency.name === name);
    let byName = this.#provides.get(at);
    if (byName === undefined) {
      byName = Map.groupBy(provides, (dependency) => dependency.name);
      this.#provides.set(at, byName);
    }
    return byName.get(name) ?? NONE;
  }

  /** Packages that have this path in primary. */
  owning(path: string): readonly number[] {
    return this.#find('owns', path).filter((at) => this.#hasFile(at, path));
  }

  /** Packages that obsolete some version of this name. */
  obsoleting(name: string): readonly number[] {
    return this.#find('obsoletes', name).filter((at) => this.package(at).obsoletes.some((dependency) => dependency.name === name));
  }

  #find(relation: Relation, name: string): number[] {
    return this.#table.stanzas(hashOf(relation, name));
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

/** An index over packages at hand. */
export function indexPackages(all: readonly RpmPackage[]): PackageIndex {
  return new PackageIndex(partsOf(all));
}

/** The parts of an index over packages at hand, without the source packages among them. */
export function partsOf(all: readonly RpmPackage[]): IndexParts {
  const packages = all.filter(({ arch }) => arch !== 'src' && arch !== 'nosrc');
  const names = new NameList(packages.length * 16);
  for (const [at, pkg] of packages.entries()) {
    const push = (relation: Relation, name: string) => names.push(hashOf(relation, name), at);
    push('name', pkg.name);
    push('pkgid', pkg.checksum.hex);
    for (const { name } of pkg.provides) push('provides', name);
    for (const { path } of pkg.files) push('owns', path);
    for (const { name } of pkg.obsoletes) push('obsoletes', name);
  }
  const load = (at: number) => {
    const pkg = packages[at];
    if (pkg === undefined) throw new Error(`no package ${at}`);
    return pkg;
  };
  return { count: packages.length, pairs: names.pairs(), package: load };
}

function hashOf(relation: Relation, name: string): number {
  return Math.imul(hashName(name) ^ RELATIONS[relation], HASH_PRIME) >>> 0;
}
