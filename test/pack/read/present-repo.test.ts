import { chmod, cp, mkdir, mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { treeFileOf } from '../../../src/base/tree-file-of.ts';
import type { BundleIndex } from '../../../src/pack/format/bundle-index.ts';
import { readPresentRepo } from '../../../src/pack/read/present-repo.ts';
import { unpackBundle } from '../../../src/pack/read/unpack-bundle.ts';
import { scratchDir, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { noise, quietContext } from '../../lab/upstreams/toy-bundle.ts';

const SMALL = { packages: [treeFileOf('a_1.0-1_amd64.deb', noise(700, 1))] };

let original: string;
let index: BundleIndex;

// Unpacking waits for the disk: once is enough.
beforeAll(async () => {
  original = await mkdtemp(join(tmpdir(), 'present-repo-'));
  const toy = await writeToy(original, SMALL);
  index = toy.index;
  await mkdir(join(original, 'www'));
  await unpackBundle(toy.path, { webRoot: join(original, 'www'), trust: null, replace: false }, quietContext());
});
afterAll(() => rm(original, { recursive: true, force: true }));

/** A web root where the bundle is unpacked. */
async function unpacked() {
  const webRoot = await scratchDir();
  await cp(join(original, 'www'), webRoot, { recursive: true });
  const repo = join(webRoot, 'pigsty');
  return { repo, webRoot, look: () => readPresentRepo(repo, webRoot, index) };
}

it('is nothing where nothing is', async () => {
  const { webRoot } = await unpacked();
  expect(await readPresentRepo(join(webRoot, 'none'), webRoot, index)).toBeNull();
});

it('is this bundle when all of its files are there', async () => {
  const { look } = await unpacked();
  expect(await look()).toEqual({ isSame: true, isComplete: true, id: index.id });
});

it.each<[string, (repo: string, webRoot: string) => Promise<void>, boolean]>([
  ['a package is cut', async (repo) => truncate(join(repo, 'a_1.0-1_amd64.deb'), 5), true],
  ['a package is gone', async (repo) => rm(join(repo, 'a_1.0-1_amd64.deb')), true],
  ['the installer cannot be run', async (repo) => chmod(join(repo, 'pigsty-install'), 0o644), true],
  ['the source file beside it is gone', async (_repo, webRoot) => rm(join(webRoot, 'pigsty.sources')), true],
  ['its marker is gone', async (repo) => rm(join(repo, 'repo_complete')), false],
])('is not the same when %s', async (_what, damage, isComplete) => {
  const { repo, webRoot, look } = await unpacked();
  await damage(repo, webRoot);
  expect(await look()).toEqual({ isSame: false, isComplete, id: index.id });
});

it("is somebody else's when there is no index of ours", async () => {
  const webRoot = await scratchDir();
  await mkdir(join(webRoot, 'pigsty'));
  await writeFile(join(webRoot, 'pigsty', 'repo_complete'), '');
  await writeFile(join(webRoot, 'pigsty', 'bundle.json'), '{}');
  expect(await readPresentRepo(join(webRoot, 'pigsty'), webRoot, index)).toEqual({ isSame: false, isComplete: true, id: null });
  expect(await readdir(webRoot)).toEqual(['pigsty']);
});
