/** Which packages to name to apt or dnf for each profile of a lock. The names, not the closure: what they need comes by itself. */
import { byKey } from '../base/compare.ts';
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import type { Lock } from '../lock/lock.ts';
import { wishSets } from './resolution.ts';
import { wishesOf } from './resolve-request.ts';

/** The packages of a profile that are installed in one transaction. `set` is `joint` or the name of a group solved apart. */
export interface InstallList {
  readonly profile: string;
  readonly set: string;
  /** Sorted, no duplicates. */
  readonly packages: string[];
}

/** One list per profile and set, sorted by profile, then set. Optional names the lock does not have are left out. */
export function installLists(lock: Lock, manifest: DistroManifest): InstallList[] {
  const { profiles, packages, pgVersion, recommends } = lock.request;
  const names = new Set(lock.packages.map(({ name }) => name));
  const { perProfile } = wishesOf({ manifest, profiles, packages, pgVersion, recommends });
  return perProfile
    .flatMap(({ profile, wishes }) =>
      [...wishSets(wishes)].map(([set, members]) => {
        const wanted = members.flatMap(({ text, origin }) => packagesFor(text, origin, lock, names));
        return { profile, set, packages: [...new Set(wanted)].sort() };
      }),
    )
    .filter((list) => list.packages.length > 0)
    .sort(byKey(({ profile, set }) => `${profile}\0${set}`));
}

/** A wish by a package's own name is that name; one for a virtual name or a file is whatever was chosen for it. */
function packagesFor(text: string, origin: string, lock: Lock, names: ReadonlySet<string>): string[] {
  const name = /^[^\s=(:]+/.exec(text)?.[0] ?? text;
  if (names.has(name)) return [name];
  return lock.packages.filter(({ why }) => why === origin).map(({ name: chosen }) => chosen);
}
