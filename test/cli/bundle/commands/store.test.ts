/** `pigsty-bundle store` over what a build left behind. */
import { expect, it } from 'vitest';
import { registerBuild } from '../../../../src/cli/bundle/commands/build.ts';
import { registerFetch } from '../../../../src/cli/bundle/commands/fetch.ts';
import { registerStore } from '../../../../src/cli/bundle/commands/store.ts';
import { callCommand } from '../../../lab/cli/call-command.ts';
import { BUILD, startMirror, toyLab } from '../../../lab/cli/toy-lab.ts';
import { toyArchive } from '../../../lab/upstreams/toy-archive.ts';

interface StoreData {
  readonly files: number;
  readonly sizeBytes: number;
  readonly removed?: { readonly files: number };
}

async function builtLab() {
  const lab = await toyLab();
  const mirror = await startMirror(await toyArchive());
  await lab.overlay([mirror.url]);
  await callCommand(registerBuild, BUILD, lab.dir);
  const lock = lab.list('out').find((name) => name.endsWith('.lock')) ?? '';
  // What was just downloaded has the time of now.
  const nowSec = Math.ceil(Date.now() / 1000);
  const store = async (...argv: string[]) => {
    const { result } = await callCommand(registerStore, ['store', '--store', 'store', ...argv], lab.dir, { nowSec });
    return result.data as unknown as StoreData;
  };
  return { lab, lock: `out/${lock}`, store };
}

it('says what is kept, and prunes all but what a lock needs', async () => {
  const { lab, lock, store } = await builtLab();
  const before = await store();
  expect(before.files).toBeGreaterThan(3);
  expect(await store('--prune', '1')).toMatchObject({ files: before.files, removed: { files: 0 } });
  expect((await store('--prune', '0', '--keep', lock)).files).toBe(3);
  const fetched = await callCommand(registerFetch, ['fetch', lock, '--store', 'store', '--offline'], lab.dir);
  expect(fetched.result.data).toMatchObject({ packages: 3 });
  expect(await store('--prune', '0')).toMatchObject({ files: 0, sizeBytes: 0 });
});

it.each<[readonly string[], string]>([
  [['--prune', 'old'], 'USAGE'],
  [['--prune', '-1'], 'USAGE'],
  [['--prune', '100000'], 'USAGE'],
  [['--prune', '0', '--keep', 'none.lock'], 'LOCK_MISSING'],
  [['--prune', '0', '--keep', 'overlay.yaml'], 'LOCK_INVALID'],
])('%j is %s, and nothing is removed', async (argv, code) => {
  const { store } = await builtLab();
  const before = await store();
  await expect(store(...argv)).rejects.toMatchObject({ code });
  expect(await store()).toEqual(before);
});
