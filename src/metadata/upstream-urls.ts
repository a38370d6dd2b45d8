/**
 * URLs of an upstream's files on its mirrors. Paths stand in metadata as they are on the server's disk, and are written into a URL
 * as apt and dnf write them: object stores and caches that know only one spelling of a character know theirs.
 */
import type { Family } from '../base/target.ts';

/** URLs of one file on every mirror; empty parts of the path count for nothing. The parts are URL text already, see {@link encodePath}. */
export function below(mirrors: readonly string[], ...parts: readonly string[]): string[] {
  const path = parts.filter((part) => part !== '').join('/');
  return mirrors.map((mirror) => `${mirror.replace(/\/+$/, '')}/${path}`);
}

/** The mirror that gave the root first, then the others, which may be older or newer. */
export function startingWith(mirrors: readonly string[], mirrorIndex: number): readonly string[] {
  return [...mirrors.slice(mirrorIndex), ...mirrors.slice(0, mirrorIndex)];
}

/** The hint where a file that stands in the root of an upstream's metadata is not there. */
export const LISTED_BUT_MISSING =
  'the upstream lists this file and its server does not have it: the mirror is incomplete or is being updated; try again later, or another one';

/** The hint where an upstream has no root: there is nothing, or something else, at its URL. */
export function noRepositoryHint(upstream: string, place: string): string {
  return `there is no repository here, and never was as far as we know: check ${place} of upstream ${upstream} in the manifest`;
}

/**
 * What stays as it is. apt (`Acquire::URIEncode`, a workaround for Amazon S3) writes `+` and `~` as `%2b` and `%7e` and leaves most other
 * marks alone; what no URL can hold (`"`, `<`, `#` …) we encode, which apt does not. librepo, for dnf, encodes all but RFC 3986's
 * unreserved characters.
 */
const PLAIN: Readonly<Record<Family, RegExp>> = { deb: /[A-Za-z0-9/._\-:@!$&'()*,;=[\]]/, rpm: /[A-Za-z0-9/._~-]/ };

/**
 * A path below an upstream's URL as it stands in a URL, with lower-case hex digits. A `%` is a `%` of the name.
 *
 * @example encodePath.deb('pool/g++_1~rc.deb') // 'pool/g%2b%2b_1%7erc.deb'
 */
export const encodePath: Readonly<Record<Family, (path: string) => string>> = {
  deb: (path) => encode(path, PLAIN.deb),
  rpm: (path) => encode(path, PLAIN.rpm),
};

/**
 * URLs of a package on every mirror, in the order to ask for them. RPM metadata of some repositories has paths with escapes (`%2B`) for a
 * file without: the path is tried literally, as dnf does, and then as the URL it may be.
 */
export function packageUrls(family: Family, mirrors: readonly string[], path: string): string[] {
  const literal = encodePath[family](path);
  const asUrl = family === 'rpm' ? literal.replaceAll(/%25(?=[0-9A-Fa-f]{2})/g, '%') : literal;
  return [...below(mirrors, literal), ...(asUrl === literal ? [] : below(mirrors, asUrl))];
}

function encode(path: string, plain: RegExp): string {
  if (/^[A-Za-z0-9/._-]*$/.test(path)) return path;
  const text = (byte: number) => {
    const char = String.fromCharCode(byte);
    return byte < 0x7f && plain.test(char) ? char : `%${byte.toString(16).padStart(2, '0')}`;
  };
  return Array.from(new TextEncoder().encode(path), text).join('');
}
