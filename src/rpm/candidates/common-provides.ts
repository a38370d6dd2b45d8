/**
 * Of candidates that provide the same capability in different versions, the higher first: `java-headless` from 17 rather than 11. After
 * libsolv's `sort_by_common_dep` (src/policy.c): a candidate counts one for every better version of each capability it shares, and fewer is
 * better; equal ones keep their order.
 */
import { rpmvercmp } from '../../version/rpmvercmp.ts';
import type { RpmDependency } from '../package/rpm-package.ts';
import type { RpmSolvable } from './rpm-candidate-pool.ts';

/** One capability of one candidate. */
interface Versioned {
  readonly at: number;
  readonly provided: RpmDependency;
}

/** Provided versions that are digests say nothing about what is newer. */
const DIGEST = /^[0-9a-f]{4,}$/;

/** The candidates, those with the higher versions of what they share first. Installed ones are not moved back. */
export function sortByCommonProvides(candidates: readonly RpmSolvable[]): readonly RpmSolvable[] {
  const byName = new Map<string, Versioned[]>();
  for (const [at, { pkg }] of candidates.entries()) {
    for (const provided of pkg.provides) {
      if (!tellsVersion(provided)) continue;
      const list = byName.get(provided.name);
      if (list === undefined) byName.set(provided.name, [{ at, provided }]);
      else list.push({ at, provided });
    }
  }
  const behind = candidates.map(() => 0);
  for (const list of byName.values()) if (list.length > 1) countBehind(list, behind);
  for (const [at, { isInstalled }] of candidates.entries()) if (isInstalled) behind[at] = 0;
  return [...candidates.keys()].sort((a, b) => behind[a]! - behind[b]! || a - b).map((at) => candidates[at]!);
}

function tellsVersion({ flags, epoch, version, release }: RpmDependency): boolean {
  if (flags !== 'EQ') return flags === 'LE' || flags === 'LT';
  const isBare = release === '' && (epoch === '' || epoch === '0');
  return !(isBare && DIGEST.test(version));
}

function countBehind(list: readonly Versioned[], behind: number[]): void {
  const sorted = list.toSorted((a, b) => compareProvided(a.provided, b.provided) || a.at - b.at);
  let steps = 0;
  for (const [n, { at, provided }] of sorted.entries()) {
    const before = sorted[n - 1];
    if (before !== undefined && before.at !== at && compareProvided(before.provided, provided) === -1) steps += 1;
    behind[at]! += steps;
  }
}

/** -1 when `a` is the higher version; beyond ±1 when only one of the two has a release. A version that is not reached comes last. */
function compareProvided(a: RpmDependency, b: RpmDependency): number {
  const order = compareMatching(b, a);
  if (order !== 0 || (a.flags !== 'LT' && b.flags !== 'LT')) return order;
  if (b.flags !== 'LT') return 1;
  return a.flags === 'LT' ? order : -1;
}

function compareMatching(a: RpmDependency, b: RpmDependency): number {
  const order = rpmvercmp(a.epoch || '0', b.epoch || '0') || rpmvercmp(a.version, b.version);
  if (order !== 0 || a.release === b.release) return order;
  if (a.release === '') return -2;
  return b.release === '' ? 2 : rpmvercmp(a.release, b.release);
}
