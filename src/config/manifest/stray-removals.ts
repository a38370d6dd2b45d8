/** Names an overlay removes that nothing asks for, and that look like a mistyped one. */
import { nearestWord } from '../nearest-word.ts';
import type { ResolvedGroup, ResolvedProfile } from './distro-manifest.ts';

/**
 * One sentence for each. A name that nothing here asks for is no fault by itself: an overlay may be for several distros. With a very
 * similar one beside it that is asked for, it is told.
 */
export function strayRemovals(
  removals: Iterable<string>,
  groups: Readonly<Record<string, ResolvedGroup>>,
  profiles: Readonly<Record<string, ResolvedProfile>>,
  pgVersions: readonly number[],
): readonly string[] {
  const names = [
    ...Object.values(groups).flatMap(({ packages }) => packages.map(({ name }) => name)),
    ...Object.values(profiles).flatMap(({ packages }) => packages),
  ];
  const asked = new Set(names.flatMap((name) => (name.includes('$v') ? pgVersions.map((v) => name.replaceAll('$v', String(v))) : [name])));
  const all = [...removals, ...Object.values(profiles).flatMap(({ removals: own }) => own)];
  return [...new Set(all)].flatMap((name) => {
    const near = asked.has(name) || name.length < SHORTEST ? null : nearestWord(name, asked);
    return near === null ? [] : [`remove: nothing asks for "${name}" (did you mean "${near}"?)`];
  });
}

/** Among short names many are similar: `ftp` and `mtr` are two programs. */
const SHORTEST = 5;
