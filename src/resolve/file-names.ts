/**
 * Names of packages in the flat tree: the upstream's own file name, so that people find what they know. Where a file system, a web server
 * or a package manager would stumble over it, the package gets another one: only the tree's own index has to know.
 */
import type { PackageFacts } from '../base/package-facts.ts';
import type { Family } from '../base/target.ts';

/** What every file system, web server and package manager takes as it is. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._+~^-]{0,199}$/;
const MAX_PART_CHARS = 60;

/**
 * A distinct file name for each package, in the given order. Escapes (`%2B`) are undone, a colon or anything else that is not plain becomes
 * `_`; a name that is unusable all the same (hidden, too long, without `.deb` or `.rpm`) is made of what the package is. Where two packages
 * have one name (on a file system that does not tell case apart), both get the first digits of their digest in front.
 *
 * @example assignFileNames([{ path: 'pool/hello (1.0)%2Bds.deb', … }], 'deb') // ['hello_1.0_+ds.deb']
 */
export function assignFileNames(packages: readonly PackageFacts[], family: Family): string[] {
  const plain = packages.map((facts) => plainName(facts, family));
  const uses = new Map<string, number>();
  for (const name of plain) uses.set(name.toLowerCase(), (uses.get(name.toLowerCase()) ?? 0) + 1);
  return plain.map((name, position) =>
    (uses.get(name.toLowerCase()) ?? 0) > 1 ? `${packages[position]?.sha256.slice(0, 8)}-${name}` : name,
  );
}

function plainName(facts: PackageFacts, family: Family): string {
  const last = facts.path.slice(facts.path.lastIndexOf('/') + 1);
  const cleaned = clean(unescaped(last));
  if (PLAIN.test(cleaned) && cleaned.endsWith(`.${family}`)) return cleaned;
  const separator = family === 'deb' ? '_' : '-';
  const parts = [facts.name, facts.version, facts.arch].map((part) => clean(part).slice(0, MAX_PART_CHARS));
  return `${parts.slice(0, 2).join(separator)}${family === 'deb' ? '_' : '.'}${parts[2]}.${family}`;
}

function clean(text: string): string {
  return text.replaceAll(/_?[^A-Za-z0-9._+~^-]+_?/g, '_');
}

/** `%2B` and the like as the characters they stand for, once; what is no escape stays. */
function unescaped(name: string): string {
  return name.replaceAll(/%([2-7][0-9A-Fa-f])/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
