import { describe, expect, it } from 'vitest';
import { type ByteChunks, drain } from '../../../src/rpm/package/byte-chunks.ts';

const BYTES = Buffer.from(Array.from({ length: 200_000 }, (_, n) => n % 251));
const KIB64 = 1 << 16;

async function pieces(source: ByteChunks, stopAfter = Number.POSITIVE_INFINITY): Promise<Buffer[]> {
  const found: Buffer[] = [];
  await drain(source, (piece) => {
    found.push(Buffer.from(piece));
    return found.length < stopAfter;
  });
  return found;
}

describe('drain', () => {
  it.each<[string, () => ByteChunks]>([
    ['a buffer', () => BYTES],
    ['chunks', () => [BYTES.subarray(0, 150_000), BYTES.subarray(150_000)]],
    [
      'chunks that arrive',
      async function* () {
        yield BYTES.subarray(0, 10);
        yield BYTES.subarray(10);
      },
    ],
  ])('hands over %s in order, in pieces of at most 64 KiB', async (_what, make) => {
    const found = await pieces(make());
    expect(Buffer.concat(found).equals(BYTES)).toBe(true);
    expect(Math.max(...found.map(({ length }) => length))).toBeLessThanOrEqual(KIB64);
  });

  it('stops when it is told to, and closes what it reads from', async () => {
    let closed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield BYTES;
      } finally {
        closed = true;
      }
    }
    expect(await pieces(endless(), 2)).toHaveLength(2);
    expect(closed).toBe(true);
    expect(await pieces(BYTES, 1)).toHaveLength(1);
  });

  it('calls for nothing when there is nothing', async () => {
    expect(await pieces(Buffer.alloc(0))).toEqual([]);
    expect(await pieces([])).toEqual([]);
  });
});
