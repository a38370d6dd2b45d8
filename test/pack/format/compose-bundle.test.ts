import { expect, it } from 'vitest';
import { parseLock } from '../../../src/lock/parse-lock.ts';
import { formatBundleIndex, parseBundleIndex } from '../../../src/pack/format/bundle-index.ts';
import { composeToy } from '../../lab/upstreams/toy-bundle.ts';

it('places every part, and lists each with what it is', () => {
  const { index, files } = composeToy();
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
  const { index } = composeToy();
  expect(parseBundleIndex(formatBundleIndex(index), 'x')).toEqual(index);
  expect(composeToy().index).toEqual(index);
});

it('says of itself what the lock says', () => {
  const { index, files } = composeToy();
  const { content } = files.find(({ path }) => path === 'pigsty/bundle.lock')!;
  const lock = parseLock(content.kind === 'bytes' ? Buffer.from(content.bytes).toString() : '', 'lock');
  expect(index).toMatchObject({ snapshotSec: lock.snapshotSec, profiles: lock.request.profiles, flavor: lock.flavor });
  expect(index.target).toEqual({ distro: lock.distro, arch: lock.arch, minor: null });
  expect(index.installedBytes).toBe(lock.packages.reduce((sum, { installedBytes }) => sum + installedBytes, 0));
  expect(index.packages).toEqual({ count: 3, sizeBytes: lock.packages.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) });
});
