import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { treeFileOf } from '../../../src/base/tree-file-of.ts';
import type { ByteSource } from '../../../src/pack/read/byte-source.ts';
import { openTarStream } from '../../../src/pack/read/tar-stream.ts';
import { scratchDir, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { noise } from '../../lab/upstreams/toy-bundle.ts';

const SMALL = { packages: [treeFileOf('a_1.0-1_amd64.deb', noise(700, 1))] };

async function all(bytes: ByteSource): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let piece = await bytes.some(1 << 20); piece !== null; piece = await bytes.some(1 << 20)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

describe('the tar stream of a bundle', () => {
  it('is the same from a file and from a stream; only of a file the size is known', async () => {
    const { path } = await writeToy(await scratchDir(), SMALL);
    const packed = await readFile(path);
    const file = await openTarStream(path);
    const stream = await openTarStream(Readable.from([packed]));
    expect([file.packedBytes, stream.packedBytes]).toEqual([packed.length, null]);
    const tar = gunzipSync(packed);
    expect((await all(file.bytes)).equals(tar)).toBe(true);
    expect((await all(stream.bytes)).equals(tar)).toBe(true);
    await Promise.all([file.close(), stream.close()]);
  });

  it.each(['/nonexistent/x.tgz', '/'])('is missing at %s', async (path) => {
    await expect(openTarStream(path)).rejects.toMatchObject({ code: 'BUNDLE_MISSING', message: expect.stringContaining(path) });
  });

  it('ends when the run is interrupted, of a stream that gives nothing too', async () => {
    const { path } = await writeToy(await scratchDir(), SMALL);
    const abort = new AbortController();
    const file = await openTarStream(path, abort.signal);
    const silent = await openTarStream(new Readable({ read: () => undefined }), abort.signal);
    const reading = silent.bytes.some(1);
    abort.abort();
    await expect(reading).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await expect(all(file.bytes)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await file.close();
    await silent.close();
  });
});
