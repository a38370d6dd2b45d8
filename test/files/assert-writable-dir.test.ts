import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { assertWritableDir } from '../../src/files/assert-writable-dir.ts';

/** Whoever runs the tests may be root, whom no directory refuses. */
const right = vi.hoisted(() => ({ isDenied: false }));
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const denied = (): Promise<void> => Promise.reject(new Error('EACCES: permission denied'));
  return { ...real, access: (...args: Parameters<typeof real.access>) => (right.isDenied ? denied() : real.access(...args)) };
});

let dir: string;
beforeEach(() => {
  right.isDenied = false;
  dir = mkdtempSync(join(tmpdir(), 'writable-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

it.each(['', 'new', 'new/and/below'])('takes the directory "%s", and makes nothing', async (below) => {
  await expect(assertWritableDir(join(dir, below), '--output')).resolves.toBeUndefined();
  expect(readdirSync(dir)).toEqual([]);
});

it.each(['file', 'file/below', 'file/deep/below'])('refuses %s, where a file stands in the way', async (below) => {
  writeFileSync(join(dir, 'file'), '');
  await expect(assertWritableDir(join(dir, below), '--tree')).rejects.toMatchObject({
    code: 'OUTPUT_UNWRITABLE',
    message: `cannot write to ${join(dir, below)}: ${join(dir, 'file')} is a file`,
    hint: 'choose another directory with --tree',
  });
});

it('refuses a directory that is not ours to write to', async () => {
  right.isDenied = true;
  await expect(assertWritableDir(join(dir, 'new'), '--output')).rejects.toMatchObject({
    code: 'OUTPUT_UNWRITABLE',
    message: `cannot write to ${join(dir, 'new')}: EACCES: permission denied`,
    hint: 'choose another directory with --output',
  });
});
