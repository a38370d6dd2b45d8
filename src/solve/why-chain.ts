/** Why a package is in a solution: edges towards the requests, and the chain of one package as a list. */
import type { Clause, Provider, Request, Solution, SolvableId, WhyEdge } from './types.ts';

/** One step of a chain, from the request on. */
export interface WhyStep {
  readonly id: SolvableId;
  /** Label of the package with its upstream. */
  readonly label: string;
  /** How it came in: the origin of the request, or the words of the package before it in the chain. */
  readonly text: string;
  readonly kind: WhyEdge['kind'];
}

/**
 * The shortest edge of every selected solvable, found breadth first; ties go to the earlier request and the earlier clause.
 * Edges never run through the baseline.
 */
export function whyEdges(
  requests: readonly Request[],
  selected: ReadonlySet<SolvableId>,
  fixed: ReadonlySet<SolvableId>,
  clausesOf: (id: SolvableId) => readonly Clause[],
): Map<SolvableId, WhyEdge> {
  const edges = new Map<SolvableId, WhyEdge>();
  const queue: SolvableId[] = [];
  const reach = (ids: readonly SolvableId[], edge: WhyEdge): void => {
    for (const id of ids) {
      if (!selected.has(id) || fixed.has(id) || edges.has(id)) continue;
      edges.set(id, edge);
      queue.push(id);
    }
  };
  const holds = (id: SolvableId): boolean => selected.has(id) || fixed.has(id);
  const follow = (id: SolvableId, clauses: readonly Clause[]): void => {
    for (const clause of clauses) {
      if (clause.anyOf.length === 0 || !clause.when.every(holds)) continue;
      reach(clause.anyOf, { by: id, text: clause.reason.text, kind: clause.reason.kind === 'recommends' ? 'recommends' : 'requires' });
    }
  };
  // A rule of the baseline ("if b then a") is set off by a new package: that one is the reason.
  const ofBaseline = new Map<SolvableId, Clause[]>();
  for (const id of fixed) {
    for (const clause of clausesOf(id)) {
      const trigger = clause.when.find((member) => !fixed.has(member));
      if (trigger !== undefined) ofBaseline.set(trigger, [...(ofBaseline.get(trigger) ?? []), clause]);
    }
  }
  for (const request of requests) reach(request.anyOf, { by: null, text: request.origin, kind: 'requested' });
  for (let next = 0; next < queue.length; next += 1) {
    const id = queue[next]!;
    follow(id, clausesOf(id));
    follow(id, ofBaseline.get(id) ?? []);
  }
  return edges;
}

/** The shortest chain from a request to `id`, the requested package first and `id` last; empty when `id` is not in the solution. */
export function whyChain(solution: Solution, provider: Provider, id: SolvableId): WhyStep[] {
  const steps: WhyStep[] = [];
  for (let at: SolvableId | null = id; at !== null; ) {
    const edge: WhyEdge | undefined = solution.why.get(at);
    if (edge === undefined) break;
    steps.push({ id: at, label: provider.label(at), text: edge.text, kind: edge.kind });
    at = edge.by;
  }
  return steps.reverse();
}
