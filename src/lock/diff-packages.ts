/** What changed between two locks, package by package, with what it costs in bytes. */
import { compareCodeUnits } from '../base/compare.ts';
import type { LockedPackage } from './lock.ts';

/** The part of a package a comparison needs; a bundle's index offers it too. */
export type ComparedPackage = Pick<LockedPackage, 'name' | 'version' | 'arch' | 'sizeBytes' | 'sha256'>;

/** One changed package. `rebuilt` is the same version with other bytes. */
export interface PackageChange {
  readonly kind: 'added' | 'removed' | 'up' | 'down' | 'rebuilt';
  readonly name: string;
  readonly arch: string;
  readonly from: string | null;
  readonly to: string | null;
  /** Bytes the new side must carry more (negative: less). */
  readonly deltaBytes: number;
}

/** All changes, sorted by name and arch, and their sum. */
export interface LockDiff {
  readonly changes: readonly PackageChange[];
  readonly deltaBytes: number;
  /** Bytes of packages of the new side the old side does not have: what an increment would carry. */
  readonly newBytes: number;
}

/**
 * Compares by name and architecture. Where a side holds several versions of one package, equal versions are paired first, then in version
 * order. `compareVersions` is the family's own order.
 */
export function diffPackages(
  before: readonly ComparedPackage[],
  after: readonly ComparedPackage[],
  compareVersions: (a: string, b: string) => number,
): LockDiff {
  const groups = new Map<string, { before: ComparedPackage[]; after: ComparedPackage[] }>();
  const group = (item: ComparedPackage) => {
    const key = `${item.name}\0${item.arch}`;
    const found = groups.get(key) ?? { before: [], after: [] };
    groups.set(key, found);
    return found;
  };
  for (const item of before) group(item).before.push(item);
  for (const item of after) group(item).after.push(item);
  const changes = [...groups.entries()]
    .sort(([a], [b]) => compareCodeUnits(a, b))
    .flatMap(([, sides]) => diffOne(sides.before, sides.after, compareVersions));
  const known = new Set(before.map((item) => item.sha256));
  return {
    changes,
    deltaBytes: changes.reduce((sum, change) => sum + change.deltaBytes, 0),
    newBytes: after.reduce((sum, item) => sum + (known.has(item.sha256) ? 0 : item.sizeBytes), 0),
  };
}

function diffOne(before: ComparedPackage[], after: ComparedPackage[], compareVersions: (a: string, b: string) => number): PackageChange[] {
  const changes: PackageChange[] = [];
  const gone: ComparedPackage[] = [];
  const fresh = new Map(after.map((item) => [item.version, item]));
  for (const old of before) {
    const same = fresh.get(old.version);
    if (same === undefined) {
      gone.push(old);
      continue;
    }
    fresh.delete(old.version);
    if (same.sha256 !== old.sha256) changes.push(change('rebuilt', old, same));
  }
  const added = [...fresh.values()].sort((a, b) => compareVersions(a.version, b.version));
  gone.sort((a, b) => compareVersions(a.version, b.version));
  while (gone.length > 0 && added.length > 0) {
    const from = gone.pop();
    const to = added.pop();
    if (from === undefined || to === undefined) break;
    changes.push(change(compareVersions(from.version, to.version) < 0 ? 'up' : 'down', from, to));
  }
  changes.push(...gone.map((item) => change('removed', item, null)), ...added.map((item) => change('added', null, item)));
  return changes;
}

function change(kind: PackageChange['kind'], from: ComparedPackage | null, to: ComparedPackage | null): PackageChange {
  const either = to ?? from;
  if (either === null) throw new Error('a change needs at least one side');
  return {
    kind,
    name: either.name,
    arch: either.arch,
    from: from?.version ?? null,
    to: to?.version ?? null,
    deltaBytes: (to?.sizeBytes ?? 0) - (from?.sizeBytes ?? 0),
  };
}
