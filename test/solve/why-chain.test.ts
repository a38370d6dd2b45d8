import { describe, expect, it } from 'vitest';
import type { Clause, Solution, SolvableId } from '../../src/solve/types.ts';
import { whyChain, whyEdges } from '../../src/solve/why-chain.ts';
import { needs, providerOf, recommends, request } from './toy-provider.ts';

const edges = (
  requests: Parameters<typeof whyEdges>[0],
  selected: SolvableId[],
  rules: Readonly<Record<SolvableId, Clause[]>>,
  fixed: SolvableId[] = [],
) => whyEdges(requests, new Set(selected), new Set(fixed), (id) => rules[id] ?? []);

describe('whyEdges', () => {
  it('gives every member its shortest edge towards a request', () => {
    const rules = { 0: [needs(0, 1), needs(0, 2)], 1: [needs(1, 3)], 2: [recommends(2, 3), recommends(2, 4)] };
    expect([...edges([request(0)], [0, 1, 2, 3, 4], rules)]).toEqual([
      [0, { by: null, text: 'test', kind: 'requested' }],
      [1, { by: 0, text: 'p1', kind: 'requires' }],
      [2, { by: 0, text: 'p2', kind: 'requires' }],
      [3, { by: 1, text: 'p3', kind: 'requires' }],
      [4, { by: 2, text: 'p4', kind: 'recommends' }],
    ]);
  });

  it('goes neither through candidates that were not chosen nor through the baseline', () => {
    const rules = { 0: [needs(0, 8), needs(0, 9)], 8: [needs(8, 1)], 9: [needs(9, 1)] };
    expect([...edges([request(0)], [0, 1], rules, [9]).keys()]).toEqual([0]);
  });

  it('names the new package that sets off a rule of the baseline', () => {
    const rule: Clause = { when: [9, 0], anyOf: [1], reason: { kind: 'requires', text: '(p1 if p0)' } };
    expect(edges([request(0)], [0, 1], { 9: [rule] }, [9]).get(1)).toEqual({ by: 0, text: '(p1 if p0)', kind: 'requires' });
  });
});

describe('whyChain', () => {
  const provider = providerOf(() => []);
  const why = edges([request(0)], [0, 1, 2], { 0: [needs(0, 1)], 1: [needs(1, 2)] });
  const solution: Solution = {
    kind: 'solution',
    selected: [0, 1, 2],
    why,
    declined: [],
    passedOver: [],
    statistics: { solvablesVisited: 0, clauses: 0, decisions: 0, conflicts: 0, propagations: 0 },
  };

  it('leads from the request to the package', () => {
    expect(whyChain(solution, provider, 2)).toEqual([
      { id: 0, label: 'p0', text: 'test', kind: 'requested' },
      { id: 1, label: 'p1', text: 'p1', kind: 'requires' },
      { id: 2, label: 'p2', text: 'p2', kind: 'requires' },
    ]);
  });

  it('is empty for what is not in the solution', () => {
    expect(whyChain(solution, provider, 7)).toEqual([]);
  });
});
