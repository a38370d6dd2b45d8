/** The solver's one entry: from requests and a provider to a closure, or to the reasons why there is none. */

import { CachedProvider } from './cached-provider.ts';
import { explain } from './explain.ts';
import { FollowedWeak } from './followed-weak.ts';
import { minimalCore, searchAll } from './minimal-core.ts';
import { type Budget, Search } from './search.ts';
import { trim } from './trim.ts';
import type { Clause, Explanation, PassedOver, Problem, Request, Selection, Solution, SolvableId, SolveResult } from './types.ts';
import { whyEdges } from './why-chain.ts';

const DEFAULT_PROPAGATIONS_PER_REQUEST = 2_000_000;
/** Disjoint contradictions reported in one run. */
const MAX_EXPLANATIONS = 10;
const NOTHING: Selection = { has: () => false, ids: () => [] };

/** The clauses that hold without condition, and what each stands for. */
interface Roots {
  readonly requests: ReadonlyMap<Clause, Request>;
  readonly baseline: ReadonlyMap<Clause, SolvableId>;
}

function rootsOf(problem: Problem): Roots {
  const known = problem.requests.filter((request) => request.anyOf.length > 0);
  return {
    requests: new Map(known.map((request) => [rootClause(request.anyOf, request.text), request])),
    baseline: new Map((problem.fixed ?? []).map((id) => [rootClause([id], ''), id])),
  };
}

function rootClause(anyOf: readonly SolvableId[], text: string): Clause {
  return { when: [], anyOf, reason: { kind: 'requires', text } };
}

/**
 * Selects for every request its best possible candidate and all that these need.
 *
 * @returns a {@link Solution}; or the unknown names, all of them, and minimal contradictions that share no request.
 * @throws {AppError} `SOLVE_LIMIT` when `maxPropagations` is used up.
 */
export function solve(problem: Problem): SolveResult {
  const cache = new CachedProvider(problem);
  const perRequest = problem.maxPropagations ?? DEFAULT_PROPAGATIONS_PER_REQUEST;
  const budget: Budget = { propagationsLeft: perRequest * Math.max(1, problem.requests.length) };
  const roots = rootsOf(problem);
  const unknown = problem.requests.filter((request) => request.anyOf.length === 0);
  const followed = new FollowedWeak(roots.requests, cache);
  const search = new Search({ clausesOf: cache.clausesOf, policy: cache.policy, budget, ...followed.source() });
  for (const clause of roots.baseline.keys()) search.addClause(clause);
  for (const [clause, request] of roots.requests) search.addClause(clause, request.keepsFirst);
  const isPossible = search.run();
  if (isPossible && unknown.length === 0) return solutionOf(problem, cache, roots, followed, search);
  const conflicts = isPossible ? [] : contradictions(search, roots, cache, budget);
  return { kind: 'unsatisfiable', unknown, conflicts };
}

function solutionOf(problem: Problem, cache: CachedProvider, roots: Roots, followed: FollowedWeak, search: Search): Solution {
  const { fixed } = cache;
  const found = search.selected();
  const { granted, declined } = followed.outcome(found);
  const clausesOf = (id: SolvableId): readonly Clause[] => {
    const weak = granted.get(id);
    return weak === undefined ? cache.clausesOf(id) : [...cache.clausesOf(id), ...weak];
  };
  const members = new Set(trim({ roots: [...roots.requests.keys()], fixed, selected: new Set(found), clausesOf }));
  const holds = (id: SolvableId): boolean => members.has(id) || fixed.has(id);
  return {
    kind: 'solution',
    selected: [...members].sort((a, b) => a - b),
    why: whyEdges(problem.requests, members, fixed, clausesOf),
    declined: declined.filter((weak) => weak.when.every(holds)),
    passedOver: problem.requests.flatMap((request) => passedOver(request, cache, holds) ?? []),
    statistics: search.statistics(),
  };
}

/** What the policy would take of a request if nothing else were asked for, where another version of it is selected. */
function passedOver(request: Request, { policy, nameOf }: CachedProvider, holds: (id: SolvableId) => boolean): PassedOver | null {
  const { anyOf, keepsFirst } = request;
  if (keepsFirst === true || anyOf.length < 2) return null;
  const inQuestion = policy.narrow(anyOf, NOTHING);
  const best = (inQuestion.length === 1 ? inQuestion : policy.order(inQuestion, NOTHING, rootClause(anyOf, request.text)))[0]!;
  const chosen = holds(best) ? undefined : anyOf.find((id) => holds(id) && nameOf(id) === nameOf(best));
  return chosen === undefined ? null : { request, best, chosen };
}

/** Contradictions one after the other, each time without the requests of those before, so that a user sees all problems at once. */
function contradictions(failed: Search, roots: Roots, cache: CachedProvider, budget: Budget): Explanation[] {
  const baseline = [...roots.baseline.keys()];
  const isRequest = (clause: Clause): boolean => roots.requests.has(clause);
  const found: Explanation[] = [];
  let remaining = [...roots.requests.keys()];
  let search = failed;
  do {
    const core = minimalCore(search.core(), isRequest, baseline, cache, budget);
    const requests = core.filter(isRequest);
    if (requests.length === 0) throw new Error('a contradiction without a request');
    found.push(explainCore(core, roots, cache));
    remaining = remaining.filter((clause) => !requests.includes(clause));
    search = searchAll(cache, [...baseline, ...remaining], budget);
  } while (found.length < MAX_EXPLANATIONS && !search.run());
  return found;
}

function explainCore(core: readonly Clause[], roots: Roots, cache: CachedProvider): Explanation {
  const clauses = core.filter((clause) => !roots.requests.has(clause) && !roots.baseline.has(clause));
  // In the order of the problem, not of the proof.
  const requests = [...roots.requests].filter(([clause]) => core.includes(clause)).map(([, request]) => request);
  const baseline = [...roots.baseline].filter(([clause]) => core.includes(clause)).map(([, id]) => id);
  return explain({ requests, clauses, baseline }, cache.provider);
}
