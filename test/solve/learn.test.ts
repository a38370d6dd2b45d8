import { describe, expect, it } from 'vitest';
import { ClauseStore } from '../../src/solve/clause-store.ts';
import { analyze, originalsOf } from '../../src/solve/learn.ts';
import { DECIDED, positive, Trail } from '../../src/solve/trail.ts';
import type { Clause } from '../../src/solve/types.ts';
import { needs, root } from './toy-provider.ts';

const not = (variable: number): number => positive(variable) ^ 1;

function make(variables: number) {
  const store = new ClauseStore();
  const trail = new Trail();
  for (let n = 0; n < variables; n += 1) {
    store.addVariable();
    trail.addVariable();
  }
  const add = (source: Clause, ...literals: number[]) => store.add(literals, source, null, trail);
  /** Visits what has been assigned since `from`; the violated clause, if any. */
  const propagate = (): number => {
    while (trail.head < trail.literals.length) {
      const literal = trail.literals[trail.head]!;
      trail.head += 1;
      const conflict = store.visit(literal ^ 1, trail);
      if (conflict >= 0) return conflict;
    }
    return -1;
  };
  const decide = (literal: number): number => {
    trail.openLevel();
    trail.assign(literal, DECIDED);
    return propagate();
  };
  return { store, trail, add, decide, propagate };
}

describe('analyze', () => {
  it('forbids the one thing all paths to the conflict go through, and goes back as far as it can', () => {
    const { store, trail, add, decide } = make(5);
    // 0 is decided and has nothing to do with it; 1 leads to 2, which leads to 3 and 4, which exclude each other.
    add(needs(1, 2), not(1), positive(2));
    add(needs(2, 3), not(2), positive(3));
    add(needs(2, 4), not(2), positive(4));
    const clash = add(needs(3), not(3), not(4));
    expect(decide(positive(0))).toBe(-1);
    const conflict = decide(positive(1));
    expect(conflict).toBeGreaterThanOrEqual(0);
    const learnt = analyze(conflict, store, trail);
    expect(learnt.literals).toEqual([not(2)]);
    expect(learnt.backLevel).toBe(0);
    expect(learnt.antecedents).toContain(clash);
  });

  it('names what was decided earlier and the level to go back to', () => {
    const { store, trail, add, decide } = make(3);
    add(needs(0, 2), not(0), not(1), positive(2));
    add(needs(1), not(0), not(1), not(2));
    expect(decide(positive(0))).toBe(-1);
    const learnt = analyze(decide(positive(1)), store, trail);
    expect(learnt.literals).toEqual([not(1), not(0)]);
    expect(learnt.backLevel).toBe(1);
  });
});

describe('originalsOf', () => {
  it('gives the clauses a conflict at level 0 rests on, oldest first, and no others', () => {
    const { store, trail, add } = make(4);
    const [request, unrelated, chain, last] = [root(0), root(3), needs(0, 1), needs(1)];
    add(request, positive(0));
    add(unrelated, positive(3));
    add(chain, not(0), positive(1));
    const conflict = add(last, not(1));
    expect(store.isConflict(conflict, trail)).toBe(true);
    expect(originalsOf(conflict, store, trail)).toEqual([request, chain, last]);
  });

  it('looks through learnt clauses', () => {
    const { store, trail, add } = make(2);
    const [first, second] = [needs(0, 1), root(0)];
    const from = [add(first, not(0), positive(1))];
    const learnt = store.add([not(0)], null, from, trail);
    const conflict = add(second, positive(0));
    expect(learnt).toBe(1);
    expect(originalsOf(conflict, store, trail)).toEqual([first, second]);
  });
});
