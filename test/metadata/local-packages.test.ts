/** Packages given as files are one more upstream. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../src/base/target.ts';
import { isPackageFile, localDebSnapshot, localRpmSnapshot, takeLocalPackages } from '../../src/metadata/local-packages.ts';
import { buildDeb } from '../lab/embedded/tiny-deb.ts';
import { buildRpm, type TinyRpm } from '../lab/embedded/tiny-rpm.ts';
import { sha256, TOY_DATE_SEC, toyKey } from '../lab/upstreams/toy-archive.ts';
import { temporaryDir, temporaryStore } from '../support/fetch-lab.ts';

const D12: Target = { distro: 'd12', arch: 'x86_64' };
const EL9: Target = { distro: 'el9', arch: 'x86_64' };

const deb = (name: string, version = '1:2.0-1') =>
  buildDeb(
    { Package: name, Version: version, Architecture: 'amd64', Maintainer: 'T <t@example.test>', Description: name },
    { [`/usr/share/${name}`]: name },
    0,
  );

async function rpm(name: string, more: Partial<TinyRpm> = {}): Promise<Buffer> {
  const base = {
    version: '2.0',
    release: '1',
    arch: 'x86_64',
    summary: 'toy',
    provides: [],
    requires: [],
    files: { [`/opt/${name}`]: name },
  };
  return buildRpm({ name, ...base, ...more }, await toyKey(), TOY_DATE_SEC);
}

/** Takes these files. */
async function take(target: Target, files: Readonly<Record<string, Buffer>>) {
  const dir = await temporaryDir();
  const paths = Object.entries(files).map(([name, bytes]) => {
    writeFileSync(join(dir, name), bytes);
    return join(dir, name);
  });
  const store = await temporaryStore();
  return { packages: await takeLocalPackages(paths, target, store), store };
}

it.each([
  ['./extra/tool.deb', true],
  ['tool.rpm', true],
  ['tool', false],
  ['rpm', false],
  ['debconf', false],
  ['nginx (>= 1.22)', false],
])('%s is a file: %s', (word, isFile) => {
  expect(isPackageFile(word)).toBe(isFile);
});

describe('a .deb', () => {
  it('is asked for in exactly its version, and is in the store', async () => {
    const bytes = deb('tool');
    const { packages, store } = await take(D12, { 'whatever it is called.deb': bytes });
    expect(packages.map(({ request }) => request)).toEqual(['tool (= 1:2.0-1)']);
    expect(await store.readVerified(sha256(bytes))).toEqual(bytes);
  });

  it('is named as its archive would name it, whatever the file was called', async () => {
    const { packages } = await take(D12, { 'x.deb': deb('tool') });
    const [snapshot] = localDebSnapshot(packages);
    const [index] = snapshot?.indexes ?? [];
    expect(index?.count).toBe(1);
    const stanzas = packages.map(({ metadata }) => (metadata.family === 'deb' ? String(metadata.stanza) : ''));
    expect(stanzas).toEqual([expect.stringContaining('Filename: tool_2.0-1_amd64.deb\n')]);
  });

  it('makes an upstream that is called local, trusted as it is', async () => {
    const { packages } = await take(D12, { 'b.deb': deb('b'), 'a.deb': deb('a') });
    expect(packages.map(({ request }) => request)).toEqual(['a (= 1:2.0-1)', 'b (= 1:2.0-1)']);
    expect(localDebSnapshot(packages)).toMatchObject([
      { upstream: { name: 'local', urls: [] }, locked: { name: 'local', dateSec: 0, trust: { kind: 'local' } }, indexes: [{ count: 2 }] },
    ]);
    expect(localRpmSnapshot(packages)).toEqual([]);
  });
});

describe('an .rpm', () => {
  it.each<[string, Partial<TinyRpm>, string]>([
    ['of the target', {}, 'tool = 2.0-1'],
    ['for every CPU', { arch: 'noarch' }, 'tool = 2.0-1'],
    ['of the other word size', { arch: 'i686' }, 'tool-2.0-1.i686'],
  ])('%s is asked for as what it is', async (_, more, request) => {
    const { packages } = await take(EL9, { 'x.rpm': await rpm('tool', more) });
    expect(packages.map((one) => one.request)).toEqual([request]);
  });

  it('wins over every upstream, knows all its paths, and needs no filelists', async () => {
    const { packages } = await take(EL9, { 'x.rpm': await rpm('tool') });
    const [snapshot] = localRpmSnapshot(packages);
    expect(snapshot).toMatchObject({ upstream: { name: 'local', priority: -1001 }, locked: { trust: { kind: 'local' } }, mirrors: [] });
    const pkg = snapshot?.packages.package(0);
    expect([pkg?.location, pkg?.files.map(({ path }) => path)]).toEqual(['tool-2.0-1.x86_64.rpm', ['/opt/tool']]);
    expect(await snapshot?.loadFiles(new Set(['/opt/tool']))).toEqual(new Map());
    expect(localDebSnapshot(packages)).toEqual([]);
  });
});

it('the digest of the upstream is one of its packages, in whatever order they were given', async () => {
  const [a, b] = [deb('a'), deb('b')];
  const rootOf = async (files: Readonly<Record<string, Buffer>>) =>
    localDebSnapshot((await take(D12, files)).packages)[0]?.locked.rootSha256;
  expect(await rootOf({ '1.deb': a, '2.deb': b })).toBe(await rootOf({ '1.deb': b, '2.deb': a }));
  expect(await rootOf({ '1.deb': a })).not.toBe(await rootOf({ '1.deb': b }));
});

it('no files are no upstream', () => {
  expect([localDebSnapshot([]), localRpmSnapshot([])]).toEqual([[], []]);
});

describe('files that cannot be taken', () => {
  it.each<[string, Target, string]>([
    ['d12 takes .deb packages', D12, 'tool.rpm'],
    ['el9 takes .rpm packages', EL9, 'tool.deb'],
  ])('%s: USAGE', async (message, target, name) => {
    await expect(take(target, { [name]: Buffer.from('x') })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    [D12, 'x.deb'],
    [EL9, 'x.rpm'],
  ])('%j: what is no package is PACKAGE_INVALID', async (target, name) => {
    await expect(take(target, { [name]: Buffer.from('<html>') })).rejects.toMatchObject({ code: 'PACKAGE_INVALID' });
  });

  it('a file that is not there is CONFIG_MISSING', async () => {
    await expect(takeLocalPackages(['/nonexistent/x.deb'], D12, await temporaryStore())).rejects.toMatchObject({
      code: 'CONFIG_MISSING',
      message: 'cannot read the package /nonexistent/x.deb',
    });
  });
});
