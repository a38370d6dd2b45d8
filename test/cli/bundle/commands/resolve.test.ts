/** `pigsty-bundle resolve` over a toy mirror. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { registerResolve } from '../../../../src/cli/bundle/commands/resolve.ts';
import { parseLock } from '../../../../src/lock/parse-lock.ts';
import { callCommand } from '../../../lab/cli/call-command.ts';
import { startMirror, toyLab } from '../../../lab/cli/toy-lab.ts';
import { toyArchive } from '../../../lab/upstreams/toy-archive.ts';

const REQUEST = ['--distro', 'd12', '--flavor', 'debian', '--profile', 'toy', '--manifest', 'overlay.yaml', '--store', 'store'];

async function lab() {
  const toy = await toyLab();
  const mirror = await startMirror(await toyArchive());
  await toy.overlay([mirror.url]);
  const run = (...more: readonly string[]) => callCommand(registerResolve, ['resolve', ...REQUEST, ...more], toy.dir);
  return { toy, mirror, run };
}

it('writes the lock under the name of its target, and says how to go on', async () => {
  const { toy, mirror, run } = await lab();
  const { result } = await run();
  const path = toy.path('d12.x86_64.lock');
  expect(parseLock(readFileSync(path, 'utf8'), path).packages.map(({ name }) => name)).toEqual(['hello', 'libgreet', 'world']);
  expect(result.data).toMatchObject({ lock: path, packages: 3, missing: [], unavailable: [] });
  expect(result.lines.at(-1)).toBe(`next: pigsty-bundle pack ${path} --manifest overlay.yaml`);
  expect(mirror.seen.filter((name) => name.startsWith('pool/'))).toEqual([]);
});

it('writes the same lock twice, over the old one', async () => {
  const { toy, run } = await lab();
  writeFileSync(toy.path('my.lock'), 'old');
  await run('--lock', 'my.lock');
  const first = readFileSync(toy.path('my.lock'), 'utf8');
  await run('--lock', 'my.lock');
  expect(readFileSync(toy.path('my.lock'), 'utf8')).toBe(first);
});

describe('what goes wrong', () => {
  it('a place that cannot be written to is told before anything is read', async () => {
    const { mirror, run } = await lab();
    await expect(run('--lock', 'overlay.yaml/a.lock')).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      hint: expect.stringContaining('--lock'),
    });
    expect(mirror.seen).toEqual([]);
  });

  it('a lock that is a directory is OUTPUT_UNWRITABLE', async () => {
    const { toy, run } = await lab();
    mkdirSync(toy.path('my.lock', 'x'), { recursive: true });
    await expect(run('--lock', 'my.lock')).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    expect(toy.list()).not.toContainEqual(expect.stringContaining('.partial'));
  });

  it('an upstream that has none of it leaves the old lock alone', async () => {
    const { toy, run } = await lab();
    writeFileSync(toy.path('my.lock'), 'old');
    await expect(run('--lock', 'my.lock', '--package', 'ghost')).rejects.toMatchObject({ code: 'SOLVE_UNKNOWN_NAME' });
    expect(readFileSync(toy.path('my.lock'), 'utf8')).toBe('old');
  });
});
