import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDerived, writeDerived } from '../../src/store/derived-cache.ts';
import { temporaryStore } from '../support/fetch-lab.ts';

describe('derived files', () => {
  it('come back as written', async () => {
    const store = await temporaryStore();
    await writeDerived(store, 'deb-packages', 'abc.v1', Buffer.from('parsed'));
    expect(await readDerived(store, 'deb-packages', 'abc.v1')).toEqual(Buffer.from('parsed'));
    expect(await readDerived(store, 'deb-packages', 'other')).toBeUndefined();
  });

  it.each([3, 20, 21])('count as absent when torn at byte %d', async (length) => {
    const store = await temporaryStore();
    await writeDerived(store, 'k', 'a', Buffer.from('parsed'));
    await truncate(join(store.dir, 'derived', 'k', 'a'), length);
    expect(await readDerived(store, 'k', 'a')).toBeUndefined();
  });

  it.each(['../a', '', '.hidden', 'a/b'])('have plain names only: "%s"', async (key) => {
    await expect(writeDerived(await temporaryStore(), 'k', key, Buffer.from(''))).rejects.toThrow('not a name');
  });
});
