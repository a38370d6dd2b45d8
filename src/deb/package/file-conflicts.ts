/**
 * Files that two packages of one installation both ship: what dpkg refuses to unpack, and what no dependency field tells
 * (Debian policy 7.6 on Replaces, dpkg-divert(1)). Pure: file lists come from deb-archive.ts or from an archive's Contents.
 * Not looked at: symbolic links to directories other than those of the merged /usr.
 */
import { byKey } from '../../base/compare.ts';
import { compareDebVersions } from '../../version/debvercmp.ts';
import type { DebRelation } from './relations.ts';

/** A package and its files. */
export interface DebPackageFiles {
  readonly name: string;
  readonly version: string;
  readonly arch: string;
  /** `Multi-Arch: same`: may share identical files with its own other architectures. */
  readonly isMultiArchSame: boolean;
  /** Absolute path → md5 of the content, null when unknown. */
  readonly files: ReadonlyMap<string, string | null>;
  readonly replaces: readonly DebRelation[];
  /** Conflicts: such a pair is never unpacked together. Breaks alone does not permit overwriting. */
  readonly conflicts: readonly DebRelation[];
  /** Paths this package diverts away from others. */
  readonly diversions: readonly string[];
}

/** One path that both packages ship and neither may overwrite. */
export interface DebFileConflict {
  readonly path: string;
  /** Labels `name version arch`, sorted. */
  readonly packages: readonly [string, string];
}

const MERGED = /^\/(bin|sbin|lib|lib32|lib64|libx32|libo32)\//;

/**
 * All conflicts between packages that are installed together, sorted by path, then packages. Equal content does not excuse two different
 * packages: dpkg refuses that too, and shares a file only between the architectures of one `Multi-Arch: same` package.
 */
export function findDebFileConflicts(packages: readonly DebPackageFiles[]): DebFileConflict[] {
  const owners = new Map<string, DebPackageFiles[]>();
  for (const owner of packages) {
    for (const path of new Set([...owner.files.keys()].map(mergedUsr))) {
      const known = owners.get(path);
      if (known === undefined) owners.set(path, [owner]);
      else known.push(owner);
    }
  }
  const conflicts: DebFileConflict[] = [];
  for (const [path, rivals] of owners) {
    for (const [i, a] of rivals.entries()) {
      for (const b of rivals.slice(i + 1)) {
        if (!mayShare(path, a, b)) conflicts.push({ path, packages: [labelOf(a), labelOf(b)].sort() as [string, string] });
      }
    }
  }
  return conflicts.sort(byKey((conflict) => `${conflict.path}\0${conflict.packages.join('\0')}`));
}

/** `/bin/x` and `/usr/bin/x` are one file on a host with merged /usr, which all our targets are. */
function mergedUsr(path: string): string {
  return MERGED.test(path) ? `/usr${path}` : path;
}

function digestOf(owner: DebPackageFiles, path: string): string | null {
  return owner.files.get(path) ?? owner.files.get(path.replace(/^\/usr/, '')) ?? null;
}

function mayShare(path: string, a: DebPackageFiles, b: DebPackageFiles): boolean {
  if (a.name === b.name && a.isMultiArchSame && b.isMultiArchSame) {
    const digest = digestOf(a, path);
    if (digest !== null && digest === digestOf(b, path)) return true;
  }
  if (names(a.replaces, b) || names(b.replaces, a)) return true;
  if (names(a.conflicts, b) || names(b.conflicts, a)) return true;
  return [...a.diversions, ...b.diversions].some((diverted) => mergedUsr(diverted) === path);
}

/** True when one of `relations` names `other` itself in its version. Virtual names do not count for Replaces of files. */
function names(relations: readonly DebRelation[], other: DebPackageFiles): boolean {
  return relations.some((relation) => relation.name === other.name && holds(relation, other.version));
}

function holds({ op, version }: DebRelation, actual: string): boolean {
  if (op === null) return true;
  const order = compareDebVersions(actual, version);
  if (op === '<<') return order < 0;
  if (op === '<=') return order <= 0;
  if (op === '=') return order === 0;
  return op === '>=' ? order >= 0 : order > 0;
}

function labelOf(owner: DebPackageFiles): string {
  return `${owner.name} ${owner.version} ${owner.arch}`;
}
