/**
 * Below which URLs a file of an RPM upstream may lie, where its metadata says more than a path (`xml:base`, a URL as `href`, `..`). Mirrors
 * copy that metadata as it is: behind the place it names each mirror is asked, too. Whatever answers is held to the digest.
 */
import type { RpmPackage } from '../rpm/package/rpm-package.ts';

/**
 * Base URLs to ask for a file, best first.
 *
 * @param base `''`, `../` once or several times, or an absolute URL, as `Location` in `rpm/repodata/location.ts` has it. A place on this
 * machine only counts for an upstream on this machine.
 */
export function basesOf(mirrors: readonly string[], base: string): readonly string[] {
  if (base === '') return mirrors;
  if (base.startsWith('../')) return mirrors.map((mirror) => new URL(base, `${mirror.replace(/\/+$/, '')}/`).href);
  const isOutOfReach = base.startsWith('file:') && !mirrors.some((mirror) => mirror.startsWith('file:'));
  return isOutOfReach ? mirrors : [withCredentials(base, mirrors), ...mirrors];
}

/** Where a lock says that a package lies. */
export interface LockedPlace {
  readonly path: string;
  /** Left out where it is below the upstream's own URL, whichever mirror that is. */
  readonly base?: string;
}

/** The place of a package; an `xml:base` that is one of the mirrors, or below one, is no other place. */
export function lockedPlace(
  { location, locationBase }: Pick<RpmPackage, 'location' | 'locationBase'>,
  mirrors: readonly string[],
): LockedPlace {
  if (locationBase === '') return { path: location };
  const own = mirrors.map((mirror) => `${withoutCredentials(mirror)}/`).find((mirror) => locationBase.startsWith(mirror));
  return own === undefined ? { path: location, base: locationBase } : { path: `${locationBase.slice(own.length)}${location}` };
}

function withoutCredentials(mirror: string): string {
  const url = new URL(mirror);
  url.username = '';
  url.password = '';
  return url.href.replace(/\/+$/, '');
}

/** Another place on the server of a mirror is asked with that mirror's user and password. */
function withCredentials(base: string, mirrors: readonly string[]): string {
  const url = new URL(base);
  const sameServer = mirrors.map((mirror) => new URL(mirror)).find((mirror) => mirror.origin === url.origin && mirror.origin !== 'null');
  if (sameServer === undefined) return base;
  url.username = sameServer.username;
  url.password = sameServer.password;
  return url.href;
}
