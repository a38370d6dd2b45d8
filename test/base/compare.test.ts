/** The order of outputs: by code unit, whatever the locale. */
import { expect, it } from 'vitest';
import { byKey, compareCodeUnits } from '../../src/base/compare.ts';

it('orders by code units, where a locale would not', () => {
  expect(['b', 'a', 'B', 'ä', 'a-b', 'a_b', 'ab'].sort(compareCodeUnits)).toEqual(['B', 'a', 'a-b', 'a_b', 'ab', 'b', 'ä']);
});

it('finds equal what is equal', () => {
  expect(compareCodeUnits('x', 'x')).toBe(0);
});

it('orders objects by a key and keeps equals in place', () => {
  const items = [
    { name: 'b', n: 1 },
    { name: 'a', n: 2 },
    { name: 'a', n: 3 },
  ];
  expect(items.sort(byKey((item) => item.name)).map((item) => item.n)).toEqual([2, 3, 1]);
});
