/** Requests that got an older version than upstreams have, and what stands against the newest: nobody should find out on the host. */
import { solve } from '../solve/solve.ts';
import type { PassedOver } from '../solve/types.ts';
import type { SolvedGroup } from './solve-groups.ts';

/** How many get their reason, each of which is a solve. */
const MAX_REASONS = 20;

/** A sentence for each such request of a group: what was taken, what was not, and why. */
export function notNewest(group: SolvedGroup<unknown>): string[] {
  const { provider } = group.candidates;
  return group.solution.passedOver.map((one, at) => {
    const reason = at < MAX_REASONS ? `: ${whyNot(group, one)}` : '';
    return `${one.request.text} comes as ${provider.label(one.chosen)}, not as ${provider.label(one.best)}${reason}`;
  });
}

function whyNot({ problem }: SolvedGroup<unknown>, { request, best }: PassedOver): string {
  const requests = problem.requests.map((one) => (one === request ? { ...one, anyOf: [best] } : one));
  const result = solve({ ...problem, requests });
  if (result.kind === 'solution') return 'another request comes first';
  const lines = result.conflicts[0]?.lines ?? [];
  return lines.map((line) => line.trim()).join('; ');
}
