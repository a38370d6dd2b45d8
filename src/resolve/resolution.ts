/** What resolving gives, whatever the family: the lock, and what the user should hear about it. */
import type { PackageRelations } from '../base/package-relations.ts';
import type { PackageRequest } from '../config/manifest/select-request.ts';
import type { Lock } from '../lock/lock.ts';
import type { UnavailableUpstream } from '../metadata/collect-upstreams.ts';
import type { SolveStatistics } from '../solve/types.ts';
import type { WhyStep } from '../solve/why-chain.ts';

/** Everything that is known after resolving. */
export interface Resolution {
  readonly lock: Lock;
  /** What each locked package was taken to say of others, by sha256. */
  readonly relations: ReadonlyMap<string, PackageRelations>;
  readonly requests: readonly PackageRequest[];
  /** Optional upstreams that were left out. */
  readonly unavailable: readonly UnavailableUpstream[];
  /** Optional requests nothing provides. */
  readonly missing: readonly PackageRequest[];
  /** Recommended packages that could not be added: as metadata writes them, and for whom. Sorted. */
  readonly declined: readonly string[];
  /** Requests that did not get the newest version there is, each a sentence with the reason. Sorted. */
  readonly notNewest: readonly string[];
  /** Why it cannot be installed on an ordinary minimal host, which nobody asked for; null when that was proved or not to be proved. */
  readonly unproved: string | null;
  readonly statistics: SolveStatistics;
  /** Chains from a request to each package of this name; empty when it is not in the closure. */
  readonly why: (name: string) => readonly (readonly WhyStep[])[];
}

/** The solve groups of a request: `joint` for what is solved together, and one for each group declared separate. Order is kept. */
export function solveGroupsOf(requests: readonly PackageRequest[]): ReadonlyMap<string, readonly PackageRequest[]> {
  const groups = new Map<string, PackageRequest[]>([['joint', []]]);
  for (const request of requests) {
    const name = request.separate ?? 'joint';
    const group = groups.get(name) ?? [];
    group.push(request);
    groups.set(name, group);
  }
  return groups;
}
