import { expect, it } from 'vitest';
import { Agenda } from '../../src/solve/agenda.ts';
import { DECIDED, positive, Trail } from '../../src/solve/trail.ts';

/** An agenda and a trail over the variables 0 to 7. */
function make() {
  const agenda = new Agenda();
  const trail = new Trail();
  for (let n = 0; n < 8; n += 1) trail.addVariable();
  const literals = (...variables: number[]) => variables.map(positive);
  const select = (variable: number): void => {
    trail.assign(positive(variable), DECIDED);
    agenda.select(variable, trail);
  };
  const open = (): void => {
    trail.openLevel();
    agenda.openLevel();
  };
  const back = (level: number): void => {
    trail.backtrack(level);
    agenda.backtrack(level);
  };
  return { agenda, trail, literals, select, open, back };
}

it('has nothing to decide when every clause is satisfied', () => {
  const { agenda, trail, literals, select } = make();
  agenda.add([], literals(0, 1), false);
  select(1);
  expect(agenda.next(trail)).toBe(-1);
});

it('takes clauses of one name before alternatives, and in each the best candidate that is open', () => {
  const { agenda, trail, literals, select } = make();
  agenda.add([], literals(0, 1), false);
  agenda.add([], literals(2, 3), true);
  expect(agenda.next(trail)).toBe(positive(2));
  trail.assign(positive(2) ^ 1, DECIDED);
  expect(agenda.next(trail)).toBe(positive(3));
  select(3);
  expect(agenda.next(trail)).toBe(positive(0));
});

it('lets a clause in when the last of its conditions is selected', () => {
  const { agenda, trail, literals, select } = make();
  agenda.add([0, 1], literals(2, 3), false);
  select(0);
  expect(agenda.next(trail)).toBe(-1);
  select(1);
  expect(agenda.next(trail)).toBe(positive(2));
});

it('goes back with the trail: what came in above a level is out again', () => {
  const { agenda, trail, literals, select, open, back } = make();
  agenda.add([], literals(2, 3), false);
  agenda.add([0], literals(4, 5), true);
  open();
  select(0);
  expect(agenda.next(trail)).toBe(positive(4));
  open();
  select(4);
  expect(agenda.next(trail)).toBe(positive(2));
  back(1);
  expect(agenda.next(trail)).toBe(positive(4));
  back(0);
  expect(agenda.next(trail)).toBe(positive(2));
});
