/** The tree on disk: shared with the store where that can be, whole or not there at all. */
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { treeFileOf } from '../../src/base/tree-file-of.ts';
import { buildDebTree } from '../../src/repo/deb-tree.ts';
import { writeTree } from '../../src/repo/write-tree.ts';
import { scratchDir, treeOf } from '../lab/upstreams/bundle-lab.ts';
import { quietContext } from '../lab/upstreams/toy-bundle.ts';
import { toyDebTree } from './toy-deb-tree.ts';

it('writes the tree, sharing data with the store, and replaces only repositories', async () => {
  const store = await scratchDir();
  const { lock, sources } = await toyDebTree(store);
  const tree = await buildDebTree(lock, sources, { signer: null });
  const files = [tree.sourceFile, ...[...tree.files, tree.marker].map((file) => ({ ...file, path: `pigsty/${file.path}` }))];
  const dir = await scratchDir();
  const before = process.umask(0o077);
  try {
    expect(await writeTree(files, dir, lock.snapshotSec, quietContext())).toMatchObject({ linked: 2, copied: 5 });
    expect(await writeTree(files, dir, lock.snapshotSec, quietContext())).toMatchObject({ linked: 2 });
  } finally {
    process.umask(before);
  }
  expect([...(await treeOf(dir)).keys()]).toEqual(files.map((file) => file.path).sort());
  expect((await stat(join(dir, 'pigsty'))).mode & 0o777).toBe(0o755);
  expect((await stat(join(dir, 'pigsty/Packages'))).mode & 0o777).toBe(0o644);
  expect((await stat(join(dir, 'pigsty/Packages'))).mtimeMs).toBe(lock.snapshotSec * 1000);
  const other = await scratchDir();
  await mkdir(join(other, 'pigsty'));
  await writeFile(join(other, 'pigsty/precious'), 'x');
  await expect(writeTree(files, other, 0, quietContext())).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
  expect([...(await treeOf(other)).keys()]).toEqual(['pigsty/precious']);
});

it('refuses a stored package that changed, and leaves nothing', async () => {
  const { lock, sources } = await toyDebTree(await scratchDir());
  const tree = await buildDebTree(lock, sources, { signer: null });
  const { filePath } = [...sources.values()][0]!;
  await writeFile(filePath, (await readFile(filePath)).fill(0));
  const dir = await scratchDir();
  const files = tree.files.map((file) => ({ ...file, path: `pigsty/${file.path}` }));
  await expect(writeTree(files, dir, 0, quietContext())).rejects.toMatchObject({ code: 'BUNDLE_DIGEST_MISMATCH' });
  expect(await readdir(dir)).toEqual([]);
});

it('copies a stored package that other users could not read', async () => {
  const store = await scratchDir();
  const { lock, sources } = await toyDebTree(store);
  for (const { filePath } of sources.values()) await chmod(filePath, 0o600);
  const tree = await buildDebTree(lock, sources, { signer: null });
  const dir = await scratchDir();
  await writeTree(
    tree.files.map((file) => ({ ...file, path: `pigsty/${file.path}` })),
    dir,
    lock.snapshotSec,
    quietContext(),
  );
  for (const { file } of lock.packages) expect((await stat(join(dir, 'pigsty', file))).mode & 0o777).toBe(0o644);
});

it('writes the marker last, and stops without a trace when it is interrupted', async () => {
  const files = [treeFileOf('pigsty/repo_complete', ''), treeFileOf('pigsty/a', 'a'), treeFileOf('pigsty/z', 'z')];
  const dir = await scratchDir();
  const abort = new AbortController();
  let reports = 0;
  const report = () => {
    reports += 1;
    if (reports === 2) abort.abort();
  };
  await expect(writeTree(files, dir, 0, { report, signal: abort.signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(await readdir(dir)).toEqual([]);
  await writeTree(files, dir, 0, quietContext());
  expect([...(await treeOf(dir)).keys()]).toEqual(['pigsty/a', 'pigsty/repo_complete', 'pigsty/z']);
});

it('says when the place cannot be written', async () => {
  const dir = await scratchDir();
  await writeFile(join(dir, 'file'), '');
  await expect(writeTree([treeFileOf('pigsty/a', 'a')], join(dir, 'file', 'below'), 0, quietContext())).rejects.toMatchObject({
    code: 'OUTPUT_UNWRITABLE',
    message: expect.stringContaining(join(dir, 'file', 'below')),
  });
});
