import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { replaceFile } from '../../src/files/replace-file.ts';

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'replace-file-'));
  path = join(dir, 'a.lock');
  writeFileSync(path, 'old');
});
afterEach(() => rmSync(dir, { recursive: true }));

it('shows the old file until the new one is whole', async () => {
  let seen = '';
  await replaceFile(path, async (partial) => {
    await writeFile(partial, 'new');
    seen = readFileSync(path, 'utf8');
  });
  expect(seen).toBe('old');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(dir)).toEqual(['a.lock']);
});

it('leaves the old file and nothing else when writing fails', async () => {
  const failed = replaceFile(path, async (partial) => {
    await writeFile(partial, 'half');
    throw new Error('no more');
  });
  await expect(failed).rejects.toThrow('no more');
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(dir)).toEqual(['a.lock']);
});

it('leaves nothing when the place is taken by a directory', async () => {
  await mkdir(join(dir, 'taken', 'full'), { recursive: true });
  await expect(replaceFile(join(dir, 'taken'), (partial) => writeFile(partial, 'new'))).rejects.toMatchObject({ code: 'EISDIR' });
  expect(readdirSync(dir).sort()).toEqual(['a.lock', 'taken']);
});

it('says why it cannot write below a file, although there is nothing to tidy up there', async () => {
  const below = replaceFile(join(path, 'b.lock'), (partial) => writeFile(partial, 'new'));
  await expect(below).rejects.toMatchObject({ code: 'ENOTDIR', syscall: 'open' });
});

it('tidies up what a killed run left of it, not what a running one writes', async () => {
  const dead = spawnSync('true').pid;
  for (const pid of [dead, 1]) writeFileSync(join(dir, `.a.lock.${pid}.partial`), '');
  await replaceFile(path, (partial) => writeFile(partial, 'new'));
  expect(readdirSync(dir).sort()).toEqual(['.a.lock.1.partial', 'a.lock']);
});
