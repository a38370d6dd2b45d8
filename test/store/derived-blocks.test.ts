/** Large derived files, and blobs, that are read in parts. */
import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepBlobBlocks, openBlobBlocks, openDerivedBlocks, writeDerivedBlocks } from '../../src/store/derived-blocks.ts';
import type { Store } from '../../src/store/store.ts';
import { temporaryStore } from '../support/fetch-lab.ts';

const LARGE = Buffer.alloc(3_000_000, 'what was made of a document\n');

/** Keeps `LARGE`, added in uneven pieces. */
function keepLarge(store: Store) {
  return writeDerivedBlocks(store, 'k', 'a', async (writer) => {
    for (let at = 0; at < LARGE.length; at += 777_777) writer.add(LARGE.subarray(at, at + 777_777));
  });
}

describe('a derived file', () => {
  it('comes back as written, now and later', async () => {
    const store = await temporaryStore();
    for (const file of [await keepLarge(store), openDerivedBlocks(store, 'k', 'a')]) {
      expect(file?.sizeBytes).toBe(LARGE.length);
      expect(file?.read(1_999_990, 2_000_010)).toEqual(LARGE.subarray(1_999_990, 2_000_010));
    }
    expect(openDerivedBlocks(store, 'k', 'b')).toBeUndefined();
    expect(readdirSync(join(store.dir, 'partial'))).toEqual([]);
  });

  it('of nothing is one, too', async () => {
    const store = await temporaryStore();
    await writeDerivedBlocks(store, 'k', 'a', async () => undefined);
    expect(openDerivedBlocks(store, 'k', 'a')?.sizeBytes).toBe(0);
  });

  it('whose making failed leaves nothing behind', async () => {
    const store = await temporaryStore();
    const failing = writeDerivedBlocks(store, 'k', 'a', async (writer) => {
      writer.add(LARGE);
      throw new Error('the document is broken');
    });
    await expect(failing).rejects.toThrow('the document is broken');
    expect(openDerivedBlocks(store, 'k', 'a')).toBeUndefined();
    expect(readdirSync(join(store.dir, 'partial'))).toEqual([]);
  });

  it.each([0, 10, 2_999_999, 3_000_010])('counts as absent when torn at byte %d', async (length) => {
    const store = await temporaryStore();
    await keepLarge(store);
    truncateSync(join(store.dir, 'derived', 'k', 'a'), length);
    expect(openDerivedBlocks(store, 'k', 'a')).toBeUndefined();
  });

  it('counts as absent when its digests are damaged', async () => {
    const store = await temporaryStore();
    await keepLarge(store);
    const path = join(store.dir, 'derived', 'k', 'a');
    const bytes = readFileSync(path);
    bytes[LARGE.length + 3]! ^= 1;
    writeFileSync(path, bytes);
    expect(openDerivedBlocks(store, 'k', 'a')).toBeUndefined();
  });
});

describe('a blob', () => {
  it('is read in parts once the digests of its blocks are kept', async () => {
    const store = await temporaryStore();
    const { sha256, path } = await store.putBytes(LARGE);
    expect(await openBlobBlocks(store, sha256)).toBeUndefined();
    await keepBlobBlocks(store, sha256, LARGE);
    const file = await openBlobBlocks(store, sha256);
    expect(file?.sizeBytes).toBe(LARGE.length);
    expect(file?.read(5, 50)).toEqual(LARGE.subarray(5, 50));
    rmSync(path);
    expect(await openBlobBlocks(store, sha256)).toBeUndefined();
  });
});
