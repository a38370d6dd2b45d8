import { describe, expect, it } from 'vitest';
import { CachedProvider } from '../../src/solve/cached-provider.ts';
import { minimalCore, searchAll } from '../../src/solve/minimal-core.ts';
import type { Clause, SolvableId } from '../../src/solve/types.ts';
import { excludes, needs, providerOf, root } from './toy-provider.ts';

function coreOf(rules: Readonly<Record<SolvableId, Clause[]>>, requests: Clause[], baseline: Clause[] = []): string[] {
  const fixed = baseline.map((clause) => clause.anyOf[0]!);
  const world = new CachedProvider({ provider: providerOf((id) => rules[id] ?? []), requests: [], fixed });
  const budget = { propagationsLeft: 10_000 };
  const search = searchAll(world, [...baseline, ...requests], budget);
  expect(search.run()).toBe(false);
  const isRequest = (clause: Clause): boolean => requests.includes(clause);
  return minimalCore(search.core(), isRequest, baseline, world, budget).map((clause) => clause.reason.text);
}

describe('minimalCore', () => {
  it('leaves out requests that have nothing to do with it', () => {
    const rules = { 1: [excludes(1, 2)] };
    expect(coreOf(rules, [root(0), root(1), root(2), root(3)]).sort()).toEqual(['p2', 'root 1', 'root 2']);
  });

  it('keeps of two ways to fail the one nearer to the request', () => {
    const rules = { 0: [needs(0, 1), needs(0, 5)], 1: [needs(1, 2)], 2: [needs(2)], 5: [needs(5)] };
    expect(coreOf(rules, [root(0)])).toEqual(['root 0', 'p5', 'p']);
  });

  it('names the member of the baseline that is in the way', () => {
    const rules = { 0: [excludes(0, 9)] };
    expect(coreOf(rules, [root(0)], [root(8), root(9)]).sort()).toEqual(['p9', 'root 0', 'root 9']);
  });
});
