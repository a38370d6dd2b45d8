import { expect, it } from 'vitest';
import { plainPolicy } from '../../src/solve/plain-policy.ts';
import { needs } from './toy-provider.ts';

const NOTHING = { has: () => false, ids: () => [] };
const policy = plainPolicy((id) => `p${id % 10}`);

it('leaves the first of candidates that share a name, and all others as they are', () => {
  expect(policy.narrow([11, 1, 21], NOTHING)).toEqual([11]);
  expect(policy.narrow([1, 2], NOTHING)).toEqual([1, 2]);
  expect(policy.order([2, 1], NOTHING, needs(0, 1, 2))).toEqual([2, 1]);
});

it('has no opinion on weak dependencies', () => {
  expect(policy.chooseWeak([3, 1], NOTHING)).toEqual([3, 1]);
  expect(policy.orderSupplements([3, 1], NOTHING)).toEqual([3, 1]);
  expect(policy.isRecommended(1, NOTHING)).toBe(false);
});
