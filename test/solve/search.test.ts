import { describe, expect, it } from 'vitest';
import { Search } from '../../src/solve/search.ts';
import type { Clause, SolvableId } from '../../src/solve/types.ts';
import { excludes, needs, root } from './toy-provider.ts';

function searchOver(rules: Readonly<Record<SolvableId, Clause[]>>, propagationsLeft = 1000): Search {
  return new Search({ clausesOf: (id) => rules[id] ?? [], nameOf: (id) => `p${id}`, budget: { propagationsLeft } });
}

describe('run', () => {
  it('selects what the clauses ask for, the best candidate first', () => {
    const search = searchOver({ 0: [needs(0, 1, 2)] });
    search.addClause(root(0));
    expect(search.run()).toBe(true);
    expect(search.selected()).toEqual([0, 1]);
  });

  it('takes the next candidate where the best one cannot be', () => {
    const search = searchOver({ 0: [needs(0, 1, 2)], 1: [excludes(1, 3)] });
    search.addClause(root(0));
    search.addClause(root(3));
    expect(search.run()).toBe(true);
    expect(search.selected().sort()).toEqual([0, 2, 3]);
  });

  it('fails with clauses that cannot hold together, and stays failed', () => {
    const rules = { 0: [needs(0, 1)], 1: [excludes(1, 2)] };
    const search = searchOver(rules);
    search.addClause(root(0));
    search.addClause(root(5));
    search.addClause(root(2));
    expect(search.run()).toBe(false);
    expect(search.core().map((clause) => clause.reason.text)).toEqual(['root 0', 'root 2', 'p1', 'p2']);
    search.addClause(root(7));
    expect(search.run()).toBe(false);
  });

  it('with an assumption says whether it can be there too, and forgets it afterwards', () => {
    const search = searchOver({ 1: [excludes(1, 0)], 2: [needs(2, 3)] });
    search.addClause(root(0));
    expect(search.run(1)).toBe(false);
    expect(search.run(2)).toBe(true);
    expect(search.selected().sort()).toEqual([0, 2, 3]);
    expect(search.run()).toBe(true);
    expect(search.selected()).toEqual([0]);
  });

  it('takes a clause that is true by itself for none', () => {
    const search = searchOver({});
    search.addClause({ when: [1], anyOf: [2, 1], reason: { kind: 'requires', text: 'itself' } });
    expect(search.run()).toBe(true);
    expect(search.selected()).toEqual([]);
  });
});

it('counts its work, and stops when the budget is used up', () => {
  const rules = { 0: [needs(0, 1)], 1: [needs(1, 2)] };
  const search = searchOver(rules);
  search.addClause(root(0));
  search.run();
  expect(search.statistics()).toMatchObject({ solvablesVisited: 3, clauses: 3, decisions: 0, conflicts: 0, propagations: 3 });
  const poor = searchOver(rules, 2);
  poor.addClause(root(0));
  expect(() => poor.run()).toThrow(expect.objectContaining({ code: 'SOLVE_LIMIT' }));
});
