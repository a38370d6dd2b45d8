/** URLs of an upstream's files on its mirrors. */
import type { Family } from '../base/target.ts';

/** URLs of one file on every mirror; empty parts of the path count for nothing. */
export function below(mirrors: readonly string[], ...parts: readonly string[]): string[] {
  const path = parts.filter((part) => part !== '').join('/');
  return mirrors.map((mirror) => `${mirror.replace(/\/+$/, '')}/${path}`);
}

/** The mirror that gave the root first, then the others, which may be older or newer. */
export function startingWith(mirrors: readonly string[], mirrorIndex: number): readonly string[] {
  return [...mirrors.slice(mirrorIndex), ...mirrors.slice(0, mirrorIndex)];
}

const encodeOther = (path: string): string =>
  path.split('/').map(encodeURIComponent).join('/').replaceAll('%2B', '+').replaceAll('%7E', '~');

/**
 * A package's path below its upstream's URL, as it stands in a URL. A stanza of Packages gives a plain path; RPM metadata gives it in the
 * form of a URL already, except for what a URL cannot hold.
 */
export const encodePath: Readonly<Record<Family, (path: string) => string>> = {
  deb: encodeOther,
  rpm: (path) => encodeOther(path).replaceAll(/%25(?=[0-9A-Fa-f]{2})/g, '%'),
};
