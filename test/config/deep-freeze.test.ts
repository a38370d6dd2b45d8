import { expect, it } from 'vitest';
import { deepFreeze } from '../../src/config/deep-freeze.ts';

it('deepFreeze freezes members of members, and returns the value itself', () => {
  const value = { a: [{ b: 1 }], c: null };
  expect(deepFreeze(value)).toBe(value);
  expect([Object.isFrozen(value), Object.isFrozen(value.a), Object.isFrozen(value.a[0])]).toEqual([true, true, true]);
});

it('deepFreeze ends on what is frozen already, also in a circle', () => {
  const value: { self?: unknown } = {};
  value.self = value;
  expect(Object.isFrozen(deepFreeze(value))).toBe(true);
});
