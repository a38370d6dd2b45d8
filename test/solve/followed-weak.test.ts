import { expect, it } from 'vitest';
import { CachedProvider } from '../../src/solve/cached-provider.ts';
import { FollowedWeak } from '../../src/solve/followed-weak.ts';
import type { Clause, Provider, Request, SolvableId } from '../../src/solve/types.ts';
import { needs, providerOf, recommends, request, root } from './toy-provider.ts';

const HARD: Readonly<Record<SolvableId, Clause[]>> = { 0: [needs(0, 1)], 5: [needs(5, 6)] };
const WEAK: Readonly<Record<SolvableId, Clause[]>> = {
  1: [recommends(1, 2), recommends(1, 8)],
  2: [recommends(2, 3)],
  6: [recommends(6, 7)],
};

function following(...requests: Request[]): FollowedWeak {
  const provider: Provider = {
    ...providerOf((id) => HARD[id] ?? []),
    weakClausesOf: (id) => WEAK[id] ?? [],
    supplements: (selection, levels) => (selection.has(3) && levels.has(3) ? [{ id: 4, by: 3, text: 'supplements p3' }] : []),
  };
  const roots = new Map(requests.map((one) => [root(...one.anyOf), one]));
  return new FollowedWeak(roots, new CachedProvider({ provider, requests }));
}

const asking = (id: SolvableId): Request => ({ ...request(id), weak: 'recommends' });

it('is nothing for a search when no request asks', () => {
  expect(following(request(0)).source()).toEqual({});
  expect(following(asking(0)).source().weak).toBeDefined();
});

it('reaches what a request that asks brings in, and what that brings in, but nothing of the others', () => {
  const { weak } = following(asking(0), request(5)).source();
  const ids = [0, 5, 1, 6, 2, 3, 4];
  const levels = weak!.levelsOf({ has: (id) => ids.includes(id), ids: () => ids });
  expect([...levels.keys()].sort()).toEqual([0, 1, 2, 3, 4]);
});

it('reaches everything when all requests ask the same', () => {
  const { weak } = following(asking(0), asking(5)).source();
  expect([...weak!.levelsOf({ has: () => true, ids: () => [0, 9] }).keys()]).toEqual([0, 9]);
});

it('tells what holds, by the member it is for, and what does not', () => {
  const { granted, declined } = following(asking(0)).outcome([0, 1, 2, 3, 4]);
  expect([...granted].map(([id, clauses]) => [id, clauses.map(({ anyOf }) => anyOf)])).toEqual([
    [1, [[2]]],
    [2, [[3]]],
    [3, [[4]]],
  ]);
  expect(declined.map(({ anyOf }) => anyOf)).toEqual([[8]]);
  expect(following(request(0)).outcome([0, 1]).granted.size).toBe(0);
});
