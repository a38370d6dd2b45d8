import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readBarePackages } from '../../src/metadata/bare-packages.ts';
import { type ArchiveFiles, sha256 } from '../lab/upstreams/toy-archive.ts';
import { toyDownloader, toyMirror } from '../lab/upstreams/toy-build.ts';

const INDEX = Buffer.from('Package: a\n');

async function read(files: ArchiveFiles, names: readonly string[] = ['Packages']) {
  const mirror = await toyMirror(files);
  const { downloader } = await toyDownloader();
  return { mirror, reading: readBarePackages(names, { upstream: 'toy', mirrors: [mirror.url], dir: 'a b' }, downloader) };
}

it.each([
  ['Packages', INDEX],
  ['Packages.gz', gzipSync(INDEX)],
  ['Packages.zst', zstdCompressSync(INDEX)],
])('reads %s, below a directory with a blank in its name', async (name, bytes) => {
  const { reading } = await read(new Map([[`a b/${name}`, bytes]]));
  expect(await reading).toEqual([{ bytes: INDEX, sha256: sha256(INDEX) }]);
});

it('reads what there is of several', async () => {
  const names = ['main/binary-amd64/Packages', 'main/binary-all/Packages'];
  const { reading } = await read(new Map([['a b/main/binary-all/Packages', INDEX]]), names);
  expect(await reading).toHaveLength(1);
});

it('asks in order of preference, and when there is nothing says what it looked for', async () => {
  const { mirror, reading } = await read(new Map());
  await expect(reading).rejects.toMatchObject({
    code: 'FETCH_NOT_FOUND',
    message: `upstream toy has neither Release nor ${mirror.url}/a%20b/Packages, packed or not`,
    hint: expect.stringContaining('dpkg-scanpackages'),
  });
  expect(mirror.seen).toEqual(['xz', 'zst', 'gz', 'bz2'].map((suffix) => `a b/Packages.${suffix}`).concat('a b/Packages'));
});
