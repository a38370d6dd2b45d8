import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { textOf, withLock } from './lock-file.ts';
import { runCommand } from './run-command.ts';

const MODULE = new URL('./lock-file.ts', import.meta.url).href;

function lockPath(): string {
  const dir = mkdtempSync(join(tmpdir(), 'lock-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return join(dir, 'lock');
}

it('lets in one process at a time', async () => {
  const path = lockPath();
  const script = `import { appendFileSync } from 'node:fs'; import { setTimeout } from 'node:timers/promises'; import { withLock } from '${MODULE}';
    await withLock('${path}', async () => { appendFileSync('${path}.log', 'in '); await setTimeout(30); appendFileSync('${path}.log', 'out '); });`;
  const run = () => runCommand([process.execPath, '--input-type=module', '--eval', script]);
  expect((await Promise.all([run(), run(), run(), run()])).map(({ status, stderr }) => [status, stderr])).toEqual(Array(4).fill([0, '']));
  expect(textOf(`${path}.log`)).toBe('in out '.repeat(4));
  expect(existsSync(path)).toBe(false);
});

it('gives the lock back when the work fails', async () => {
  const path = lockPath();
  await expect(withLock(path, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  expect(existsSync(path)).toBe(false);
});

it('takes over from a process that died with it, and from nobody else', async () => {
  const path = lockPath();
  const dead = spawnSync('sh', ['-c', 'echo $$']).stdout.toString().trim();
  writeFileSync(path, `${dead} 1`);
  expect(await withLock(path, async () => 'done')).toBe('done');
  let isFree = false;
  const first = withLock(path, async () => {
    await sleep(150);
    isFree = true;
  });
  expect(await withLock(path, async () => isFree)).toBe(true);
  await first;
});
