/**
 * Packages of the other word size (i686 on x86_64) that may serve packages of this one. dnf takes any of them where nothing native will do;
 * we only those a person asked for, and what they bring along, so that no request fills a bundle with i686 by surprise.
 */
import { isAppError } from '../../base/errors.ts';
import type { SolvableId } from '../../solve/types.ts';
import type { RpmDependency } from '../package/rpm-package.ts';
import type { CapabilityResolver } from './capability-resolver.ts';
import { foreignNamed } from './find-request.ts';
import { capabilitiesOf, isRich, parseRichDependency } from './rich-dependency.ts';

/** What `asked` names of the other word size, and everything of that size these can require. `'all'` when all of them may serve. */
export function admittedForeign(resolver: CapabilityResolver, asked: readonly string[] | 'all'): ReadonlySet<SolvableId> {
  const { pool } = resolver;
  if (asked === 'all') return new Set(pool.solvables.map(({ id }) => id));
  const admitted = new Set(asked.flatMap((text) => foreignNamed(pool, text)).map(({ id }) => id));
  // A set goes on with what is added while it is walked.
  for (const id of admitted) {
    for (const dependency of pool.get(id).pkg.requires.flatMap(partsOf)) {
      for (const other of resolver.satisfiers(dependency, true)) if (pool.get(other).isForeign) admitted.add(other);
    }
  }
  return admitted;
}

/** Nothing of a rich dependency nobody can read: the package that has it cannot be installed anyway. */
function partsOf(dependency: RpmDependency): readonly RpmDependency[] {
  if (!isRich(dependency.name)) return [dependency];
  try {
    return capabilitiesOf(parseRichDependency(dependency.name, 'Requires'));
  } catch (error) {
    if (!isAppError(error, 'INDEX_INVALID')) throw error;
    return [];
  }
}
