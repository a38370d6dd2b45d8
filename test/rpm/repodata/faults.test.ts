import { expect, it } from 'vitest';
import { Faults } from '../../../src/rpm/repodata/faults.ts';

it('throws nothing when there is nothing', () => {
  expect(() => new Faults('primary.xml').throwIfAny('INDEX_INVALID')).not.toThrow();
});

it('names ten faults and counts the rest', () => {
  const faults = new Faults('primary.xml');
  for (let n = 0; n < 13; n += 1) faults.add(`fault ${n}`);
  expect(() => faults.throwIfAny('INDEX_INVALID')).toThrow(
    expect.objectContaining({
      code: 'INDEX_INVALID',
      message: expect.stringMatching(/^primary\.xml: fault 0; .*; fault 9; and 3 more$/),
      details: expect.objectContaining({ faultCount: 13 }),
    }),
  );
});
