import { expect, it } from 'vitest';
import { Faults } from '../../../src/rpm/repodata/faults.ts';

it('lists what was added', () => {
  const faults = new Faults();
  expect(faults.list()).toEqual([]);
  faults.add('one');
  expect(faults.list()).toEqual(['one']);
});

it('shows ten faults and counts the rest, and none is longer than 300 characters', () => {
  const faults = new Faults();
  for (let n = 0; n < 13; n += 1) faults.add(`fault ${n} ${'x'.repeat(1000)}`);
  expect(faults.list()).toHaveLength(11);
  expect(faults.list()[9]).toMatch(/^fault 9 x{292}$/);
  expect(faults.list()[10]).toBe('and 3 more');
});
