import { expect, it } from 'vitest';
import { Agenda } from '../../src/solve/agenda.ts';
import { DECIDED, positive, Trail } from '../../src/solve/trail.ts';
import type { Clause } from '../../src/solve/types.ts';

const CLAUSE: Clause = { when: [], anyOf: [], reason: { kind: 'requires', text: '' } };

/** An agenda and a trail over the variables 0 to 9; `narrow` leaves the candidates below 8, or all. */
function make() {
  const agenda = new Agenda();
  const trail = new Trail();
  for (let n = 0; n < 10; n += 1) trail.addVariable();
  const narrow = (open: readonly number[]): readonly number[] => {
    const low = open.filter((literal) => literal >> 1 < 8);
    return low.length > 0 ? low : open;
  };
  return {
    agenda,
    literals: (...variables: number[]) => variables.map(positive),
    select: (variable: number) => trail.assign(positive(variable), DECIDED),
    exclude: (variable: number) => trail.assign(positive(variable) ^ 1, DECIDED),
    next: () => agenda.next(trail, { narrow, order: (literals) => literals.toReversed() })?.map((literal) => literal >> 1) ?? null,
  };
}

it('has nothing to decide when every clause is satisfied', () => {
  const { agenda, literals, select, next } = make();
  agenda.add(CLAUSE, [0], literals(1, 2), []);
  expect(next()).toBeNull();
  select(0);
  select(1);
  agenda.restart();
  expect(next()).toBeNull();
});

it('takes clauses that leave one candidate in question before those that leave a choice', () => {
  const { agenda, literals, select, next } = make();
  select(0);
  agenda.add(CLAUSE, [0], literals(1, 2), []);
  agenda.add(CLAUSE, [0], literals(3, 8, 9), []);
  expect(next()).toEqual([3]);
  select(3);
  expect(next()).toEqual([2, 1]);
});

it('offers what is not excluded, in the order of the chooser', () => {
  const { agenda, literals, select, exclude, next } = make();
  select(0);
  agenda.add(CLAUSE, [0], literals(1, 2, 3), []);
  exclude(2);
  expect(next()).toEqual([3, 1]);
  exclude(3);
  agenda.restart();
  expect(next()).toEqual([1]);
});

it('lets a clause in when all its conditions are selected', () => {
  const { agenda, literals, select, next } = make();
  agenda.add(CLAUSE, [0, 1], literals(2, 8), []);
  select(0);
  expect(next()).toBeNull();
  select(1);
  agenda.restart();
  expect(next()).toEqual([2]);
});

it('goes by the keys, and on from where it stopped', () => {
  const { agenda, literals, select, next } = make();
  select(0);
  agenda.add(CLAUSE, [0], literals(2, 8), [5]);
  agenda.add(CLAUSE, [0], literals(4, 8), [7]);
  expect(next()).toEqual([2]);
  select(2);
  // Comes in behind the place the agenda has passed: its turn is after the rest.
  agenda.add(CLAUSE, [0], literals(6, 8), [1]);
  expect(next()).toEqual([4]);
  select(4);
  expect(next()).toEqual([6]);
});
