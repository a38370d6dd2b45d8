/** One metadata file, checked before and after unpacking. */
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type PlainIndexRequest, readPlainIndex, streamIndex } from '../../src/metadata/plain-index.ts';
import { toyDownloader } from '../lab/upstreams/toy-build.ts';
import { digestOf, mirror } from '../support/fetch-lab.ts';
import { serve, status } from '../support/strict-server.ts';

const PLAIN = Buffer.from('Package: a\n'.repeat(1000));
const PACKED = gzipSync(PLAIN);

/** A request that is right in everything. */
function request(urls: readonly string[], more: Partial<PlainIndexRequest> = {}): PlainIndexRequest {
  return {
    urls,
    digest: digestOf(PACKED),
    sizeBytes: PACKED.length,
    compression: 'gz',
    plainDigest: digestOf(PLAIN),
    plainSizeBytes: PLAIN.length,
    maxBytes: 1 << 20,
    label: 'toy Packages.gz',
    ifMissing: 'look elsewhere',
    ...more,
  };
}

/** A mirror that serves `bytes` as the packed file. */
async function serving(bytes: Buffer) {
  const server = await mirror();
  server.plan('/Packages.gz', serve(bytes));
  return { server, urls: [`${server.url}/Packages.gz`] };
}

describe('a file that is what the root says', () => {
  it('is unpacked, asked for once, and kept unpacked', async () => {
    const { server, urls } = await serving(PACKED);
    const { downloader, store } = await toyDownloader();
    for (let read = 0; read < 2; read += 1) expect(await readPlainIndex(request(urls), downloader)).toEqual(PLAIN);
    expect(server.seen).toEqual(['/Packages.gz']);
    expect(await store.has(digestOf(PLAIN).hex)).toBe(true);
  });

  it('needs neither mirror nor packed form when the unpacked one is kept', async () => {
    const { downloader, store } = await toyDownloader({ offline: true });
    await store.putBytes(PLAIN);
    expect(await readPlainIndex(request(['http://localhost:1/Packages.gz']), downloader)).toEqual(PLAIN);
  });

  it('is downloaded again when the kept one is damaged', async () => {
    const { server, urls } = await serving(PACKED);
    const { downloader, store } = await toyDownloader();
    const kept = await store.putBytes(PLAIN);
    writeFileSync(kept.path, Buffer.alloc(PLAIN.length));
    expect(await readPlainIndex(request(urls), downloader)).toEqual(PLAIN);
    expect(server.seen).toHaveLength(1);
  });

  it.each([
    ['packed', PACKED],
    ['plain', PLAIN],
  ])('is what its first bytes say where nobody says it: %s', async (_how, bytes) => {
    const { urls } = await serving(bytes);
    const { downloader } = await toyDownloader();
    const more = { compression: null, digest: digestOf(bytes), sizeBytes: bytes.length } as const;
    expect(await readPlainIndex(request(urls, more), downloader)).toEqual(PLAIN);
  });

  it('may be of a root that tells only the packed digest', async () => {
    const { urls } = await serving(PACKED);
    const { downloader } = await toyDownloader();
    expect(await readPlainIndex(request(urls, { plainDigest: null, plainSizeBytes: null, sizeBytes: null }), downloader)).toEqual(PLAIN);
  });

  it('may be told by another digest than ours', async () => {
    const { urls } = await serving(PACKED);
    const { downloader } = await toyDownloader();
    const sha1 = { digest: digestOf(PACKED, 'sha1'), plainDigest: digestOf(PLAIN, 'sha1') };
    expect(await readPlainIndex(request(urls, sha1), downloader)).toEqual(PLAIN);
  });
});

describe('a file that is not', () => {
  it('what its packed digest says is refused before it is unpacked', async () => {
    const { urls } = await serving(gzipSync('other'));
    const { downloader } = await toyDownloader();
    await expect(readPlainIndex(request(urls, { sizeBytes: null }), downloader)).rejects.toMatchObject({ code: 'FETCH_DIGEST_MISMATCH' });
  });

  it('what its unpacked digest says is refused', async () => {
    const { urls } = await serving(PACKED);
    const { downloader } = await toyDownloader();
    await expect(readPlainIndex(request(urls, { plainDigest: digestOf(Buffer.from('other')) }), downloader)).rejects.toMatchObject({
      code: 'INDEX_DIGEST_MISMATCH',
      message: 'toy Packages.gz unpacks to other content than its upstream says',
      details: { expected: digestOf(Buffer.from('other')).hex, found: digestOf(PLAIN).hex },
    });
  });

  it('of the promised size is a bomb', async () => {
    const bomb = gzipSync(Buffer.alloc(1 << 20));
    const { urls } = await serving(bomb);
    const { downloader } = await toyDownloader();
    const asked = request(urls, { digest: digestOf(bomb), sizeBytes: bomb.length, maxBytes: 1 << 16 });
    await expect(readPlainIndex(asked, downloader)).rejects.toMatchObject({ code: 'INDEX_TOO_LARGE' });
  });

  it('gzip at all is INDEX_INVALID', async () => {
    const junk = Buffer.from('<html>come in, log in</html>');
    const { urls } = await serving(junk);
    const { downloader } = await toyDownloader();
    const asked = request(urls, { digest: digestOf(junk), sizeBytes: junk.length });
    await expect(readPlainIndex(asked, downloader)).rejects.toMatchObject({ code: 'INDEX_INVALID' });
  });

  it('there is FETCH_NOT_FOUND', async () => {
    const server = await mirror();
    server.plan('/Packages.gz', status(404));
    const { downloader } = await toyDownloader();
    await expect(readPlainIndex(request([`${server.url}/Packages.gz`]), downloader)).rejects.toMatchObject({ code: 'FETCH_NOT_FOUND' });
  });
});

async function joined(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

describe('a file that is read in pieces', () => {
  const pieces = async (more: Partial<PlainIndexRequest> = {}) => {
    const { urls } = await serving(PACKED);
    const toy = await toyDownloader();
    return { ...toy, unpack: await streamIndex(request(urls, more), toy.downloader) };
  };

  it('is the same in the end, and not kept unpacked', async () => {
    const { unpack, store } = await pieces();
    expect(await joined(unpack())).toEqual(PLAIN);
    expect(await store.has(digestOf(PLAIN).hex)).toBe(false);
  });

  it.each(['sha256', 'sha1'] as const)('is held to its unpacked digest (%s) when the last has come', async (algorithm) => {
    const { unpack } = await pieces({ plainDigest: digestOf(Buffer.from('other'), algorithm) });
    await expect(joined(unpack())).rejects.toMatchObject({ code: 'INDEX_DIGEST_MISMATCH' });
  });

  it('that changes in the store meanwhile is noticed', async () => {
    const { unpack, store } = await pieces();
    writeFileSync(store.pathOf(digestOf(PACKED).hex), 'changed');
    await expect(joined(unpack())).rejects.toMatchObject({
      code: 'INDEX_DIGEST_MISMATCH',
      message: expect.stringContaining('changed in the store'),
    });
  });
});
