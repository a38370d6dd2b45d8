/** Names of groups. Besides its own name, a group `pgsql-X` answers to `pg14-X` … `pg18-X`, and `pgsql` to `pg14` … `pg18`. */
import type { ResolvedGroup } from './distro-manifest.ts';

/** A group that was found, and the PostgreSQL major its name fixes. */
export interface FoundGroup {
  readonly group: ResolvedGroup;
  readonly pg: number | null;
}

/** Looks a group up by any of its names; null when there is none. */
export function findGroup(groups: Readonly<Record<string, ResolvedGroup>>, name: string): FoundGroup | null {
  if (Object.hasOwn(groups, name)) return { group: groups[name] as ResolvedGroup, pg: null };
  const match = /^pg(\d\d)(-.+)?$/.exec(name);
  const base = `pgsql${match?.[2] ?? ''}`;
  if (match === null || !Object.hasOwn(groups, base)) return null;
  return { group: groups[base] as ResolvedGroup, pg: Number(match[1]) };
}
