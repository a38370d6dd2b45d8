/** Minimal contradictions: from clauses that cannot hold together to sets of which every member is needed for that. */

import type { CachedProvider } from './cached-provider.ts';
import { type Budget, Search } from './search.ts';
import type { Clause, SolvableId } from './types.ts';

/** Trials of leaving out one request; each is a whole solve. Beyond them a core stays correct but may hold a needless request. */
const MAX_REQUEST_TRIALS = 64;

/** A search over requests and baseline in which every dependency unfolds. */
export function searchAll(cache: CachedProvider, roots: readonly Clause[], budget: Budget): Search {
  const search = new Search({ clausesOf: cache.clausesOf, policy: cache.policy, budget });
  for (const root of roots) search.addClause(root);
  return search;
}

/** Contradiction among exactly these clauses; undefined when they can hold together. */
function coreAmong(clauses: readonly Clause[], cache: CachedProvider, budget: Budget): Clause[] | undefined {
  const search = new Search({ clausesOf: () => [], policy: cache.policy, budget });
  for (const clause of clauses) search.addClause(clause);
  return search.run() ? undefined : search.core();
}

/**
 * Shrinks a contradiction until every member is needed. First whole requests are left out, with all their dependencies, so that no proper
 * subset of the requests that remain is impossible; then single clauses, farthest from the requests first, so that a short chain stays.
 */
export function minimalCore(
  core: readonly Clause[],
  isRequest: (clause: Clause) => boolean,
  baseline: readonly Clause[],
  cache: CachedProvider,
  budget: Budget,
): Clause[] {
  return dropClauses(dropRequests(core, isRequest, baseline, cache, budget), isRequest, cache, budget);
}

function dropRequests(
  core: readonly Clause[],
  isRequest: (clause: Clause) => boolean,
  baseline: readonly Clause[],
  cache: CachedProvider,
  budget: Budget,
): readonly Clause[] {
  let best = core;
  let trial: Clause[] = core.filter(isRequest);
  const needed: Clause[] = [];
  for (let trials = 0; trials < MAX_REQUEST_TRIALS && trial.length > 0 && needed.length + trial.length > 1; trials += 1) {
    const left = trial.pop()!;
    const search = searchAll(cache, [...baseline, ...needed, ...trial], budget);
    if (search.run()) {
      needed.push(left);
      continue;
    }
    best = search.core();
    const members = new Set(best);
    trial = trial.filter((clause) => members.has(clause));
  }
  return best;
}

function dropClauses(core: readonly Clause[], isRequest: (clause: Clause) => boolean, cache: CachedProvider, budget: Budget): Clause[] {
  let rest = nearestFirst(core, isRequest);
  const needed: Clause[] = [];
  for (let left = rest.pop(); left !== undefined; left = rest.pop()) {
    const smaller = coreAmong([...needed, ...rest], cache, budget);
    if (smaller === undefined) {
      needed.push(left);
      continue;
    }
    const members = new Set(smaller);
    rest = rest.filter((clause) => members.has(clause));
  }
  return needed.reverse();
}

/** The clauses by distance from the requests; those out of reach (the baseline's) last. Equal distances keep their order. */
function nearestFirst(core: readonly Clause[], isRequest: (clause: Clause) => boolean): Clause[] {
  const conditional = new Map<SolvableId, Clause[]>();
  for (const clause of core) {
    for (const id of clause.when) {
      const list = conditional.get(id);
      if (list === undefined) conditional.set(id, [clause]);
      else list.push(clause);
    }
  }
  const found = new Set<Clause>(core.filter(isRequest));
  // A set iterates over what is added meanwhile: this is a breadth-first walk.
  for (const clause of found) {
    for (const id of clause.anyOf) for (const next of conditional.get(id) ?? []) found.add(next);
  }
  return [...found, ...core.filter((clause) => !found.has(clause))];
}
