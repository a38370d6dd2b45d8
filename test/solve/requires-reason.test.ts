import { expect, it } from 'vitest';
import { RequiresReason } from '../../src/solve/requires-reason.ts';

it('looks for what almost matched only when it is asked', () => {
  let looked = 0;
  const rejected = [{ label: 'libfoo 1', why: 'version 1 is older than 2' }];
  const reason = new RequiresReason('libfoo >= 2', true, () => {
    looked += 1;
    return rejected;
  });
  expect([reason.kind, reason.text, reason.pre, looked]).toEqual(['requires', 'libfoo >= 2', true, 0]);
  expect(reason.rejected).toBe(rejected);
  expect(looked).toBe(1);
});
