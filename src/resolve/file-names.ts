/** Names of packages in the flat tree: the upstream's own file name, so that people find what they know. */
import { AppError } from '../base/errors.ts';
import type { PackageFacts } from '../base/package-facts.ts';

/** What every file system, web server and package manager takes as it is. */
const PLAIN = /^[A-Za-z0-9][A-Za-z0-9._+~^-]{0,199}\.(?:deb|rpm)$/;

/**
 * A distinct file name for each package, in the given order. Where two packages have one name, both get the first digits of their digest
 * in front.
 *
 * @throws {AppError} `PACKAGE_INVALID` for a name that could not be stored or served.
 */
export function assignFileNames(packages: readonly PackageFacts[]): string[] {
  const plain = packages.map(plainName);
  const uses = new Map<string, number>();
  for (const name of plain) uses.set(name, (uses.get(name) ?? 0) + 1);
  return plain.map((name, position) => ((uses.get(name) ?? 0) > 1 ? `${packages[position]?.sha256.slice(0, 8)}-${name}` : name));
}

function plainName(facts: PackageFacts): string {
  const last = facts.path
    .slice(facts.path.lastIndexOf('/') + 1)
    .replaceAll('%3a', '_')
    .replaceAll(':', '_');
  if (PLAIN.test(last)) return last;
  throw new AppError(
    'PACKAGE_INVALID',
    `${facts.name} ${facts.version} [${facts.upstream}] has a file name that cannot be served: ${facts.path}`,
    {
      hint: 'exclude this package from the upstream with an overlay (--manifest)',
    },
  );
}
