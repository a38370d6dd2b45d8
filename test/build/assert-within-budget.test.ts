import { expect, it } from 'vitest';
import { assertWithinBudget } from '../../src/build/assert-within-budget.ts';
import { LOCK, locked } from '../lock/toy-lock.ts';

const MIB = 1024 * 1024;
const lock = { ...LOCK, packages: [1, 7, 3, 6, 2, 5, 4].map((size) => locked(`p${size}`, '1', { sizeBytes: size * MIB })) };

it.each([null, 28 * MIB, 29 * MIB])('28 MiB of packages fit into %s', (budget) => {
  expect(() => assertWithinBudget(lock, budget)).not.toThrow();
});

it('one byte less is too little, and the largest are named', () => {
  expect(() => assertWithinBudget(lock, 28 * MIB - 1)).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      message: expect.stringMatching(/^the packages are 28.0 MiB, more than the budget of 28.0 MiB$/),
      hint: expect.stringContaining('largest: p7 7.0 MiB, p6 6.0 MiB, p5 5.0 MiB, p4 4.0 MiB, p3 3.0 MiB;'),
    }),
  );
});

it('no packages fit into nothing', () => {
  expect(() => assertWithinBudget({ ...LOCK, packages: [] }, 0)).not.toThrow();
});
