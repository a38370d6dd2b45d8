import { expect, it } from 'vitest';
import { treeFileOf } from '../../../src/base/tree-file-of.ts';
import { parseLock } from '../../../src/lock/parse-lock.ts';
import { formatBundleIndex, parseBundleIndex } from '../../../src/pack/format/bundle-index.ts';
import { composeToy, noise } from '../../lab/upstreams/toy-bundle.ts';

const SMALL = { packages: ['a', 'b', 'c'].map((name, seed) => treeFileOf(`${name}_1.0-1_all.deb`, noise(700, seed))) };

it('places every part, and lists each with what it is', () => {
  const { index, files } = composeToy(SMALL);
  expect(files.map(({ path }) => path).sort()).toEqual(index.files.map(({ path }) => path).sort());
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'pigsty.sources',
      'pigsty/bundle.lock',
      'pigsty/Packages',
      'pigsty/repo_complete',
      'pigsty/pigsty-install',
      'pigsty/assets/dashboards/node.json',
    ]),
  );
  expect(index.installer?.path).toBe('pigsty/pigsty-install');
});

it('makes an index its own reader accepts, the same for the same parts', () => {
  const { index } = composeToy(SMALL);
  expect(parseBundleIndex(formatBundleIndex(index), 'x')).toEqual(index);
  expect(composeToy(SMALL).index).toEqual(index);
});

it('says of itself what the lock says', () => {
  const { index, files } = composeToy(SMALL);
  const { content } = files.find(({ path }) => path === 'pigsty/bundle.lock')!;
  const lock = parseLock(content.kind === 'bytes' ? Buffer.from(content.bytes).toString() : '', 'lock');
  expect(index).toMatchObject({ snapshotSec: lock.snapshotSec, profiles: lock.request.profiles, flavor: lock.flavor });
  expect(index.target).toEqual({ distro: lock.distro, arch: lock.arch, minor: null });
  expect(index.installedBytes).toBe(lock.packages.reduce((sum, { installedBytes }) => sum + installedBytes, 0));
  expect(index.packages).toEqual({ count: 3, sizeBytes: lock.packages.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) });
});
