import { expect, it } from 'vitest';
import { treeFileOf } from '../../../src/base/tree-file-of.ts';
import { readBundleLock } from '../../../src/pack/read/read-bundle-lock.ts';
import { honestEntries, scratchDir, writeRaw, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { noise } from '../../lab/upstreams/toy-bundle.ts';

const SMALL = { packages: [treeFileOf('a_1.0-1_amd64.deb', noise(700, 1))] };

it('gives back the lock the bundle was made from', async () => {
  const { path, index } = await writeToy(await scratchDir(), SMALL);
  const lock = await readBundleLock(path);
  expect(lock.packages).toHaveLength(index.packages.count);
  expect(lock.packages.map((p) => p.sha256).sort()).toEqual(
    index.files
      .filter((file) => file.path.endsWith('.deb'))
      .map((file) => file.sha256)
      .sort(),
  );
});

it('refuses a bundle whose lock is damaged, naming it', async () => {
  const { entries } = honestEntries();
  const damaged = entries.map((entry) =>
    entry.path === 'pigsty/bundle.lock' ? { ...entry, bytes: Buffer.from(entry.bytes!).fill(32) } : entry,
  );
  await expect(readBundleLock(await writeRaw(await scratchDir(), damaged))).rejects.toMatchObject({
    code: 'BUNDLE_DIGEST_MISMATCH',
    details: { faults: [{ path: 'pigsty/bundle.lock' }] },
  });
});

it('does not look at what comes after the lock', async () => {
  const { entries } = honestEntries();
  const at = entries.findIndex((entry) => entry.path === 'pigsty/bundle.lock');
  const path = await writeRaw(await scratchDir(), entries.slice(0, at + 1));
  expect((await readBundleLock(path)).packages).toHaveLength(2);
});
