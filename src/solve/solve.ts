/** The solver's one entry: from requests and a provider to a closure, or to the reasons why there is none. */

import { CachedProvider } from './cached-provider.ts';
import { explain } from './explain.ts';
import { grantWeak } from './grant-weak.ts';
import { minimalCore, searchAll } from './minimal-core.ts';
import type { Budget, Search } from './search.ts';
import { trim } from './trim.ts';
import type { Clause, Explanation, Problem, Request, Solution, SolvableId, SolveResult, WeakLevel } from './types.ts';
import { whyEdges } from './why-chain.ts';

const DEFAULT_PROPAGATIONS_PER_REQUEST = 2_000_000;
/** Disjoint contradictions reported in one run. */
const MAX_EXPLANATIONS = 10;

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
  const search = searchAll(cache, [...roots.baseline.keys(), ...roots.requests.keys()], budget);
  const isPossible = search.run();
  if (isPossible && unknown.length === 0) return solutionOf(problem, cache, roots, search);
  const conflicts = isPossible ? [] : contradictions(search, roots, cache, budget);
  return { kind: 'unsatisfiable', unknown, conflicts };
}

function solutionOf(problem: Problem, cache: CachedProvider, roots: Roots, search: Search): Solution {
  const requests = [...roots.requests.keys()];
  const needed = trim({ roots: requests, fixed: cache.fixed, selected: new Set(search.selected()), clausesOf: cache.clausesOf });
  const selected = new Set([...cache.fixed, ...needed]);
  const levels = weakLevels(roots, cache, needed);
  const { granted, declined } = grantWeak(search, problem.provider, { needed, selected, levels });

  const weakOf = new Map<SolvableId, Clause[]>();
  const free: Clause[] = [];
  for (const weak of granted) {
    const owner = weak.when.find((id) => !cache.fixed.has(id));
    if (owner === undefined) free.push(weak);
    else weakOf.set(owner, [...(weakOf.get(owner) ?? []), weak]);
  }
  const clausesOf = (id: SolvableId): readonly Clause[] => {
    const own = weakOf.get(id);
    return own === undefined ? cache.clausesOf(id) : [...cache.clausesOf(id), ...own];
  };
  // What the requests need stays, even where a granted weak dependency now fulfils the same: it never takes anything away.
  const stays = needed.map((id) => rootClause([id], ''));
  const grew = selected.size > cache.fixed.size + needed.length;
  const closure = grew ? trim({ roots: [...requests, ...stays, ...free], fixed: cache.fixed, selected, clausesOf }) : needed;
  const members = new Set(closure);
  const holds = (id: SolvableId): boolean => members.has(id) || cache.fixed.has(id);
  const wanted = [...problem.requests, ...free.map((weak) => ({ text: weak.reason.text, origin: weak.reason.text, anyOf: weak.anyOf }))];
  return {
    kind: 'solution',
    selected: closure.sort((a, b) => a - b),
    why: whyEdges(wanted, members, cache.fixed, clausesOf),
    declined: declined.filter((weak) => weak.when.every(holds) && !weak.anyOf.some(holds)),
    statistics: search.statistics(),
  };
}

/** Whose weak dependencies are followed: of all that is there because of a request that says so. */
function weakLevels(roots: Roots, cache: CachedProvider, needed: readonly SolvableId[]): Map<SolvableId, WeakLevel> {
  const levels = new Map<SolvableId, WeakLevel>();
  const selected = new Set([...cache.fixed, ...needed]);
  for (const level of ['recommends', 'suggests'] as const) {
    const asking = [...roots.requests].filter(([, { weak }]) => weak === level).map(([clause]) => clause);
    if (asking.length === 0) continue;
    for (const id of trim({ roots: asking, fixed: cache.fixed, selected, clausesOf: cache.clausesOf })) levels.set(id, level);
  }
  return levels;
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
