import { expect, it } from 'vitest';
import { debChoicePolicy } from '../../../src/deb/candidates/choice-policy.ts';
import type { Clause, Selection, SolvableId } from '../../../src/solve/types.ts';
import { needs, recommends } from '../../solve/toy-provider.ts';

const HARD: Readonly<Record<SolvableId, Clause[]>> = { 1: [needs(1, 5, 9), needs(1, 6)], 2: [needs(2, 5)], 5: [needs(5, 6)] };
const WEAK: Readonly<Record<SolvableId, Clause[]>> = { 3: [recommends(3, 7)], 7: [needs(7, 8)] };
const policy = debChoicePolicy({ clausesOf: (id) => HARD[id] ?? [], weakClausesOf: (id) => WEAK[id] ?? [], name: (id) => `p${id % 10}` });
const beside = (...ids: number[]): Selection => ({ has: (id) => ids.includes(id), ids: () => ids });

it('takes the first alternative, whatever it brings along', () => {
  expect(policy.order([1, 4], beside(), needs(0, 1, 4))).toEqual([1, 4]);
});

it('takes of the providers of a virtual package the one that needs the fewest new packages', () => {
  expect(policy.order([1, 2, 3, 4], beside(), { ...needs(0, 1, 2, 3, 4), alike: 3 })).toEqual([3, 1, 2, 4]);
  // With 5 and 6 there, none needs anything more: the order of the candidates decides.
  expect(policy.order([1, 2, 3, 4], beside(5, 6), { ...needs(0, 1, 2, 3, 4), alike: 3 })).toEqual([1, 2, 3, 4]);
});

it('counts what is recommended where it is followed', () => {
  expect(policy.order([3, 4], beside(), { ...recommends(0, 3, 4), alike: 2 })).toEqual([4, 3]);
});

it('chooses a version without asking', () => {
  expect(policy.narrow([11, 1], beside())).toEqual([11]);
});
