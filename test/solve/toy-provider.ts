import type { Clause, Provider, Request, SolvableId } from '../../src/solve/types.ts';

/** A provider over a function from id to clauses; names are the ids. */
export function providerOf(clausesOf: (id: SolvableId) => Clause[]): Provider {
  return { clausesOf, weakClausesOf: () => [], label: (id) => `p${id}`, name: (id) => `p${id}` };
}

/** `id` requires one of `anyOf`. */
export const needs = (id: SolvableId, ...anyOf: SolvableId[]): Clause => ({
  when: [id],
  anyOf,
  reason: { kind: 'requires', text: `p${anyOf.join('|')}` },
});
/** `a` conflicts with `b`. */
export const excludes = (a: SolvableId, b: SolvableId): Clause => ({
  when: [a, b],
  anyOf: [],
  reason: { kind: 'conflicts', text: `p${b}`, word: 'Conflicts' },
});
/** A request for one of `anyOf`. */
export const request = (...anyOf: SolvableId[]): Request => ({ text: `p${anyOf[0]}`, origin: 'test', anyOf });

/** A clause without a condition: one of `anyOf` must be there. */
export const root = (...anyOf: SolvableId[]): Clause => ({
  when: [],
  anyOf,
  reason: { kind: 'requires', text: `root ${anyOf.join('|')}` },
});

/** `id` would like one of `anyOf`. */
export const recommends = (id: SolvableId, ...anyOf: SolvableId[]): Clause => ({
  when: [id],
  anyOf,
  reason: { kind: 'recommends', text: `p${anyOf.join('|')}` },
});
