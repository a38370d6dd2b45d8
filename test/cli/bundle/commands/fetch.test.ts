/** `pigsty-bundle fetch`: what a later `pack` needs no network for. */
import { expect, it } from 'vitest';
import { registerFetch } from '../../../../src/cli/bundle/commands/fetch.ts';
import { registerResolve } from '../../../../src/cli/bundle/commands/resolve.ts';
import { callCommand } from '../../../lab/cli/call-command.ts';
import { startMirror, toyLab } from '../../../lab/cli/toy-lab.ts';
import { toyArchive } from '../../../lab/upstreams/toy-archive.ts';

async function lab() {
  const toy = await toyLab();
  const mirror = await startMirror(await toyArchive());
  await toy.overlay([mirror.url]);
  const request = ['--distro', 'd12', '--flavor', 'debian', '--profile', 'toy', '--manifest', 'overlay.yaml'];
  await callCommand(registerResolve, ['resolve', ...request, '--store', 'store', '--lock', 'my toy.lock'], toy.dir);
  mirror.seen.length = 0;
  const run = (...argv: readonly string[]) => callCommand(registerFetch, ['fetch', ...argv, '--store', 'store'], toy.dir);
  return { toy, mirror, run };
}

it('brings the packages into the store, once, and says how to go on', async () => {
  const { toy, mirror, run } = await lab();
  const { result } = await run('my toy.lock', '--manifest', 'overlay.yaml');
  expect(result.data).toMatchObject({ lock: 'my toy.lock', packages: 3, store: toy.path('store') });
  expect(result.lines.at(-1)).toBe("next: pigsty-bundle pack 'my toy.lock' --manifest overlay.yaml");
  expect(mirror.seen).toHaveLength(3);
  // Now nobody needs to know where they came from.
  await run('my toy.lock', '--manifest', 'gone.yaml', '--offline');
  expect(mirror.seen).toHaveLength(3);
});

it.each<[string, readonly string[], string]>([
  ['a lock that is not there', ['none.lock'], 'LOCK_MISSING'],
  ['a lock without its overlay', ['my toy.lock'], 'LOCK_INVALID'],
  ['no network', ['my toy.lock', '--manifest', 'overlay.yaml', '--offline'], 'FETCH_OFFLINE'],
])('%s', async (_, argv, code) => {
  const { mirror, run } = await lab();
  await expect(run(...argv)).rejects.toMatchObject({ code });
  expect(mirror.seen).toEqual([]);
});
