import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectGarbage, listStore } from '../../src/store/collect-garbage.ts';
import { someBytes, temporaryStore } from '../support/fetch-lab.ts';

describe('collecting garbage', () => {
  it('removes what is old and not to be kept', async () => {
    const store = await temporaryStore();
    const [old, kept, fresh] = [
      await store.putBytes(someBytes(10)),
      await store.putBytes(someBytes(20)),
      await store.putBytes(someBytes(40)),
    ];
    for (const { path } of [old, kept]) await utimes(path, 1000, 1000);
    await mkdir(join(store.dir, 'derived', 'k'));
    for (const path of [join(store.dir, 'partial', 'x.kept'), join(store.dir, 'derived', 'k', 'y')]) {
      await writeFile(path, '12345');
      await utimes(path, 1000, 1000);
    }
    const removed = await collectGarbage(store, { keep: new Set([kept.sha256]), beforeMs: 2_000_000 });
    expect(removed).toEqual({ files: 3, sizeBytes: 20 });
    expect((await listStore(store)).map(({ sizeBytes }) => sizeBytes).sort()).toEqual([20, 40]);
    expect(await store.has(fresh.sha256)).toBe(true);
    expect(await readdir(join(store.dir, 'partial'))).toEqual([]);
  });
});
