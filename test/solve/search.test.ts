import { describe, expect, it } from 'vitest';
import { plainPolicy } from '../../src/solve/plain-policy.ts';
import { Search } from '../../src/solve/search.ts';
import type { Clause, SolvableId } from '../../src/solve/types.ts';
import { excludes, needs, root } from './toy-provider.ts';

function searchOver(rules: Readonly<Record<SolvableId, Clause[]>>, propagationsLeft = 1000): Search {
  return new Search({ clausesOf: (id) => rules[id] ?? [], policy: plainPolicy((id) => `p${id}`), budget: { propagationsLeft } });
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

  it('takes what holds without condition before dependencies, the first of it first', () => {
    const search = searchOver({ 0: [needs(0, 2, 1)] });
    search.addClause(root(0));
    search.addClause(root(1, 3));
    search.addClause(root(3, 1));
    expect(search.run()).toBe(true);
    expect(search.selected()).toEqual([0, 1]);
  });

  it('keeps the first candidate where it is to be kept, and can be', () => {
    const policy = { ...plainPolicy((id) => `p${id}`), narrow: (open: readonly SolvableId[]) => open.slice(-1) };
    const run = (rules: Clause[], keepsFirst: boolean) => {
      const search = new Search({ clausesOf: (id) => (id === 9 ? rules : []), policy, budget: { propagationsLeft: 1000 } });
      search.addClause(root(9));
      search.addClause(root(1, 2, 3), keepsFirst);
      return search.run() && search.selected();
    };
    expect(run([], false)).toEqual([9, 3]);
    expect(run([], true)).toEqual([9, 1]);
    expect(run([excludes(9, 1)], true)).toEqual([9, 3]);
  });

  it('takes a choice back when another of its candidates came in anyway, where the policy says so', () => {
    const rules: Readonly<Record<SolvableId, Clause[]>> = { 0: [needs(0, 1, 2), needs(0, 3, 4)], 3: [needs(3, 2)] };
    const run = (improves: boolean) => {
      const policy = { ...plainPolicy((id) => `p${id}`), improves };
      const search = new Search({ clausesOf: (id) => rules[id] ?? [], policy, budget: { propagationsLeft: 1000 } });
      search.addClause(root(0));
      return search.run() && search.selected();
    };
    expect(run(true)).toEqual([0, 2, 3]);
    expect(run(false)).toEqual([0, 1, 3, 2]);
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
