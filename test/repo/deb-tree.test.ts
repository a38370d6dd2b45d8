/** The flat Debian tree in memory and on disk. */
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { treeFileOf } from '../../src/base/tree-file-of.ts';
import { buildDebTree } from '../../src/repo/deb-tree.ts';
import { writeTree } from '../../src/repo/write-tree.ts';
import { scratchDir, treeOf } from '../lab/upstreams/bundle-lab.ts';
import { lockedPackage, lockOf, noise, quietContext } from '../lab/upstreams/toy-bundle.ts';

async function toyTree(dir: string) {
  const files = [treeFileOf('b_1_amd64.deb', noise(2000, 1)), treeFileOf('a_1%3a1_amd64.deb', noise(3000, 2))];
  const sources = new Map<string, { stanza: string; filePath: string }>();
  for (const file of files) {
    const filePath = join(dir, file.sha256);
    await writeFile(filePath, (file.content as { bytes: Uint8Array }).bytes, { mode: 0o644 });
    sources.set(file.sha256, { stanza: `Package: ${file.path[0]}\nVersion: 1\nArchitecture: amd64\nDescription: x\n`, filePath });
  }
  const lock = lockOf(files.map((file) => lockedPackage(file)));
  return { lock, sources };
}

it('holds sorted metadata, the packages, a source file and a marker', async () => {
  const { lock, sources } = await toyTree(await scratchDir());
  const tree = await buildDebTree(lock, sources, { signer: null });
  expect(tree.files.map((file) => file.path)).toEqual(['Packages', 'Packages.gz', 'Release', 'b_1_amd64.deb', 'a_1%3a1_amd64.deb']);
  const text = (file: (typeof tree.files)[number]) => Buffer.from((file.content as { bytes: Uint8Array }).bytes).toString();
  expect(text(tree.files[0]!)).toMatch(/^Package: a\n[\s\S]*Filename: \.\/a_1%3a1_amd64\.deb\n[\s\S]*\n\nPackage: b\n/);
  expect(text(tree.files[2]!)).toContain('Date: Tue, 14 Nov 2023 22:13:20 UTC\n');
  expect(text(tree.sourceFile)).toContain('URIs: file:///www/pigsty/\nSuites: ./\nTrusted: yes\n');
  expect(text(tree.marker)).toMatch(/^[0-9a-f]{64} {2}a_1%3a1_amd64\.deb\n[0-9a-f]{64} {2}b_1_amd64\.deb\n$/);
});

it('names every package that was not fetched, and files that would share a name', async () => {
  const { lock, sources } = await toyTree(await scratchDir());
  await expect(buildDebTree(lock, new Map(), { signer: null })).rejects.toMatchObject({
    code: 'BUNDLE_MISSING',
    details: { missing: { length: 2 } },
  });
  const clash = { ...lock, packages: lock.packages.map((p) => ({ ...p, file: 'same.deb' })) };
  await expect(buildDebTree(clash, sources, { signer: null })).rejects.toMatchObject({ code: 'PACKAGE_INVALID' });
});

it('writes the tree, sharing data with the store, and replaces only repositories', async () => {
  const store = await scratchDir();
  const { lock, sources } = await toyTree(store);
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
  const { lock, sources } = await toyTree(await scratchDir());
  const tree = await buildDebTree(lock, sources, { signer: null });
  const { filePath } = [...sources.values()][0]!;
  await writeFile(filePath, (await readFile(filePath)).fill(0));
  const dir = await scratchDir();
  const files = tree.files.map((file) => ({ ...file, path: `pigsty/${file.path}` }));
  await expect(writeTree(files, dir, 0, quietContext())).rejects.toMatchObject({ code: 'BUNDLE_DIGEST_MISMATCH' });
  expect(await readdir(dir)).toEqual([]);
});
