import { chmod, mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readPresentRepo } from '../../../src/pack/read/present-repo.ts';
import { unpackBundle } from '../../../src/pack/read/unpack-bundle.ts';
import { scratchDir, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { quietContext } from '../../lab/upstreams/toy-bundle.ts';

async function unpacked() {
  const webRoot = await scratchDir();
  const { path, index } = await writeToy(await scratchDir());
  await unpackBundle(path, { webRoot, trust: null, replace: false }, quietContext());
  const repo = join(webRoot, 'pigsty');
  return { repo, webRoot, index, look: () => readPresentRepo(repo, webRoot, index) };
}

it('is nothing where nothing is', async () => {
  const { webRoot, index } = await unpacked();
  expect(await readPresentRepo(join(webRoot, 'none'), webRoot, index)).toBeNull();
});

it('is this bundle when all of its files are there', async () => {
  const { look, index } = await unpacked();
  expect(await look()).toEqual({ isSame: true, isComplete: true, id: index.id });
});

it.each<[string, (repo: string, webRoot: string) => Promise<void>, boolean]>([
  ['a package is cut', async (repo) => truncate(join(repo, 'a_1.0-1_amd64.deb'), 5), true],
  ['a package is gone', async (repo) => rm(join(repo, 'a_1.0-1_amd64.deb')), true],
  ['the installer cannot be run', async (repo) => chmod(join(repo, 'pigsty-install'), 0o644), true],
  ['the source file beside it is gone', async (_repo, webRoot) => rm(join(webRoot, 'pigsty.sources')), true],
  ['its marker is gone', async (repo) => rm(join(repo, 'repo_complete')), false],
])('is not the same when %s', async (_what, damage, isComplete) => {
  const { repo, webRoot, look, index } = await unpacked();
  await damage(repo, webRoot);
  expect(await look()).toEqual({ isSame: false, isComplete, id: index.id });
});

it("is somebody else's when there is no index of ours", async () => {
  const { index } = await unpacked();
  const webRoot = await scratchDir();
  await mkdir(join(webRoot, 'pigsty'));
  await writeFile(join(webRoot, 'pigsty', 'repo_complete'), '');
  await writeFile(join(webRoot, 'pigsty', 'bundle.json'), '{}');
  expect(await readPresentRepo(join(webRoot, 'pigsty'), webRoot, index)).toEqual({ isSame: false, isComplete: true, id: null });
  expect(await readdir(webRoot)).toEqual(['pigsty']);
});
