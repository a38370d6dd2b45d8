import { execFileSync } from 'node:child_process';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { check, xzSync } from 'node-liblzma';
import { describe, expect, it } from 'vitest';
import { type Compression, compressionOf, compressionOfBytes, decompress, decompressStream } from '../../../src/fetch/decode/decompress.ts';
import { hasTool } from '../has-tool.ts';

/** Text that compresses about as an index does, several blocks of bzip2 long. */
const TEXT = Buffer.from(
  Array.from({ length: 40_000 }, (_, i) => `Package: p${i}\nVersion: ${(i * 7919) % 10_007}.${i % 13}\n\n`).join(''),
);
const options = { maxBytes: 1 << 30, label: 'Packages' };

const COMPRESS: Readonly<Record<Exclude<Compression, 'none'>, (bytes: Uint8Array) => Buffer>> = {
  gz: (bytes) => gzipSync(bytes),
  xz: (bytes) => xzSync(Buffer.from(bytes), { check: check.CRC64 }),
  zst: (bytes) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
  bz2: (input) => execFileSync('bzip2', ['-c'], { input, maxBuffer: 1 << 28 }),
};
const FORMATS = (['gz', 'xz', 'zst', 'bz2'] as const).filter((format) => format !== 'bz2' || hasTool('bzip2', '--help'));

describe.each(FORMATS)('%s', (format) => {
  const packed = COMPRESS[format](TEXT);

  it('comes back as it was', async () => {
    expect((await decompress(packed, format, options)).equals(TEXT)).toBe(true);
  });

  it.each([0, 1, 100_000, TEXT.length, TEXT.length + 1, 2 ** 40])(
    'does not depend on the size somebody says: %d bytes',
    async (expectedBytes) => {
      expect((await decompress(packed, format, { ...options, expectedBytes })).equals(TEXT)).toBe(true);
    },
  );

  it('is known by its first bytes', () => {
    expect(compressionOfBytes(packed)).toBe(format);
  });

  it('may be empty inside', async () => {
    expect(await decompress(COMPRESS[format](Buffer.alloc(0)), format, options)).toHaveLength(0);
  });

  it('may consist of several parts', async () => {
    const twice = Buffer.concat([packed, COMPRESS[format](Buffer.from('tail'))]);
    expect((await decompress(twice, format, options)).equals(Buffer.concat([TEXT, Buffer.from('tail')]))).toBe(true);
  });

  it.each([0.001, 0.1, 0.5, 0.9, 0.9999])('is refused when cut at %d of its length', async (part) => {
    const cut = packed.subarray(0, Math.max(1, Math.floor(packed.length * part)));
    await expect(decompress(cut, format, options)).rejects.toMatchObject({
      code: 'INDEX_INVALID',
      message: expect.stringContaining('Packages'),
    });
  });

  it('is refused when the last byte is missing, or everything', async () => {
    await expect(decompress(packed.subarray(0, -1), format, options)).rejects.toMatchObject({ code: 'INDEX_INVALID' });
    await expect(decompress(Buffer.alloc(0), format, options)).rejects.toMatchObject({ code: 'INDEX_INVALID' });
  });

  it('is refused when a byte in the middle is flipped', async () => {
    const flipped = Buffer.from(packed);
    flipped.writeUInt8(flipped.readUInt8(packed.length >> 1) ^ 0x10, packed.length >> 1);
    await expect(decompress(flipped, format, options)).rejects.toMatchObject({ code: 'INDEX_INVALID' });
  });

  it('is refused when it is something else', async () => {
    await expect(decompress(Buffer.from('<html>not found</html>'), format, options)).rejects.toMatchObject({ code: 'INDEX_INVALID' });
  });

  it('stops a bomb at the limit', async () => {
    const bomb = COMPRESS[format](Buffer.alloc(50 * 1024 * 1024));
    let sizeBytes = 0;
    const run = async (): Promise<void> => {
      for await (const piece of decompressStream(bomb, format, { maxBytes: 1024 * 1024, label: 'bomb' })) sizeBytes += piece.length;
    };
    await expect(run()).rejects.toMatchObject({ code: 'INDEX_TOO_LARGE' });
    expect(sizeBytes).toBeLessThanOrEqual(1024 * 1024);
  });
});

it('reads zstd frames that are to be skipped', async () => {
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const framed = Buffer.concat([skippable, COMPRESS.zst(TEXT), skippable]);
  expect((await decompress(framed, 'zst', options)).equals(TEXT)).toBe(true);
});

it('passes plain bytes through, within the limit', async () => {
  expect(await decompress(Buffer.from('plain'), 'none', options)).toEqual(Buffer.from('plain'));
  await expect(decompress(TEXT, 'none', { ...options, maxBytes: 10 })).rejects.toMatchObject({ code: 'INDEX_TOO_LARGE' });
});

it.each([
  ['Packages', 'none'],
  ['Packages.xz', 'xz'],
  ['primary.xml.gz', 'gz'],
  ['primary.xml.zst', 'zst'],
  ['comps.xml.bz2', 'bz2'],
])('tells from the name %s: %s', (name, compression) => {
  expect(compressionOf(name)).toBe(compression);
});

it.each(['<?xml version="1.0"?>', '', 'B'])('what begins with %j is not compressed', (text) => {
  expect(compressionOfBytes(Buffer.from(text))).toBe('none');
});
