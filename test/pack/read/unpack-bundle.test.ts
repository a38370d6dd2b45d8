/** Unpacking: what arrives, what stays, and what a kill leaves behind. */
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { treeFileOf } from '../../../src/base/tree-file-of.ts';
import { unpackBundle } from '../../../src/pack/read/unpack-bundle.ts';
import { scratchDir, treeOf, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { noise, quietContext } from '../../lab/upstreams/toy-bundle.ts';

const plain = { trust: null, replace: false } as const;

it('unpacks what the index lists, with modes that do not depend on the umask', async () => {
  const { path, index } = await writeToy(await scratchDir());
  const webRoot = await scratchDir();
  const before = process.umask(0o077);
  try {
    expect(await unpackBundle(path, { webRoot, ...plain }, quietContext())).toMatchObject({ kind: 'unpacked', replaced: null });
  } finally {
    process.umask(before);
  }
  const files = await treeOf(webRoot);
  expect([...files.keys()]).toEqual([...index.files.map((file) => file.path), 'pigsty/bundle.json'].sort());
  expect((await stat(join(webRoot, 'pigsty'))).mode & 0o7777).toBe(0o755);
  expect((await stat(join(webRoot, 'pigsty/assets/dashboards'))).mode & 0o7777).toBe(0o755);
  expect((await stat(join(webRoot, 'pigsty/pigsty-install'))).mode & 0o7777).toBe(0o755);
  expect((await stat(join(webRoot, 'pigsty/Packages'))).mode & 0o7777).toBe(0o644);
  expect((await stat(join(webRoot, 'pigsty.sources'))).mode & 0o7777).toBe(0o644);
});

it('reads from a stream as well', async () => {
  const { path } = await writeToy(await scratchDir());
  const webRoot = await scratchDir();
  expect((await unpackBundle(createReadStream(path), { webRoot, ...plain }, quietContext())).kind).toBe('unpacked');
});

it('uses the same bundle as it is, and says so', async () => {
  const { path } = await writeToy(await scratchDir());
  const webRoot = await scratchDir();
  await unpackBundle(path, { webRoot, ...plain }, quietContext());
  const { mtimeMs } = await stat(join(webRoot, 'pigsty'));
  expect((await unpackBundle(path, { webRoot, ...plain }, quietContext())).kind).toBe('already-present');
  expect((await stat(join(webRoot, 'pigsty'))).mtimeMs).toBe(mtimeMs);
});

it.each([
  ['a missing package', (root: string) => rm(join(root, 'pigsty/a_1.0-1_amd64.deb'))],
  ['a shortened package', (root: string) => truncate(join(root, 'pigsty/a_1.0-1_amd64.deb'), 10)],
  ['a missing marker', (root: string) => rm(join(root, 'pigsty/repo_complete'))],
  ['a missing source file', (root: string) => rm(join(root, 'pigsty.sources'))],
])('repairs %s of the same bundle without asking', async (_what, damage) => {
  const { path } = await writeToy(await scratchDir());
  const webRoot = await scratchDir();
  await unpackBundle(path, { webRoot, ...plain }, quietContext());
  const whole = await treeOf(webRoot);
  await damage(webRoot);
  expect((await unpackBundle(path, { webRoot, ...plain }, quietContext())).kind).toBe('unpacked');
  expect(await treeOf(webRoot)).toEqual(whole);
});

it('asks before it replaces anything else, then replaces all of it', async () => {
  const { path } = await writeToy(await scratchDir());
  const webRoot = await scratchDir();
  await mkdir(join(webRoot, 'pigsty'));
  await writeFile(join(webRoot, 'pigsty/repo_complete'), '');
  const before = await treeOf(webRoot);
  const outcome = await unpackBundle(path, { webRoot, ...plain }, quietContext());
  expect(outcome).toMatchObject({ kind: 'other-present', present: { isComplete: true, id: null } });
  expect(await treeOf(webRoot)).toEqual(before);
  await writeFile(join(webRoot, 'pigsty/old.deb'), 'old');
  expect((await unpackBundle(path, { webRoot, trust: null, replace: true }, quietContext())).kind).toBe('unpacked');
  expect(await readdir(webRoot)).toEqual(['pigsty', 'pigsty.sources']);
  expect(await readdir(join(webRoot, 'pigsty'))).not.toContain('old.deb');
});

it('leaves the old repository alone when the bundle turns out to be damaged', async () => {
  const { path } = await writeToy(await scratchDir());
  const webRoot = await scratchDir();
  await mkdir(join(webRoot, 'pigsty'));
  await writeFile(join(webRoot, 'pigsty/repo_complete'), 'old');
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(bytes.length - 4000) ^ 1, bytes.length - 4000);
  await writeFile(path, bytes);
  await expect(unpackBundle(path, { webRoot, trust: null, replace: true }, quietContext())).rejects.toMatchObject({ name: 'AppError' });
  expect(await treeOf(webRoot)).toEqual(new Map([['pigsty/repo_complete', 'old']]));
});

it('puts the old repository back when a run was killed between the two renames', async () => {
  const { path } = await writeToy(await scratchDir());
  const webRoot = await scratchDir();
  await unpackBundle(path, { webRoot, ...plain }, quietContext());
  await rename(join(webRoot, 'pigsty'), join(webRoot, '.pigsty.replaced'));
  expect((await unpackBundle(path, { webRoot, ...plain }, quietContext())).kind).toBe('already-present');
  expect(await readdir(webRoot)).toEqual(['pigsty', 'pigsty.sources']);
});

it('completes after being killed at any moment, and never shows a marker in between', async () => {
  const dir = await scratchDir();
  const packages = Array.from({ length: 12 }, (_, i) => treeFileOf(`p${i}_1_all.deb`, noise(1_000_000, i)));
  const { path, index } = await writeToy(dir, { packages });
  const webRoot = await scratchDir();
  const module = new URL('../../../src/pack/read/unpack-bundle.ts', import.meta.url).href;
  const script = `
    import { unpackBundle } from ${JSON.stringify(module)};
    process.stdout.write('go');
    await unpackBundle(${JSON.stringify(path)}, { webRoot: ${JSON.stringify(webRoot)}, trust: null, replace: false },
      { report: () => undefined, signal: new AbortController().signal });`;
  for (const delayMs of [1, 5, 12, 25, 50]) {
    await killAfter(script, delayMs);
    const names = await readdir(webRoot);
    if (names.includes('pigsty')) expect(await readdir(join(webRoot, 'pigsty'))).toHaveLength(index.files.length);
  }
  await unpackBundle(path, { webRoot, ...plain }, quietContext());
  expect(await readdir(webRoot)).toEqual(['pigsty', 'pigsty.sources']);
});

async function killAfter(script: string, delayMs: number): Promise<void> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise((resolve) => child.once('close', resolve));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  setTimeout(() => child.kill('SIGKILL'), delayMs);
  await closed;
}

it('is interrupted without a trace', async () => {
  const { path } = await writeToy(await scratchDir());
  const webRoot = await scratchDir();
  const abort = new AbortController();
  const context = { signal: abort.signal, report: () => abort.abort() };
  await expect(unpackBundle(path, { webRoot, ...plain }, context)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(await readdir(webRoot)).toEqual([]);
});
