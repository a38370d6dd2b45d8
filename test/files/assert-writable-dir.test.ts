import { chmodSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { assertWritableDir } from '../../src/files/assert-writable-dir.ts';

let dir: string;
beforeEach(() => {
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

// Root may write everywhere.
it.skipIf(process.getuid?.() === 0)('refuses a directory that is not ours to write to', async () => {
  chmodSync(dir, 0o500);
  await expect(assertWritableDir(join(dir, 'new'), '--output')).rejects.toMatchObject({
    code: 'OUTPUT_UNWRITABLE',
    hint: 'choose another directory with --output',
  });
});
