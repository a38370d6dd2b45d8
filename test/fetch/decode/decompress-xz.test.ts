import { check, xzSync } from 'node-liblzma';
import { describe, expect, it } from 'vitest';
import { decompressXz, decompressXzWasm } from '../../../src/fetch/decode/decompress-xz.ts';

/** Text that compresses about as an index does, several blocks of bzip2 long. */
const TEXT = Buffer.from(
  Array.from({ length: 40_000 }, (_, i) => `Package: p${i}\nVersion: ${(i * 7919) % 10_007}.${i % 13}\n\n`).join(''),
);
async function all(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const found: Buffer[] = [];
  for await (const piece of pieces) found.push(piece);
  return Buffer.concat(found);
}

describe('xz as WebAssembly', () => {
  it('gives the same bytes as the native binding, for several streams too', async () => {
    const packed = xzSync(TEXT, { check: check.CRC64 });
    const twice = Buffer.concat([packed, Buffer.alloc(8), packed]);
    expect((await all(decompressXzWasm(twice))).equals(Buffer.concat([TEXT, TEXT]))).toBe(true);
    expect((await all(decompressXz(twice))).equals(Buffer.concat([TEXT, TEXT]))).toBe(true);
  });

  it('notices damage and a missing end', async () => {
    const packed = xzSync(TEXT, { check: check.CRC64 });
    await expect(all(decompressXzWasm(packed.subarray(0, -20)))).rejects.toThrow('liblzma');
    await expect(all(decompressXzWasm(Buffer.concat([packed, Buffer.from('rubbish')])))).rejects.toThrow('liblzma');
  });
});

describe('a missing end', () => {
  const packed = xzSync(Buffer.from('text'), { check: check.CRC64 });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['less than a footer', packed.subarray(0, 8)],
    ['the footer without its last byte', packed.subarray(0, -1)],
    ['padding that is no multiple of four', Buffer.concat([packed, Buffer.alloc(3)])],
    ['a footer with another checksum', Buffer.concat([packed.subarray(0, -12), Buffer.from([0, 0, 0, 0]), packed.subarray(-8)])],
  ])('is seen before anything is decoded: %s', async (_what, bytes) => {
    await expect(all(decompressXz(bytes))).rejects.toThrow('unexpected end: no stream footer');
  });

  it('is none where padding follows', async () => {
    expect(String(await all(decompressXz(Buffer.concat([packed, Buffer.alloc(8)]))))).toBe('text');
  });
});
