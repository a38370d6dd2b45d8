import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { allSettled } from './all-settled.ts';

it('gives all results in order', async () => {
  expect(await allSettled([Promise.resolve(1), Promise.resolve(2)])).toEqual([1, 2]);
});

it('throws the first failure only when nobody writes any more', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'all-settled-'));
  const started = Promise.withResolvers<void>();
  const slow = started.promise.then(() => writeFileSync(join(dir, 'late'), ''));
  const failing = Promise.reject(new Error('broken'));
  const both = allSettled([slow, failing]);
  let isOver = false;
  const watched = both.catch(() => {
    isOver = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  started.resolve();
  await watched;
  await expect(both).rejects.toThrow('broken');
  expect(existsSync(join(dir, 'late'))).toBe(true);
  rmSync(dir, { recursive: true });
});
