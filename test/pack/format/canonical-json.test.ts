import { expect, it } from 'vitest';
import { formatCanonicalJson, type JsonValue } from '../../../src/pack/format/canonical-json.ts';

it.each<[JsonValue, string]>([
  [{ b: 1, a: [true, null, 'x'], A: { z: 0, y: '' } }, '{"A":{"y":"","z":0},"a":[true,null,"x"],"b":1}'],
  [{}, '{}'],
  [[], '[]'],
  ['line\nbreak "quoted" ü', '"line\\nbreak \\"quoted\\" ü"'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  [-1, '-1'],
])('%j is %s', (value, text) => {
  expect(formatCanonicalJson(value)).toBe(`${text}\n`);
});

it('orders keys by code unit, whatever the order they were given in', () => {
  const keys = ['é', 'z', 'Z', '10', '2', 'a'];
  const of = (order: readonly string[]) => formatCanonicalJson(Object.fromEntries(order.map((key) => [key, 0])));
  expect(of(keys)).toBe(of(keys.toReversed()));
  expect(Object.keys(JSON.parse(of(['b', 'a', 'B'])) as object)).toEqual(['B', 'a', 'b']);
});

it.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('refuses %d', (number) => {
  expect(() => formatCanonicalJson({ a: [number] })).toThrow('not a safe integer');
});
