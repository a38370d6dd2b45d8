import { describe, expect, it } from 'vitest';
import { detach, PASSING, StringPool } from '../../../src/rpm/repodata/string-pool.ts';

describe('a pool', () => {
  it('gives equal capabilities as one object, others as others', () => {
    const pool = new StringPool();
    const one = pool.dependency('libssl', 'GE', '0', '3', '1', false);
    expect(pool.dependency('libssl', 'GE', '0', '3', '1', false)).toBe(one);
    for (const other of [
      pool.dependency('libssl', 'EQ', '0', '3', '1', false),
      pool.dependency('libssl', 'GE', '1', '3', '1', false),
      pool.dependency('libssl', 'GE', '0', '3', '1', true),
      pool.dependency('libcrypto', 'GE', '0', '3', '1', false),
    ]) {
      expect(other).not.toBe(one);
      expect(other).not.toEqual(one);
    }
  });

  it('gives right values also past the variants it shares', () => {
    const pool = new StringPool();
    const made = Array.from({ length: 100 }, (_, n) => pool.dependency('x', 'EQ', '0', String(n), '1', false));
    expect(made.map(({ version }) => version)).toEqual(Array.from({ length: 100 }, (_, n) => String(n)));
    expect(pool.dependency('x', 'EQ', '0', '99', '1', false)).toEqual(made[99]);
  });

  it('says the same as what is not kept', () => {
    const values = ['name', 'LT', '1', '2', '3', true] as const;
    expect(new StringPool().dependency(...values)).toEqual(PASSING.dependency(...values));
    expect([new StringPool().share('ü'.repeat(20)), new StringPool().keep('a'.repeat(20))]).toEqual(['ü'.repeat(20), 'a'.repeat(20)]);
  });
});

it.each(['', 'short', 'a longer text with ünïcode and 😀', 'x'.repeat(1000)])('a copy of %j is equal to it', (text) => {
  expect(detach(`${text}tail`.slice(0, text.length))).toBe(text);
});
