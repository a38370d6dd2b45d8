/**
 * Whether a profile can be installed from the bundle alone need not be solved again where it was all that was solved: then its own solution
 * is an answer, if it holds. It is looked at rule by rule. What it selects is in the bundle or on the host, so that leaving everything else
 * away takes nothing from it: a rule that one of several candidates fulfils is fulfilled by the one that was selected.
 */
import type { SolvedProfile } from '../lock/lock.ts';
import type { Baseline } from './baseline.ts';
import type { ProfileRequests } from './prove.ts';
import type { SolvedGroup } from './solve-groups.ts';

/**
 * One line per host, as `prove` gives them; null where somebody has to solve: several profiles or groups, weak dependencies, a captured
 * host (its own rules hold for a bundle as well), a host nothing was solved beside, or a solution that does not hold.
 */
export function checkSolution(
  groups: readonly SolvedGroup<unknown>[],
  profiles: readonly ProfileRequests[],
  hosts: readonly Baseline[],
): SolvedProfile[] | null {
  const [only] = profiles;
  if (only === undefined || profiles.length > 1 || groups.length !== hosts.length) return null;
  if (hosts.some(({ kind }) => kind === 'file')) return null;
  const proofs = hosts.map((host) => {
    const group = groups.find(({ baseline }) => baseline.name === host.name);
    if (group === undefined || group.problem.requests.some(({ weak }) => weak !== undefined) || !holds(group)) return null;
    return { profile: only.profile, baseline: host.name, packages: group.closure.length };
  });
  return proofs.every((proof) => proof !== null) ? proofs : null;
}

/** True when every request and every rule of what is selected is fulfilled. */
function holds({ problem, solution }: SolvedGroup<unknown>): boolean {
  const { provider, requests, fixed = [] } = problem;
  if (fixed.length > 0) return false;
  const selected = new Set(solution.selected);
  const isFulfilled = (anyOf: readonly number[]) => anyOf.some((id) => selected.has(id));
  if (!requests.every(({ anyOf }) => isFulfilled(anyOf))) return false;
  return solution.selected.every((id) =>
    provider.clausesOf(id).every(({ when, anyOf }) => isFulfilled(anyOf) || !when.every((member) => selected.has(member))),
  );
}
