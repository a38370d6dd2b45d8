import { PassThrough, Transform } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { outputPiece, throughDecoder } from '../../../src/fetch/decode/through-decoder.ts';

describe('throughDecoder', () => {
  it('feeds all bytes in pieces of at most 256 KiB', async () => {
    const bytes = Buffer.alloc(600 * 1024, 7);
    const sizes: number[] = [];
    for await (const piece of throughDecoder(new PassThrough(), bytes)) sizes.push(piece.length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(bytes.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(256 * 1024);
  });

  it('throws what the decoder throws', async () => {
    const decoder = new Transform({ transform: (_chunk, _encoding, done) => done(new Error('damaged')) });
    const run = async () => {
      for await (const piece of throughDecoder(decoder, Buffer.alloc(10))) expect(piece).toBeUndefined();
    };
    await expect(run()).rejects.toThrow('damaged');
  });

  it('destroys the decoder when the reader leaves early', async () => {
    const decoder = new PassThrough();
    for await (const piece of throughDecoder(decoder, Buffer.alloc(1024 * 1024))) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(decoder.destroyed).toBe(true);
  });
});

it.each([
  [0, 16 * 1024],
  [1000, 16 * 1024 + 8000],
  [100 << 20, 512 * 1024],
])('an input of %d bytes is decoded into buffers of %d', (inputBytes, sizeBytes) => {
  expect(outputPiece({ length: inputBytes } as Uint8Array)).toBe(sizeBytes);
});
