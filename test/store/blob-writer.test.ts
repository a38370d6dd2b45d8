import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BlobWriter, findOrphans } from '../../src/store/blob-writer.ts';
import type { Store } from '../../src/store/store.ts';
import { digestOf, someBytes, temporaryStore } from '../support/fetch-lab.ts';

const KEY = 'sha256-abc';
const partialNames = (store: Store) => readdir(join(store.dir, 'partial'));
/** More than every process has. */
const DEAD_PID = 2 ** 30;

describe('a blob on its way into the store', () => {
  it('has the digest of what was written, by the algorithm asked for, and becomes a blob', async () => {
    const store = await temporaryStore();
    const bytes = someBytes(3 * 1024 * 1024);
    const writer = new BlobWriter(store, KEY, 'sha512', bytes.length);
    for (let at = 0; at < bytes.length; at += 700_000) await writer.write(bytes.subarray(at, at + 700_000));
    expect(writer.sizeBytes).toBe(bytes.length);
    expect(writer.digest()).toEqual(digestOf(bytes, 'sha512'));
    const blob = await writer.commit();
    expect(blob).toMatchObject({ sha256: digestOf(bytes).hex, sizeBytes: bytes.length, fromStore: false });
    expect((await readFile(blob.path)).equals(bytes)).toBe(true);
    expect(await partialNames(store)).toEqual([]);
  });

  it('may be empty', async () => {
    const store = await temporaryStore();
    const blob = await new BlobWriter(store, KEY, 'sha256', 0).commit();
    expect(blob).toMatchObject({ sha256: digestOf(Buffer.alloc(0)).hex, sizeBytes: 0 });
    expect((await stat(blob.path)).size).toBe(0);
  });

  it('begins anew after a reset, also when bytes are on disk already', async () => {
    const store = await temporaryStore();
    const writer = new BlobWriter(store, KEY, 'sha256', null);
    await writer.write(someBytes(2 * 1024 * 1024));
    await writer.reset();
    expect(writer.sizeBytes).toBe(0);
    await writer.write(Buffer.from('right'));
    expect(await writer.commit()).toMatchObject({ sha256: digestOf(Buffer.from('right')).hex, sizeBytes: 5 });
  });

  it('leaves nothing when it is given up', async () => {
    const store = await temporaryStore();
    const writer = new BlobWriter(store, KEY, 'sha256', null);
    await writer.write(someBytes(2 * 1024 * 1024));
    await writer.discard();
    expect(await partialNames(store)).toEqual([]);
  });
});

describe('a partial download', () => {
  it('that was kept is found by its key and continued', async () => {
    const store = await temporaryStore();
    const bytes = someBytes(5000);
    const first = new BlobWriter(store, KEY, 'sha256', bytes.length);
    await first.write(bytes.subarray(0, 2000));
    await first.keep();
    const orphan = (await findOrphans(store)).get(KEY);
    expect(orphan).toBe(join(store.dir, 'partial', `${KEY}.kept`));
    const second = new BlobWriter(store, KEY, 'sha256', bytes.length);
    await second.adopt(orphan ?? '');
    expect(second.sizeBytes).toBe(2000);
    await second.write(bytes.subarray(2000));
    expect(await second.commit()).toMatchObject({ sha256: digestOf(bytes).hex });
    expect(await partialNames(store)).toEqual([]);
  });

  it.each([
    ['is empty', 0],
    ['is longer than the file can be', 11],
  ])('that %s is only removed', async (_what, sizeBytes) => {
    const store = await temporaryStore();
    const orphan = join(store.dir, 'partial', `${KEY}.kept`);
    await writeFile(orphan, someBytes(sizeBytes));
    const writer = new BlobWriter(store, KEY, 'sha256', 10);
    await writer.adopt(orphan);
    expect(writer.sizeBytes).toBe(0);
    expect(await partialNames(store)).toEqual([]);
  });

  it('of a dead process is an orphan, one of a running process is not', async () => {
    const store = await temporaryStore();
    for (const name of [`dead.${DEAD_PID}.1`, `mine.${process.pid}.1`, 'kept.kept', 'no-partial']) {
      await writeFile(join(store.dir, 'partial', name), 'x');
    }
    expect([...(await findOrphans(store)).keys()].sort()).toEqual(['dead', 'kept']);
  });

  it('of which there are several is kept once', async () => {
    const store = await temporaryStore();
    for (const name of [`a.${DEAD_PID}.1`, `a.${DEAD_PID}.2`, 'a.kept']) await writeFile(join(store.dir, 'partial', name), 'x');
    const orphans = await findOrphans(store);
    expect([...orphans.keys()]).toEqual(['a']);
    expect(await partialNames(store)).toHaveLength(1);
  });
});
