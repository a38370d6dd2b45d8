import { describe, expect, it } from 'vitest';
import { ClauseStore, NONE } from '../../src/solve/clause-store.ts';
import { DECIDED, Trail } from '../../src/solve/trail.ts';

/** Literals of the variables 0, 1, 2…: selected and not selected. */
const [a, notA, b, notB, c, notC] = [0, 1, 2, 3, 4, 5];

function make() {
  const store = new ClauseStore();
  const trail = new Trail();
  for (let n = 0; n < 3; n += 1) {
    store.addVariable();
    trail.addVariable();
  }
  const add = (...literals: number[]) => store.add(literals, null, null, trail);
  /** Decides a literal and visits what watches its opposite. */
  const decide = (literal: number): number => {
    trail.openLevel();
    trail.assign(literal, DECIDED);
    return store.visit(literal ^ 1, trail);
  };
  return { store, trail, add, decide };
}

describe('adding', () => {
  it('a clause of one literal takes it', () => {
    const { store, trail, add } = make();
    const index = add(a);
    expect(trail.values[a]).toBe(1);
    expect(trail.reasons[0]).toBe(index);
    expect(store.isConflict(index, trail)).toBe(false);
  });

  it('a clause with one way out takes it, also when the others are false already', () => {
    const { trail, add } = make();
    add(notA);
    add(notB);
    add(a, b, c);
    expect(trail.values[c]).toBe(1);
  });

  it.each([
    ['without literals', []],
    ['whose literals are all false', [a, b]],
  ])('a clause %s is a conflict', (_what, literals) => {
    const { store, trail, add } = make();
    add(notA);
    add(notB);
    expect(store.isConflict(add(...literals), trail)).toBe(true);
  });
});

describe('visiting', () => {
  it('finds another literal to watch, then implies the last one open', () => {
    const { trail, add, decide } = make();
    const index = add(a, b, c);
    expect(decide(notA)).toBe(NONE);
    expect(trail.literals).toEqual([notA]);
    expect(decide(notB)).toBe(NONE);
    expect(trail.literals).toEqual([notA, notB, c]);
    expect(trail.reasons[2]).toBe(index);
  });

  it('reports the violated clause, and leaves the other watches in place', () => {
    const { store, trail, add, decide } = make();
    const needsB = add(notA, b);
    const needsC = add(notA, c);
    trail.openLevel();
    trail.assign(notB, DECIDED);
    expect(store.visit(b, trail)).toBe(NONE);
    // `not a` follows from the first clause; say `a` all the same, as a decision before it was noticed would.
    trail.backtrack(0);
    trail.openLevel();
    trail.assign(notB, DECIDED);
    trail.assign(a, DECIDED);
    expect(store.visit(notA, trail)).toBe(needsB);
    trail.backtrack(0);
    expect(decide(a)).toBe(NONE);
    expect(trail.literals).toEqual([a, b, c]);
    expect([trail.reasons[1], trail.reasons[2]].sort()).toEqual([needsB, needsC].sort());
  });

  it('passes over clauses that are true', () => {
    const { trail, add, decide } = make();
    add(c);
    add(a, c);
    expect(decide(notA)).toBe(NONE);
    expect(trail.literals).toEqual([c, notA]);
    expect(trail.values[notC]).toBe(-1);
  });
});
