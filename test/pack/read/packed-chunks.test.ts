import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { fillFromFile, fillFromStream, packedChunks } from '../../../src/pack/read/packed-chunks.ts';
import { scratchDir } from '../../lab/upstreams/bundle-lab.ts';
import { noise } from '../../lab/upstreams/toy-bundle.ts';

const MIB = 1024 * 1024;
const BYTES = noise(2 * MIB + 100, 5);

it('a file comes in pieces of one MiB, the last one shorter', async () => {
  const path = join(await scratchDir(), 'x');
  await writeFile(path, BYTES);
  const handle = await open(path, 'r');
  try {
    const pieces: Buffer[] = [];
    for await (const piece of packedChunks(fillFromFile(handle))) pieces.push(Buffer.from(piece));
    expect(pieces.map(({ length }) => length)).toEqual([MIB, MIB, 100]);
    expect(Buffer.concat(pieces).equals(BYTES)).toBe(true);
  } finally {
    await handle.close();
  }
});

it('a stream is cut anew, whatever its own chunks are', async () => {
  const parts = [BYTES.subarray(0, 7), BYTES.subarray(7, MIB + 1), BYTES.subarray(MIB + 1)];
  const sizes: number[] = [];
  for await (const piece of packedChunks(fillFromStream(Readable.from(parts)))) sizes.push(piece.length);
  expect(sizes).toEqual([MIB, MIB, 100]);
});

it('a piece stays as it is until two more were taken', async () => {
  let round = 0;
  const chunks = packedChunks(async (buffer) => {
    buffer.fill(round);
    round += 1;
    return 1;
  });
  const first = (await chunks.next()).value as Buffer;
  await chunks.next();
  await chunks.next();
  expect(first[0]).toBe(0);
});
