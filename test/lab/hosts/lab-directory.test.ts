import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ownerAlive, ownerMark } from './lab-directory.ts';

it('tells a running process from one that has ended, also from one that nobody collects', async () => {
  expect(ownerAlive(ownerMark())).toBe(true);
  // The shell becomes a program that never asks how its child ended.
  const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const child = Number(line.toString());
  // Before that it is a shell, which collects its children.
  const isSleep = (): boolean => readFileSync(`/proc/${parent.pid}/comm`, 'utf8') === 'sleep\n';
  while (!isSleep()) await new Promise((resolve) => setTimeout(resolve, 5));
  const mark = ownerMark(child);
  expect(ownerAlive(mark)).toBe(true);
  process.kill(child, 'SIGKILL');
  while (ownerAlive(mark)) await new Promise((resolve) => setTimeout(resolve, 5));
  // It is still there, as a name.
  expect(() => process.kill(child, 0)).not.toThrow();
  parent.kill('SIGKILL');
  await once(parent, 'close');
});
