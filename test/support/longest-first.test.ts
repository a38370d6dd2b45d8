import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { LONG } from './longest-first.ts';

it('knows no file that is not there', () => {
  expect(LONG.filter((name) => !existsSync(new URL(`../${name}.test.ts`, import.meta.url)))).toEqual([]);
  expect(new Set(LONG).size).toBe(LONG.length);
});
