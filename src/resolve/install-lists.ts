/** Which packages to name to apt or dnf for each profile of a lock. The names, not the closure: what they need comes by itself. */
import { byKey } from '../base/compare.ts';
import type { LockedInstall, LockedPackage } from '../lock/lock.ts';
import type { ProfileRequests } from './prove.ts';
import { solveGroupsOf } from './resolution.ts';

/** One list per profile and solve group, sorted by profile, then group. Optional names the lock does not have are left out. */
export function installLists(profiles: readonly ProfileRequests[], packages: readonly LockedPackage[]): LockedInstall[] {
  const names = new Set(packages.map(({ name }) => name));
  return profiles
    .flatMap(({ profile, requests }) =>
      [...solveGroupsOf(requests)].map(([solveGroup, members]) => {
        const wanted = members.flatMap(({ text, origin }) => packagesFor(text, origin, packages, names));
        return { profile, solveGroup, packages: [...new Set(wanted)].sort() };
      }),
    )
    .filter((list) => list.packages.length > 0)
    .sort(byKey(({ profile, solveGroup }) => `${profile}\0${solveGroup}`));
}

/** A request by a package's own name is that name; one for a virtual name or a file is whatever was chosen for it. */
function packagesFor(text: string, origin: string, packages: readonly LockedPackage[], names: ReadonlySet<string>): string[] {
  const name = /^[^\s=(:]+/.exec(text)?.[0] ?? text;
  if (names.has(name)) return [name];
  // `glibc.i686` is a name to dnf; without its end it would be the native one.
  if (packages.some((locked) => `${locked.name}.${locked.arch}` === name)) return [name];
  return packages.filter(({ why }) => why === origin).map(({ name: chosen }) => chosen);
}
