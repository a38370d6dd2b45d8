/** `pigsty-bundle store`, run as a program over what a build left behind. */
import { expect, it } from 'vitest';
import { BUILD, startMirror, toyLab } from '../../../lab/cli/toy-lab.ts';
import { toyArchive } from '../../../lab/upstreams/toy-archive.ts';

const STORE = ['store', '--store', 'store', '--json', '--quiet'];

async function builtLab() {
  const lab = await toyLab();
  const mirror = await startMirror(await toyArchive());
  await lab.overlay([mirror.url]);
  const built = await lab.run(BUILD);
  expect(built.code, built.stderr).toBe(0);
  const lock = lab.list('out').find((name) => name.endsWith('.lock')) ?? '';
  const result = async (...argv: string[]) => {
    const run = await lab.run([...STORE, ...argv]);
    expect(run.code, run.stderr).toBe(0);
    return JSON.parse(run.stdout.trim().split('\n').at(-1) ?? '') as { files: number; sizeBytes: number; removed?: { files: number } };
  };
  return { lab, lock: `out/${lock}`, result };
}

it('says what is kept, and prunes all but what a lock needs', async () => {
  const { lab, lock, result } = await builtLab();
  const before = await result();
  expect(before.files).toBeGreaterThan(3);
  expect(await result('--prune', '1')).toMatchObject({ files: before.files, removed: { files: 0 } });
  const kept = await result('--prune', '0', '--keep', lock);
  expect(kept.files).toBe(3);
  const fetched = await lab.run(['fetch', lock, '--store', 'store', '--manifest', 'overlay.yaml', '--offline']);
  expect(fetched.code, fetched.stderr).toBe(0);
  expect(await result('--prune', '0')).toMatchObject({ files: 0, sizeBytes: 0 });
});

it('refuses what is no number of days, and a lock that is not there, before anything is removed', async () => {
  const { lab, result } = await builtLab();
  const before = await result();
  expect((await lab.run([...STORE, '--prune', 'old'])).code).toBe(64);
  expect((await lab.run([...STORE, '--prune', '0', '--keep', 'none.lock'])).code).toBe(66);
  expect(await result()).toEqual(before);
});
