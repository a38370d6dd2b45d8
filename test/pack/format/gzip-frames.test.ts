import { crc32, gunzipSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  FINAL_BLOCK,
  formatDeflated,
  formatGzipEnd,
  formatStored,
  GZIP_HEADER,
  layOutStored,
  RUN_END,
  STORED_BLOCK_BYTES,
  storedBytes,
} from '../../../src/pack/format/gzip-frames.ts';
import { noise } from '../../lab/upstreams/toy-bundle.ts';

const inflated = (blocks: Uint8Array) => inflateRawSync(Buffer.concat([blocks, FINAL_BLOCK]));

describe('stored blocks', () => {
  it.each([0, 1, STORED_BLOCK_BYTES, STORED_BLOCK_BYTES + 1, 3 * STORED_BLOCK_BYTES])('hold %d bytes as they are', (sizeBytes) => {
    const payload = noise(sizeBytes, 1);
    const blocks = formatStored(payload);
    expect(blocks.length).toBe(storedBytes(sizeBytes));
    expect(inflated(blocks).equals(payload)).toBe(true);
  });

  it('are laid out in a larger buffer without touching what comes after', () => {
    const buffer = Buffer.alloc(100, 9);
    const { bytes, slots } = layOutStored(buffer, 10);
    slots[0]?.fill(1);
    expect([bytes.length, slots.length, slots[0]?.length]).toEqual([15, 1, 10]);
    expect(buffer.subarray(15).every((byte) => byte === 9)).toBe(true);
    expect(inflated(bytes)).toEqual(Buffer.alloc(10, 1));
  });
});

describe('deflated runs', () => {
  it('are smaller, end with the empty block of a flush, and stand by themselves', async () => {
    const payload = Buffer.from('Package: a\n'.repeat(1000));
    const run = await formatDeflated(payload);
    expect(run.length).toBeLessThan(payload.length / 10);
    expect(run.indexOf(RUN_END)).toBe(run.length - RUN_END.length);
    expect(inflated(Buffer.concat([run, run])).equals(Buffer.concat([payload, payload]))).toBe(true);
  });

  it.each([
    ['does not get smaller', noise(10_000, 3)],
    ['is empty', Buffer.alloc(0)],
  ])('are stored blocks when the payload %s', async (_what, payload) => {
    expect(await formatDeflated(payload)).toEqual(formatStored(payload));
  });
});

it('a member put together of both is what gunzip reads', async () => {
  const [a, b] = [Buffer.from('stored'), Buffer.from('x'.repeat(5000))];
  const payload = Buffer.concat([a, b]);
  const member = Buffer.concat([GZIP_HEADER, formatStored(a), await formatDeflated(b), formatGzipEnd(crc32(payload), payload.length)]);
  expect(gunzipSync(member).equals(payload)).toBe(true);
});

it('the size in the trailer is counted modulo 4 GiB', () => {
  expect(formatGzipEnd(0, 2 ** 32 + 5).readUInt32LE(9)).toBe(5);
});
