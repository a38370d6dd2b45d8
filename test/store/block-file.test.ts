/** Parts of a file, each block verified when it is first touched. */
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BlockDigests, BlockFile, DamagedFile } from '../../src/store/block-file.ts';
import { temporaryDir } from '../support/fetch-lab.ts';

const BLOCK = 1 << 14;
const BYTES = Buffer.from(Array.from({ length: 3 * BLOCK + 100 }, (_, at) => (at * 7 + (at >> 8)) & 255));

function digestsOf(bytes: Uint8Array, piece = bytes.length): Buffer {
  const digests = new BlockDigests();
  for (let at = 0; at < bytes.length; at += piece) digests.add(bytes.subarray(at, at + piece));
  return digests.finish();
}

async function fileOf(bytes: Buffer): Promise<string> {
  const path = join(await temporaryDir(), 'file');
  writeFileSync(path, bytes);
  return path;
}

function opened(file: BlockFile | undefined): BlockFile {
  if (file === undefined) throw new Error('not opened');
  return file;
}

it('digests are of blocks, however the bytes come', () => {
  expect(digestsOf(BYTES)).toHaveLength(4 * 32);
  for (const piece of [1, 1000, BLOCK, BLOCK + 1]) expect(digestsOf(BYTES, piece)).toEqual(digestsOf(BYTES));
  expect(digestsOf(Buffer.alloc(0))).toHaveLength(0);
});

describe('a file', () => {
  it.each([
    [0, 10],
    [BLOCK - 5, BLOCK + 5],
    [10, 3 * BLOCK + 100],
    [3 * BLOCK, 3 * BLOCK + 100],
    [20, 20],
  ])('gives its bytes from %d to %d', async (start, end) => {
    const file = opened(BlockFile.open(await fileOf(BYTES), BYTES.length, digestsOf(BYTES)));
    expect(file.read(start, end)).toEqual(BYTES.subarray(start, end));
  });

  it('may have more behind its content', async () => {
    const path = await fileOf(Buffer.concat([BYTES, Buffer.from('footer')]));
    expect(opened(BlockFile.open(path, BYTES.length, digestsOf(BYTES))).read(0, BYTES.length)).toEqual(BYTES);
  });

  it('stays readable when its name is gone', async () => {
    const path = await fileOf(BYTES);
    const file = opened(BlockFile.open(path, BYTES.length, digestsOf(BYTES)));
    rmSync(path);
    expect(file.read(0, BYTES.length)).toEqual(BYTES);
  });

  it.each([
    ['that is not there', async () => join(await temporaryDir(), 'none'), digestsOf(BYTES)],
    ['that is shorter', async () => fileOf(BYTES.subarray(0, -1)), digestsOf(BYTES)],
    ['with digests of another', async () => fileOf(BYTES), digestsOf(BYTES).subarray(32)],
  ])('%s is not opened', async (_, path, digests) => {
    expect(BlockFile.open(await path(), BYTES.length, digests)).toBeUndefined();
  });
});

it('damage is noticed where it is read, and takes the file away', async () => {
  const damaged = Buffer.from(BYTES);
  damaged[2 * BLOCK + 7]! ^= 1;
  const path = await fileOf(damaged);
  const file = opened(BlockFile.open(path, BYTES.length, digestsOf(BYTES)));
  expect(file.read(0, 2 * BLOCK)).toEqual(BYTES.subarray(0, 2 * BLOCK));
  expect(existsSync(path)).toBe(true);
  expect(() => file.read(2 * BLOCK + 100, 2 * BLOCK + 101)).toThrow(DamagedFile);
  expect(existsSync(path)).toBe(false);
});
