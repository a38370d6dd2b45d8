import { expect, it } from 'vitest';
import { DECIDED, positive, Trail } from '../../src/solve/trail.ts';

function trailOf(variables: number): Trail {
  const trail = new Trail();
  for (let n = 0; n < variables; n += 1) trail.addVariable();
  return trail;
}

it('gives a literal and its opposite a value, a level and a reason', () => {
  const trail = trailOf(2);
  trail.assign(positive(1), 7);
  expect(trail.values).toEqual([0, 0, 1, -1]);
  expect([trail.levels[1], trail.reasons[1], trail.level]).toEqual([0, 7, 0]);
  trail.openLevel();
  trail.assign(positive(0) ^ 1, DECIDED);
  expect(trail.values).toEqual([-1, 1, 1, -1]);
  expect([trail.levels[0], trail.reasons[0], trail.level]).toEqual([1, DECIDED, 1]);
  expect(trail.literals).toEqual([2, 1]);
});

it('forgets what is above a level, and only that', () => {
  const trail = trailOf(3);
  trail.assign(positive(0), DECIDED);
  trail.openLevel();
  trail.assign(positive(1), DECIDED);
  trail.openLevel();
  trail.assign(positive(2), DECIDED);
  trail.head = 3;
  trail.backtrack(1);
  expect([trail.level, trail.head, trail.literals]).toEqual([1, 2, [0, 2]]);
  trail.backtrack(5);
  expect(trail.literals).toEqual([0, 2]);
  trail.backtrack(0);
  expect([trail.level, trail.head, trail.values]).toEqual([0, 1, [1, -1, 0, 0, 0, 0]]);
});
