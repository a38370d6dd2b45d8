/** What the packages of a lock say of themselves, and the repository tree of them, whatever their family. */
import { describe, expect, it } from 'vitest';
import { relationsDigest } from '../../src/base/package-relations.ts';
import { readPackages } from '../../src/build/read-packages.ts';
import type { SigningKey } from '../../src/trust/signing.ts';
import { toyKey } from '../lab/upstreams/toy-archive.ts';
import { debBuild, elBuild, type ToyBuild, withPackage } from '../lab/upstreams/toy-build.ts';

async function treeOf(build: ToyBuild, signer: SigningKey | null = null, lock = build.lock) {
  const packages = await readPackages(lock, build.findUpstreams, build.downloader, build.context);
  return packages.makeTree(signer);
}

describe('the tree', () => {
  it.each([
    ['DEB', debBuild, ['Packages', 'Release'], 'pigsty.sources', 'InRelease'],
    ['RPM', elBuild, ['repodata/repomd.xml'], 'pigsty.repo', 'repodata/repomd.xml.asc'],
  ])('of %s has metadata and every package, signed when there is a key', async (_, start, metadata, sourceFile, signature) => {
    const build = await start();
    const plain = await treeOf(build);
    const paths = plain.files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining([...metadata, ...build.lock.packages.map(({ file }) => file)]));
    expect([plain.sourceFile.path, plain.marker.path]).toEqual([sourceFile, 'repo_complete']);
    expect(paths).not.toContain(signature);
    expect((await treeOf(build, await toyKey())).files.map(({ path }) => path)).toContain(signature);
  });

  it.each([
    ['DEB', debBuild],
    ['RPM', elBuild],
  ])('is not made of %s that are not what the lock says', async (_, start) => {
    const build = await start();
    const lock = withPackage(build.lock, 'world', { version: '7' });
    await expect(treeOf(build, null, lock)).rejects.toMatchObject({ code: 'PACKAGE_INVALID' });
  });

  it('is not made of packages that overwrite each other', async () => {
    const files = { '/usr/share/same': 'x' };
    const build = await debBuild({
      packages: [
        { name: 'hello', files },
        { name: 'world', files },
      ],
    });
    await expect(treeOf(build)).rejects.toMatchObject({ code: 'FILE_CONFLICT' });
  });
});

describe('a package by what it says of itself', () => {
  it.each([
    ['DEB', debBuild, [['Depends', ['libgreet (>= 1)']]]],
    ['RPM', elBuild, [['Requires', ['/usr/share/libgreet/words']]]],
  ])('of %s has the relations its index has', async (_, start, relations) => {
    const build = await start();
    const { own } = await readPackages(build.lock, build.findUpstreams, build.downloader, build.context);
    expect(own.map(({ locked }) => locked)).toEqual(build.lock.packages);
    for (const one of own) expect(relationsDigest(one.relations)).toBe(one.locked.relations);
    expect([...(own.find(({ locked }) => locked.name === 'hello')?.relations ?? [])]).toEqual(relations);
  });
});
