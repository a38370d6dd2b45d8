/**
 * Conflict analysis: the first unique implication point (Zhang et al., ICCAD 2001), and from a conflict at level 0 the original clauses
 * it rests on.
 */
import type { ClauseStore } from './clause-store.ts';
import type { Trail } from './trail.ts';
import type { Clause } from './types.ts';

/** A clause learnt from a conflict. */
export interface Learnt {
  /** The first literal is the one to assert after going back. */
  readonly literals: number[];
  readonly backLevel: number;
  readonly antecedents: readonly number[];
}

/** Derives the clause that forbids the cause of `conflict`, a clause violated at the current level, which is above 0. */
export function analyze(conflict: number, store: ClauseStore, trail: Trail): Learnt {
  const seen = new Set<number>();
  const antecedents: number[] = [];
  const rest: number[] = [];
  let backLevel = 0;
  let openPaths = 0;
  let clause = conflict;
  let implied = -1;
  let at = trail.literals.length;
  do {
    antecedents.push(clause);
    for (const literal of store.literals[clause]!) {
      const variable = literal >> 1;
      if (literal === implied || seen.has(variable)) continue;
      seen.add(variable);
      const level = trail.levels[variable]!;
      if (level === trail.level) openPaths += 1;
      else if (level === 0) antecedents.push(~variable);
      else {
        rest.push(literal);
        if (level > backLevel) backLevel = level;
      }
    }
    do at -= 1;
    while (!seen.has(trail.literals[at]! >> 1));
    implied = trail.literals[at]!;
    clause = trail.reasons[implied >> 1]!;
    openPaths -= 1;
  } while (openPaths > 0);
  return { literals: [implied ^ 1, ...rest], backLevel, antecedents };
}

/** The original clauses that a conflict at level 0 follows from, oldest first. Together they cannot be satisfied. */
export function originalsOf(conflict: number, store: ClauseStore, trail: Trail): Clause[] {
  const stack: number[] = [conflict];
  for (const literal of store.literals[conflict]!) stack.push(~(literal >> 1));
  const seen = new Set<number>();
  const originals: number[] = [];
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    if (seen.has(item)) continue;
    seen.add(item);
    if (item < 0) {
      // A variable of level 0: the clause that implied it, and that clause's other variables.
      const reason = trail.reasons[~item]!;
      stack.push(reason);
      for (const literal of store.literals[reason]!) stack.push(~(literal >> 1));
      continue;
    }
    const from = store.antecedents[item];
    if (from == null) originals.push(item);
    else for (const antecedent of from) stack.push(antecedent);
  }
  return originals.sort((a, b) => a - b).map((index) => store.sources[index]!);
}
