/** The metadata files one repomd.xml lists. */
import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { RpmRecords } from '../../src/metadata/rpm-records.ts';
import { type ByteChunks, drain } from '../../src/rpm/package/byte-chunks.ts';
import { parseRepomd } from '../../src/rpm/repodata/repomd.ts';
import type { ArchiveFiles } from '../lab/upstreams/toy-archive.ts';
import { elUpstream, toyDownloader, toyMirror } from '../lab/upstreams/toy-build.ts';
import { toyElUpstream, toyPartPath } from '../lab/upstreams/toy-el-upstream.ts';

const WORDS = '/usr/share/libgreet/words';
async function whole(bytes: ByteChunks): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  await drain(bytes, (piece) => pieces.push(piece) > 0);
  return Buffer.concat(pieces);
}

const text = async (bytes: ByteChunks) => (await whole(bytes)).toString('utf8');

async function records(change: (files: ArchiveFiles) => void = () => undefined) {
  const files = await toyElUpstream();
  change(files);
  const mirror = await toyMirror(files);
  const toy = await toyDownloader();
  const upstream = await elUpstream(mirror.url);
  const repomd = await parseRepomd(files.get('repodata/repomd.xml') ?? Buffer.alloc(0), { source: 'repomd.xml' });
  const make = () => new RpmRecords(repomd, upstream, [mirror.url], toy.downloader, pLimit(1));
  return { ...toy, mirror, repomd, upstream, make, records: make() };
}

describe('a record', () => {
  it('is found by its type', async () => {
    const { records: found } = await records();
    expect(found.find('modules')?.type).toBe('modules');
    expect(found.find('group')).toBeUndefined();
  });

  it('that cannot be used is an error where it is wanted', async () => {
    const { repomd, upstream, mirror, downloader } = await records();
    const spoilt = { ...repomd, unusable: new Map([['modules', 'it is odd']]) };
    const found = new RpmRecords(spoilt, upstream, [mirror.url], downloader, pLimit(1));
    await expect(found.readOptional('modules', text)).rejects.toMatchObject({
      code: 'INDEX_INVALID',
      message: 'toy repomd.xml: its record "modules" cannot be used: it is odd',
    });
  });

  it('of several forms is the first that can be had and read; the others are told', async () => {
    const { records: found } = await records((files) => files.delete(toyPartPath('modules')));
    const parse = async (bytes: ByteChunks, label: string) => {
      if (label.includes('primary')) throw new AppError('INDEX_INVALID', 'not to be read');
      return (await whole(bytes)).length;
    };
    expect(await found.readAnyForm(['group', 'modules', 'primary', 'filelists'], parse)).toEqual({
      value: expect.any(Number),
      faults: [expect.stringMatching(/^"modules" is passed over: .*404/), '"primary" is passed over: not to be read'],
    });
    expect(await found.readAnyForm(['group'], parse)).toEqual({ value: null, faults: [] });
  });

  it('is read unpacked, with a name for messages', async () => {
    const { records: found } = await records();
    const record = found.find('primary');
    if (record === undefined) throw new Error('no primary');
    const [content, label] = await found.read(record, async (bytes, name) => [await text(bytes), name] as const);
    expect(content).toContain('<name>hello</name>');
    expect(label).toBe(`toy ${toyPartPath('primary')}`);
  });

  it('that is optional is null when there is none', async () => {
    const { records: found } = await records();
    expect(await found.readOptional('group', text)).toBeNull();
    expect(await found.readOptional('modules', text)).toContain('modulemd-defaults');
  });

  it.each([1, 2 ** 40])('may have another size than repomd.xml says, where its digest is right: %d', async (sizeBytes) => {
    const { repomd, upstream, mirror, downloader } = await records();
    const wrong = { ...repomd, records: repomd.records.map((record) => ({ ...record, openSizeBytes: sizeBytes })) };
    const found = new RpmRecords(wrong, upstream, [mirror.url], downloader, pLimit(1));
    expect(await found.readOptional('modules', text)).toContain('modulemd-defaults');
  });

  it('that is another than repomd.xml says is refused', async () => {
    const { records: found } = await records((files) => files.set(toyPartPath('modules'), Buffer.from('altered')));
    await expect(found.readOptional('modules', text)).rejects.toMatchObject({
      code: expect.stringMatching(/^FETCH_(?:DIGEST_MISMATCH|TOO_LARGE)$/),
    });
  });

  it('is parsed while no other is', async () => {
    const { records: found } = await records();
    let busy = 0;
    let most = 0;
    const parse = async () => {
      busy += 1;
      most = Math.max(most, busy);
      await new Promise((resolve) => setImmediate(resolve));
      busy -= 1;
    };
    await Promise.all(['primary', 'filelists', 'modules'].map((type) => found.readOptional(type, parse)));
    expect(most).toBe(1);
  });
});

describe('who has a path', () => {
  it('is told by filelists, and only for the paths that are wanted', async () => {
    const { records: found } = await records();
    const files = await found.files(new Set([WORDS, '/nowhere']));
    expect([...files.values()]).toEqual([[{ path: WORDS, type: 'file' }]]);
  });

  it('is kept: the same question is answered without filelists, another one is not', async () => {
    const { make, store, mirror } = await records();
    const first = await make().files(new Set([WORDS]));
    const asked = mirror.seen.length;
    rmSync(join(store.dir, 'sha256'), { recursive: true });
    mirror.files.delete(toyPartPath('filelists'));
    expect(await make().files(new Set([WORDS]))).toEqual(first);
    expect(mirror.seen).toHaveLength(asked);
    await expect(make().files(new Set(['/usr/bin/hello']))).rejects.toMatchObject({ code: 'FETCH_NOT_FOUND' });
  });

  it('is nobody where there are no filelists', async () => {
    const { repomd, upstream, mirror, downloader } = await records();
    const without = { ...repomd, records: repomd.records.filter(({ type }) => type !== 'filelists') };
    expect(await new RpmRecords(without, upstream, [mirror.url], downloader, pLimit(1)).files(new Set([WORDS]))).toEqual(new Map());
  });
});

it('reads a document where its own base URL says it is', async () => {
  const { repomd, upstream, mirror, downloader } = await records();
  const elsewhere = {
    ...repomd,
    records: repomd.records.map((record) => ({ ...record, locationBase: mirror.url })),
  };
  const found = new RpmRecords(elsewhere, upstream, ['http://localhost:1'], downloader, pLimit(1));
  const content = await found.readOptional('modules', async (bytes) =>
    createHash('sha256')
      .update(await whole(bytes))
      .digest('hex'),
  );
  expect(content).toBe(repomd.records.find(({ type }) => type === 'modules')?.openChecksum?.hex);
});
