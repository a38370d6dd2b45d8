import { describe, expect, it } from 'vitest';
import { grantWeak } from '../../src/solve/grant-weak.ts';
import { Search } from '../../src/solve/search.ts';
import type { Clause, Provider, SolvableId, WeakLevel } from '../../src/solve/types.ts';
import { excludes, needs, recommends, root } from './toy-provider.ts';

interface Rules {
  readonly hard?: Readonly<Record<SolvableId, Clause[]>>;
  readonly weak?: Readonly<Record<SolvableId, Clause[]>>;
  readonly late?: Provider['lateWeak'];
}

/** Solves for `needed`, then grants weak dependencies; what is selected in the end, and which of them were declined. */
function granted({ hard = {}, weak = {}, late }: Rules, needed: SolvableId[], levels: ReadonlyMap<SolvableId, WeakLevel>) {
  const provider: Provider = {
    clausesOf: (id) => hard[id] ?? [],
    weakClausesOf: (id) => weak[id] ?? [],
    label: (id) => `p${id}`,
    name: (id) => `p${id}`,
    ...(late === undefined ? {} : { lateWeak: late }),
  };
  const search = new Search({ clausesOf: provider.clausesOf, nameOf: provider.name, budget: { propagationsLeft: 10_000 } });
  for (const id of needed) search.addClause(root(id));
  search.run();
  const selected = new Set(needed);
  const result = grantWeak(search, provider, { needed, selected, levels });
  return { selected: [...selected], declined: result.declined.map((weak) => weak.reason.text), count: result.granted.length };
}

const all = (...ids: SolvableId[]): Map<SolvableId, WeakLevel> => new Map(ids.map((id) => [id, 'recommends']));

describe('supplements', () => {
  it('are granted with what they need, and bring weak dependencies of their own', () => {
    const rules = { hard: { 1: [needs(1, 2)] }, weak: { 0: [recommends(0, 1)], 2: [recommends(2, 3)] } };
    expect(granted(rules, [0], all(0))).toEqual({ selected: [0, 1, 2, 3], declined: [], count: 2 });
  });

  it('never take anything away: what conflicts with the selection is declined', () => {
    const rules = { hard: { 1: [excludes(1, 5)] }, weak: { 0: [recommends(0, 1)] } };
    expect(granted(rules, [0, 5], all(0, 5))).toEqual({ selected: [0, 5], declined: ['p1'], count: 0 });
  });

  it('fall back to the next candidate, and are content with one that is there', () => {
    const rules = { hard: { 1: [excludes(1, 0)] }, weak: { 0: [recommends(0, 1, 2), recommends(0, 7, 2)] } };
    expect(granted(rules, [0], all(0))).toEqual({ selected: [0, 2], declined: [], count: 2 });
  });

  it('of packages nobody wants them for are not followed', () => {
    const rules = { weak: { 0: [recommends(0, 1)], 5: [recommends(5, 6)] } };
    expect(granted(rules, [0, 5], all(5)).selected).toEqual([0, 5, 6]);
    expect(granted(rules, [0, 5], new Map()).selected).toEqual([0, 5]);
  });

  it('of the selection as a whole come before those of its members, in every round', () => {
    const order: SolvableId[] = [];
    const late = (selected: readonly SolvableId[]): Clause[] => {
      order.push(...selected.filter((id) => !order.includes(id)));
      return selected.includes(1) && !selected.includes(9) ? [{ ...recommends(0, 9), when: [0] }] : [];
    };
    expect(granted({ weak: { 0: [recommends(0, 1)] }, late }, [0], all(0)).selected).toEqual([0, 1, 9]);
    expect(order).toEqual([0, 1, 9]);
  });

  it('with a condition wait until it holds', () => {
    const conditional: Clause = { when: [0, 1], anyOf: [2], reason: { kind: 'recommends', text: 'p2 if p1' } };
    expect(granted({ weak: { 0: [conditional] } }, [0], all(0))).toMatchObject({ selected: [0], count: 0 });
    expect(granted({ weak: { 0: [conditional, recommends(0, 1)] } }, [0], all(0)).selected).toEqual([0, 1, 2]);
  });
});
