import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readBarePackages } from '../../src/metadata/bare-packages.ts';
import { type ArchiveFiles, sha256, writeArchive } from '../lab/upstreams/toy-archive.ts';
import { toyDownloader, toyMirror } from '../lab/upstreams/toy-build.ts';
import { temporaryDir } from '../support/fetch-lab.ts';

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

it('passes over a form that is damaged, and tells when there is no other', async () => {
  const cut = gzipSync(INDEX).subarray(0, 15);
  const { reading } = await read(
    new Map([
      ['a b/Packages.gz', cut],
      ['a b/Packages', INDEX],
    ]),
  );
  expect(await reading).toMatchObject([{ bytes: INDEX }]);
  await expect((await read(new Map([['a b/Packages.gz', cut]]))).reading).rejects.toMatchObject({ code: 'INDEX_INVALID' });
});

it('on a disk prefers the plain list, as apt does: a packed one may be forgotten', async () => {
  const dir = await temporaryDir();
  writeArchive(
    new Map([
      ['Packages', INDEX],
      ['Packages.gz', gzipSync('Package: old\n')],
    ]),
    dir,
  );
  const { downloader } = await toyDownloader();
  const found = await readBarePackages(['Packages'], { upstream: 'toy', mirrors: [`file://${dir}`], dir: '' }, downloader);
  expect(found).toMatchObject([{ bytes: INDEX }]);
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
  expect(mirror.seen).toEqual(['xz', 'bz2', 'gz', 'zst'].map((suffix) => `a b/Packages.${suffix}`).concat('a b/Packages'));
});
