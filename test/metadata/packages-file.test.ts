/** A Packages file in the first of its forms that can be had. */
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { IndexFile, IndexVariant } from '../../src/deb/index/choose-index-files.ts';
import { readPackagesFile } from '../../src/metadata/packages-file.ts';
import { toyDownloader } from '../lab/upstreams/toy-build.ts';
import { digestOf, mirror } from '../support/fetch-lab.ts';
import { serve, status } from '../support/strict-server.ts';

const PLAIN = Buffer.from('Package: a\n'.repeat(100));
const ZST = zstdCompressSync(PLAIN);
const GZ = gzipSync(PLAIN);
const NAME = 'main/binary-amd64/Packages';
const plain = { digest: digestOf(PLAIN), sha256: null, sizeBytes: PLAIN.length };

function variant(suffix: string, bytes: Buffer, compression: IndexVariant['compression'], more: Partial<IndexVariant> = {}): IndexVariant {
  return {
    path: `${NAME}${suffix}`,
    byHashPath: null,
    digest: digestOf(bytes),
    sha256: null,
    sizeBytes: bytes.length,
    compression,
    plain,
    ...more,
  };
}

const FILE: IndexFile = { name: NAME, variants: [variant('.zst', ZST, 'zst'), variant('.gz', GZ, 'gz')] };

async function lab() {
  const server = await mirror();
  const { downloader, store } = await toyDownloader();
  const read = (file: IndexFile, ...mirrors: readonly string[]) =>
    readPackagesFile(file, { upstream: 'toy', mirrors: mirrors.length === 0 ? [server.url] : mirrors, dir: 'dists/sid' }, downloader);
  return { server, read, store };
}

it('takes the first form, from below the Release file', async () => {
  const { server, read } = await lab();
  server.plan(`/dists/sid/${NAME}.zst`, serve(ZST));
  expect(await read(FILE)).toEqual(PLAIN);
});

it('takes a form the store has before one that is smaller', async () => {
  const { server, read, store } = await lab();
  await store.putBytes(GZ);
  expect(await read(FILE)).toEqual(PLAIN);
  expect(server.seen).toEqual([]);
});

it('goes on to the next form when no mirror has one', async () => {
  const { server, read } = await lab();
  server.plan(`/dists/sid/${NAME}.zst`, status(404));
  server.plan(`/dists/sid/${NAME}.gz`, serve(GZ));
  expect(await read(FILE)).toEqual(PLAIN);
});

it('does not go on to the next form when this one is another than the Release says', async () => {
  const { server, read } = await lab();
  server.plan(`/dists/sid/${NAME}.zst`, serve(Buffer.alloc(ZST.length)));
  await expect(read(FILE)).rejects.toMatchObject({ code: 'FETCH_DIGEST_MISMATCH' });
});

it('asks by hash first, and by name where the mirror keeps none', async () => {
  const { server, read } = await lab();
  const byHashPath = `main/binary-amd64/by-hash/SHA256/${digestOf(GZ).hex}`;
  server.plan(`/dists/sid/${byHashPath}`, status(404));
  server.plan(`/dists/sid/${NAME}.gz`, serve(GZ));
  expect(await read({ name: NAME, variants: [variant('.gz', GZ, 'gz', { byHashPath })] })).toEqual(PLAIN);
  expect(server.seen).toEqual([`/dists/sid/${byHashPath}`, `/dists/sid/${NAME}.gz`]);
});

describe('a file no mirror has', () => {
  it('is FETCH_NOT_FOUND with every form', async () => {
    const { server, read } = await lab();
    for (const suffix of ['.zst', '.gz']) server.plan(`/dists/sid/${NAME}${suffix}`, status(404));
    await expect(read(FILE)).rejects.toMatchObject({
      code: 'FETCH_NOT_FOUND',
      message: expect.stringMatching(new RegExp(`toy ${NAME}.zst[\\s\\S]*nor are there the other forms its Release lists: ${NAME}.gz$`)),
    });
  });

  it('with one form only is told as that', async () => {
    const { server, read } = await lab();
    server.plan(`/dists/sid/${NAME}.gz`, status(404));
    await expect(read({ name: NAME, variants: [variant('.gz', GZ, 'gz')] })).rejects.toMatchObject({
      code: 'FETCH_NOT_FOUND',
      message: expect.not.stringContaining('other forms'),
    });
  });
});

it('leaves no room for a bomb where the Release tells the size', async () => {
  const bomb = gzipSync(Buffer.alloc(1 << 20));
  const { server, read } = await lab();
  server.plan(`/dists/sid/${NAME}.gz`, serve(bomb));
  const small = { digest: digestOf(PLAIN), sha256: null, sizeBytes: bomb.length + 10 };
  await expect(read({ name: NAME, variants: [variant('.gz', bomb, 'gz', { plain: small })] })).rejects.toMatchObject({
    code: 'INDEX_TOO_LARGE',
  });
});

it.each(['sha256', 'plain'] as const)('is refused where its Release gives a second digest (%s) that is wrong', async (which) => {
  const { server, read } = await lab();
  server.plan(`/dists/sid/${NAME}.gz`, serve(GZ));
  const wrong = '0'.repeat(64);
  const more = which === 'sha256' ? { sha256: wrong } : { plain: { digest: digestOf(PLAIN), sha256: wrong, sizeBytes: PLAIN.length } };
  await expect(read({ name: NAME, variants: [variant('.gz', GZ, 'gz', more)] })).rejects.toMatchObject({ code: 'INDEX_DIGEST_MISMATCH' });
});
