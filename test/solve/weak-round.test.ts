import { expect, it } from 'vitest';
import { plainPolicy } from '../../src/solve/plain-policy.ts';
import type { Clause, Provider, SolvableId, WeakLevel } from '../../src/solve/types.ts';
import { WeakRound, weakClauses } from '../../src/solve/weak-round.ts';
import { recommends } from './toy-provider.ts';

/** A round beside `selected`, all of which are followed; `excluded` cannot be selected. */
function open(weak: Readonly<Record<SolvableId, Clause[]>>, selected: SolvableId[], supplements: [SolvableId, SolvableId][] = []) {
  const nameOf = (id: SolvableId) => `p${id}`;
  const provider: Provider = {
    clausesOf: () => [],
    weakClausesOf: (id) => weak[id] ?? [],
    supplements: () => supplements.map(([id, by]) => ({ id, by, text: 'supplements' })),
    label: nameOf,
    name: nameOf,
  };
  const has = (id: SolvableId) => selected.includes(id);
  const selection = { has, ids: () => selected };
  const excluded: SolvableId[] = [];
  const isOpen = (id: SolvableId) => !has(id) && !excluded.includes(id);
  const levelsOf = () => new Map<SolvableId, WeakLevel>(selected.map((id) => [id, 'recommends']));
  const round = WeakRound.open({ provider, policy: plainPolicy(nameOf), levelsOf }, selection, isOpen);
  return { round, excluded, next: () => round?.next(selection, isOpen) ?? null };
}

it('is none when nothing more is asked for', () => {
  expect(open({ 0: [recommends(0, 1)] }, [0, 1]).round).toBeNull();
});

it('takes supplements before recommendations, and these in the order of the selection', () => {
  const { next } = open({ 2: [recommends(2, 4)], 0: [recommends(0, 5, 6)] }, [2, 0], [[7, 0]]);
  expect([next(), next(), next(), next()]).toEqual([[7], [4], [5, 6], null]);
});

it('passes over what was settled meanwhile', () => {
  const selected = [0];
  const { next, excluded } = open({ 0: [recommends(0, 1), recommends(0, 1, 2), recommends(0, 3)] }, selected);
  expect(next()).toEqual([1]);
  selected.push(1);
  excluded.push(3);
  expect(next()).toBeNull();
});

it('waits with a condition until it holds', () => {
  const conditional: Clause = { when: [0, 9], anyOf: [2], reason: { kind: 'recommends', text: 'p2 if p9' } };
  expect(open({ 0: [conditional] }, [0]).round).toBeNull();
  expect(open({ 0: [conditional] }, [0, 9]).next()).toEqual([2]);
});

it('lists weak dependencies of what is followed', () => {
  const provider = { weakClausesOf: (id: SolvableId) => [recommends(id, id + 1)] } as unknown as Provider;
  expect(weakClauses(provider, new Map([[3, 'recommends']]), [1, 3]).map(({ anyOf }) => anyOf)).toEqual([[4]]);
});
