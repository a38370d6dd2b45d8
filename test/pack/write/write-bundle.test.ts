/** What the writer promises: same input, same bytes; nothing half-made; every file checked on its way in. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { TreeFile } from '../../../src/base/tree-file.ts';
import { treeFileOf } from '../../../src/base/tree-file-of.ts';
import { formatEntryHeader } from '../../../src/pack/format/tar-header.ts';
import { writeBundle } from '../../../src/pack/write/write-bundle.ts';
import { scratchDir, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { composeToy, noise, quietContext, storeFiles } from '../../lab/upstreams/toy-bundle.ts';

it('writes the index first, the marker last, and one gzip member', async () => {
  const { path, index } = await writeToy(await scratchDir());
  const tar = gunzipSync(await readFile(path));
  expect(tar.subarray(0, 19).toString()).toBe('pigsty/bundle.json\0');
  const marker = index.files.find((file) => file.path === 'pigsty/repo_complete')!;
  const markerAt = tar.length - 1024 - Math.ceil(marker.sizeBytes / 512) * 512 - 512;
  expect(tar.subarray(markerAt, markerAt + 512)).toEqual(formatEntryHeader(marker.path, marker.sizeBytes, index.snapshotSec));
});

it('writes the digest of the tarball beside it, as sha256sum reads it', async () => {
  const { path } = await writeToy(await scratchDir());
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  expect(await readFile(`${path}.sha256`, 'utf8')).toBe(`${sha256}  toy.tgz\n`);
});

it('gives the same bytes in another directory, umask, locale and time zone', async () => {
  const { path } = await writeToy(await scratchDir());
  const other = await scratchDir();
  const script = `
    import { writeToyAlone } from ${JSON.stringify(new URL('../../lab/upstreams/write-toy-alone.ts', import.meta.url).href)};
    process.umask(0o077);
    await writeToyAlone(${JSON.stringify(other)});`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: other,
    env: { ...process.env, TZ: 'Asia/Shanghai', LANG: 'tr_TR.UTF-8', LC_ALL: 'C' },
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  expect((await readFile(join(other, 'toy.tgz'))).equals(await readFile(path))).toBe(true);
});

it('does not depend on the order in which files are given', async () => {
  const dir = await scratchDir();
  const { index, files } = composeToy();
  const stored = await storeFiles(files, dir);
  const a = await writeBundle({ index, files: stored, output: join(dir, 'a.tgz') }, quietContext());
  const b = await writeBundle({ index, files: stored.toReversed(), output: join(dir, 'b.tgz'), readBack: true }, quietContext());
  expect(b.sha256).toBe(a.sha256);
});

it.each([
  ['flipped', (bytes: Buffer) => Buffer.from(bytes.map((byte, i) => (i === 100 ? byte ^ 1 : byte))), 'BUNDLE_DIGEST_MISMATCH'],
  ['cut short', (bytes: Buffer) => bytes.subarray(0, -1), 'BUNDLE_DIGEST_MISMATCH'],
  ['grown', (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('x')]), 'BUNDLE_DIGEST_MISMATCH'],
] as const)('refuses a stored package that was %s, and leaves the directory as it was', async (_what, damage, code) => {
  const dir = await scratchDir();
  const store = await scratchDir();
  const { index, files } = composeToy();
  const stored = await storeFiles(files, store);
  const victim = stored.find((file) => file.path.includes('/b_'))!;
  const filePath = (victim.content as Extract<TreeFile['content'], { kind: 'file' }>).filePath;
  await writeFile(filePath, damage(await readFile(filePath)));
  const failure = writeBundle({ index, files: stored, output: join(dir, 'x.tgz') }, quietContext());
  await expect(failure).rejects.toMatchObject({ code, message: expect.stringContaining('b_1%3a2.0~rc1+b1-1_all.deb') });
  expect(await readdir(dir)).toEqual([]);
});

it('names a package that is not in the store', async () => {
  const dir = await scratchDir();
  const { index, files } = composeToy();
  const absent = files.map((file) =>
    file.path.includes('/a_') ? { ...file, content: { kind: 'file' as const, filePath: join(dir, 'gone') } } : file,
  );
  await expect(writeBundle({ index, files: absent, output: join(dir, 'x.tgz') }, quietContext())).rejects.toMatchObject({
    code: 'BUNDLE_MISSING',
  });
});

it('leaves nothing when it is interrupted, and keeps the older file of that name', async () => {
  const dir = await scratchDir();
  const { index, files } = composeToy({ packages: [treeFileOf('big_1_all.deb', noise(8_000_000, 9))] });
  await writeFile(join(dir, 'x.tgz'), 'older');
  const abort = new AbortController();
  const context = { signal: abort.signal, report: () => abort.abort() };
  await expect(writeBundle({ index, files, output: join(dir, 'x.tgz') }, context)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(await readdir(dir)).toEqual(['x.tgz']);
  expect(await readFile(join(dir, 'x.tgz'), 'utf8')).toBe('older');
});
