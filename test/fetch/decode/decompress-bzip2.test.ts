import { expect, it } from 'vitest';
import { decompressBzip2 } from '../../../src/fetch/decode/decompress-bzip2.ts';

/** `text` as bzip2 -9 packs it. */
const PACKED = Buffer.from('QlpoOTFBWSZTWcso0y0AAACBgAIABEAgACGYGYMsLuSKcKEhllGmWg==', 'base64');
/** Fifty million zeros in some eighty bytes: a run of any length takes a few. */
const BOMB = Buffer.from(
  'QlpoOTFBWSZTWQ4J4t8BX45AAMAAAAggADCATUZCoCWpCoCXMUFZJlNZk8TsPQAfaMEAwAAAEAAIIAAwzAmqaZUiDapSIPF3JFOFCQj9cpgw',
  'base64',
);

async function sizeOf(bytes: Uint8Array, maxBytes: number): Promise<number> {
  let sizeBytes = 0;
  for await (const piece of decompressBzip2(bytes, maxBytes)) sizeBytes += piece.length;
  return sizeBytes;
}

it('gives the bytes of every stream', async () => {
  const pieces: Buffer[] = [];
  for await (const piece of decompressBzip2(Buffer.concat([PACKED, PACKED]), 100)) pieces.push(piece);
  expect(Buffer.concat(pieces).toString()).toBe('texttext');
});

it('stops one byte after the limit, in the middle of a block', async () => {
  expect(await sizeOf(BOMB, 1000)).toBe(1001);
  expect(await sizeOf(PACKED, 4)).toBe(4);
  expect(await sizeOf(PACKED, 3)).toBe(4);
});

it.each([
  ['cut', PACKED.subarray(0, -4)],
  ['changed', Buffer.concat([PACKED.subarray(0, 12), Buffer.from([0xff]), PACKED.subarray(13)])],
  ['something else', Buffer.from('<html>not found</html>')],
])('throws for input that is %s', async (_what, bytes) => {
  await expect(sizeOf(bytes, 100)).rejects.toThrow();
});
