import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { expect, it } from 'vitest';
import { formatStored } from '../../../src/pack/format/gzip-frames.ts';
import { ChecksumThread } from '../../../src/pack/write/checksum-thread.ts';
import { noise } from '../../lab/upstreams/toy-bundle.ts';

it('sums payload, whether it is given or stands in stored blocks, and all bytes', async () => {
  const thread = new ChecksumThread();
  try {
    const [first, second] = [noise(200_000, 1), Buffer.from('deflated')];
    const blocks = formatStored(first);
    expect(await thread.update(blocks, null)).toBe(crc32(first));
    expect(await thread.update(second, first)).toBe(crc32(Buffer.concat([first, first])));
    expect(await thread.digest()).toBe(createHash('sha256').update(blocks).update(second).digest('hex'));
  } finally {
    await thread.close();
  }
});

it('answers in the order it was asked, also when asked before the first answer', async () => {
  const thread = new ChecksumThread();
  try {
    const pieces = Array.from({ length: 10 }, (_, n) => noise(1000, n));
    const answers = await Promise.all(pieces.map((piece) => thread.update(piece, piece)));
    expect(answers).toEqual(pieces.map((_, n) => crc32(Buffer.concat(pieces.slice(0, n + 1)))));
  } finally {
    await thread.close();
  }
});
