import { chmod, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { digestOf, someBytes, temporaryDir, temporaryStore } from '../support/fetch-lab.ts';

describe('the store', () => {
  it('keeps bytes and files by their digest', async () => {
    const store = await temporaryStore();
    const bytes = someBytes(1000);
    const file = join(await temporaryDir(), 'f');
    await writeFile(file, bytes);
    const [one, two] = [await store.putBytes(bytes), await store.putFile(file)];
    expect(one).toMatchObject({ sha256: digestOf(bytes).hex, sizeBytes: 1000, fromStore: false });
    expect(two).toMatchObject({ path: one.path, fromStore: true });
    expect(one.path.endsWith(join('sha256', one.sha256.slice(0, 2), one.sha256))).toBe(true);
  });

  it('opens twice, and marks itself as a cache', async () => {
    const dir = await temporaryDir();
    await openStore(dir);
    await openStore(dir);
    expect(await readFile(join(dir, 'CACHEDIR.TAG'), 'utf8')).toMatch(/^Signature: 8a477f597d28d172789f06886806bc55\n/);
  });

  it('finds damage of the size when looking up, of the bytes when reading, and forgets the blob', async () => {
    const store = await temporaryStore();
    const blob = await store.putBytes(someBytes(1000));
    await writeFile(blob.path, someBytes(1000));
    expect(await store.has(blob.sha256, 1000)).toBe(true);
    expect(await store.readVerified(blob.sha256)).toBeUndefined();
    expect(await store.has(blob.sha256)).toBe(false);
    const other = await store.putBytes(someBytes(1000));
    await truncate(other.path, 999);
    expect(await store.has(other.sha256, 1000)).toBe(false);
    const third = await store.putBytes(someBytes(1000));
    expect(await store.verify(third.sha256)).toBe(true);
    await writeFile(third.path, 'x');
    expect(await store.verify(third.sha256)).toBe(false);
  });

  it('hard-links a blob out, replacing what is there', async () => {
    const store = await temporaryStore();
    const blob = await store.putBytes(someBytes(1000));
    const target = join(store.dir, 'out.deb');
    await writeFile(target, 'old');
    expect(await store.link(blob.sha256, target)).toBe('linked');
    expect(await store.link(blob.sha256, target)).toBe('linked');
    expect((await stat(target)).ino).toBe((await stat(blob.path)).ino);
    await expect(store.link('0'.repeat(64), target)).rejects.toMatchObject({ code: 'FETCH_NOT_FOUND' });
  });

  it.each(['../../etc/passwd', 'A'.repeat(64), ''])('takes no path for a digest: %s', async (hex) => {
    const store = await temporaryStore();
    expect(() => store.pathOf(hex)).toThrow('not a SHA-256');
  });

  it('says so when it cannot be written', async () => {
    const dir = await temporaryDir();
    await chmod(dir, 0o555);
    const isRoot = process.geteuid?.() === 0;
    // Root may write anywhere: be nobody for a moment.
    if (isRoot) process.seteuid?.(65_534);
    try {
      await expect(openStore(join(dir, 'store'))).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});
