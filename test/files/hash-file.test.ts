import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { feedFile, hashFile } from '../../src/files/hash-file.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'hash-file-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

it.each([0, 1, 1024 * 1024, 1024 * 1024 + 1])('knows digest and size of %d bytes', async (sizeBytes) => {
  const bytes = Buffer.alloc(sizeBytes, 'ab');
  const path = join(dir, String(sizeBytes));
  writeFileSync(path, bytes);
  expect(await hashFile(path)).toEqual({ sha256: createHash('sha256').update(bytes).digest('hex'), sizeBytes });
});

it('feeds every hash', async () => {
  const path = join(dir, 'text');
  writeFileSync(path, 'text');
  const [sha1, md5] = [createHash('sha1'), createHash('md5')];
  expect(await feedFile(path, [sha1, md5])).toBe(4);
  expect([sha1.digest('hex'), md5.digest('hex')]).toEqual(
    ['sha1', 'md5'].map((algorithm) => createHash(algorithm).update('text').digest('hex')),
  );
});

it('lets the file system speak', async () => {
  await expect(hashFile(join(dir, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  await expect(hashFile(dir)).rejects.toMatchObject({ code: 'EISDIR' });
});
