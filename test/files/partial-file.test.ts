/** What a killed process left beside a result is removed by the next run; what a running one writes is not. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { isRunning, partialPath, removeStalePartials } from '../../src/files/partial-file.ts';

it('removes only what dead processes left of the same path', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'partial-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const dead = spawnSync('true').pid;
  const kept = ['.b.tgz.1.partial', `.other.${dead}.partial`, `.b.tgz.sha256.${dead}.partial`, '.b.tgz.x.partial', 'b.tgz'];
  for (const name of [...kept, `.b.tgz.${dead}.partial`]) writeFileSync(join(dir, name), '');
  mkdirSync(join(dir, `.tree.${dead}.partial/sub`), { recursive: true });
  await removeStalePartials(join(dir, 'b.tgz'));
  await removeStalePartials(join(dir, 'tree'));
  expect(readdirSync(dir).sort()).toEqual(kept.toSorted());
});

it('names a hidden file beside the result, with our number', () => {
  expect(partialPath('/out/b.tgz')).toBe(`/out/.b.tgz.${process.pid}.partial`);
});

it('does not mind a directory that is not there', async () => {
  await expect(removeStalePartials('/nonexistent/x')).resolves.toBeUndefined();
});

it('knows itself, a process of somebody else, and a dead one', () => {
  expect([process.pid, 1, spawnSync('true').pid].map(isRunning)).toEqual([true, true, false]);
});
