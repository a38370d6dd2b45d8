/** From a lock to files on disk, whole or not at all. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type MakeInput, makeBundle } from '../../src/build/make-bundle.ts';
import { formatLock } from '../../src/lock/format-lock.ts';
import { verifyBundle } from '../../src/pack/read/verify-bundle.ts';
import { openStore } from '../../src/store/store.ts';
import { parseKeyring } from '../../src/trust/keyring.ts';
import { flipped, sha256, toyKey } from '../lab/upstreams/toy-archive.ts';
import { debBuild, elBuild, neverAsked, type ToyBuild, toyDownloader } from '../lab/upstreams/toy-build.ts';
import { temporaryDir } from '../support/fetch-lab.ts';

const NAME = 'pigsty-pkg-v9.d12.x86_64';

/** What to make of a lock: a tarball in `out`, no installer, no assets. */
async function place(build: ToyBuild, more: Partial<MakeInput> = {}) {
  const dir = await temporaryDir();
  const input: MakeInput = {
    lock: build.lock,
    findUpstreams: build.findUpstreams,
    version: 'v9',
    signer: null,
    outputDir: join(dir, 'out'),
    treeDir: null,
    installerPath: null,
    assetsDir: join(dir, 'assets'),
    ...more,
  };
  const list = (name = 'out') => (existsSync(join(dir, name)) ? readdirSync(join(dir, name)).sort() : []);
  return { dir, input, list, make: () => makeBundle(input, build.downloader, build.context) };
}

/** Other bytes of the same size in the place of a package of the store. */
function damage({ lock, store }: ToyBuild, name: string): void {
  const found = lock.packages.find((locked) => locked.name === name);
  if (found === undefined) throw new Error(`${name} is not in the lock`);
  const path = store.pathOf(found.sha256);
  const bytes = readFileSync(path);
  rmSync(path);
  writeFileSync(path, flipped(bytes));
}

describe('a bundle', () => {
  it.each([
    ['DEB', debBuild, NAME],
    ['RPM', elBuild, 'pigsty-pkg-v9.el9.x86_64'],
  ])('of %s is tarball, checksum and lock, every byte as the index says', async (_, start, name) => {
    const build = await start();
    const { input, list, make } = await place(build);
    const made = await make();
    expect(list()).toEqual([`${name}.lock`, `${name}.tgz`, `${name}.tgz.sha256`]);
    const bytes = readFileSync(made.bundle?.path ?? '');
    expect([made.bundle?.sha256, made.bundle?.sizeBytes]).toEqual([sha256(bytes), bytes.length]);
    expect(readFileSync(`${made.bundle?.path}.sha256`, 'utf8')).toBe(`${sha256(bytes)}  ${name}.tgz\n`);
    expect(readFileSync(made.lockPath ?? '', 'utf8')).toBe(formatLock(input.lock));
    expect(await verifyBundle(made.bundle?.path ?? '', null, build.context)).toMatchObject({
      index: { id: made.index.id },
      signature: { kind: 'unsigned' },
    });
    expect(made).toMatchObject({ isSigned: false, treeDir: null, installerPath: null, index: { packages: { count: 3 } } });
  });

  it('is the same bytes from another store and another day', async () => {
    const first = await place(await debBuild());
    const made = await first.make();
    const later = await toyDownloader({ nowSec: first.input.lock.snapshotSec + 90_000 });
    const again = await place({ ...(await debBuild()), ...later }, { lock: first.input.lock, findUpstreams: first.input.findUpstreams });
    expect((await again.make()).bundle?.sha256).toBe(made.bundle?.sha256);
  });

  it('takes the place of an older one', async () => {
    const { make, list, dir } = await place(await debBuild());
    mkdirSync(join(dir, 'out'));
    for (const name of ['.tgz', '.lock']) writeFileSync(join(dir, 'out', `${NAME}${name}`), 'old');
    const made = await make();
    expect(list()).toEqual([`${NAME}.lock`, `${NAME}.tgz`, `${NAME}.tgz.sha256`]);
    expect(sha256(readFileSync(made.bundle?.path ?? ''))).toBe(made.bundle?.sha256);
  });

  it('that is signed says by whom', async () => {
    const signer = await toyKey();
    const build = await elBuild();
    const made = await (await place(build, { signer })).make();
    const trust = { keyring: await parseKeyring(Buffer.from(signer.publicKeyArmored)), nowSec: build.context.nowSec };
    expect(made.isSigned).toBe(true);
    const { signature } = await verifyBundle(made.bundle?.path ?? '', trust, build.context);
    expect(signature).toEqual({ kind: 'verified', fingerprint: signer.fingerprint });
  });

  it('may be a tree only', async () => {
    const dir = await temporaryDir();
    const treeDir = join(dir, 'www');
    const { make, list } = await place(await debBuild(), { outputDir: null, treeDir });
    expect(await make()).toMatchObject({ bundle: null, lockPath: null, treeDir });
    expect(list()).toEqual([]);
    expect(readdirSync(treeDir, { recursive: true })).toEqual(expect.arrayContaining([expect.stringMatching(/hello_1.0_all.deb$/)]));
  });

  it('has the installer in it and beside it, ready to run', async () => {
    const dir = await temporaryDir();
    const installerPath = join(dir, 'built');
    writeFileSync(installerPath, '#!/bin/sh\n', { mode: 0o600 });
    const { make, list } = await place(await debBuild(), { installerPath });
    const made = await make();
    expect(list()).toContain('pigsty-install-x86_64');
    expect(statSync(made.installerPath ?? '').mode & 0o777).toBe(0o755);
    expect(made.index.installer?.sizeBytes).toBe(10);
  });

  it('has no installer where none was built', async () => {
    const made = await (await place(await debBuild(), { installerPath: '/nonexistent/pigsty-install' })).make();
    expect([made.index.installer, made.installerPath]).toEqual([null, null]);
  });
});

describe('a store that is full', () => {
  it.each([
    ['DEB', debBuild],
    ['RPM whose upstream signs packages', elBuild],
  ])('is enough, of %s: nobody is asked where upstreams are, and nothing over the network', async (_, start) => {
    const build = await start();
    const made = await (await place(build)).make();
    expect(build.upstreamsAsked()).toBe(1);
    const later = await toyDownloader({ store: build.store, offline: true });
    const again = await place({ ...build, ...later }, { findUpstreams: neverAsked });
    expect((await again.make()).bundle?.sha256).toBe(made.bundle?.sha256);
  });
});

describe('a damaged package of the store', () => {
  it.each([
    ['DEB', debBuild, 'hello_1.0_all.deb', false],
    ['DEB, looked into before,', debBuild, 'hello_1.0_all.deb', true],
    ['RPM', elBuild, 'hello-1.0-1.el9.x86_64.rpm', false],
    ['RPM, looked into before,', elBuild, 'hello-1.0-1.el9.x86_64.rpm', true],
  ])('of %s is downloaded again and named', async (_, start, file, isKnown) => {
    const build = await start();
    const sound = await (await place(build)).make();
    damage(build, 'hello');
    if (!isKnown) rmSync(join(build.store.dir, 'derived'), { recursive: true });
    // Another process: it remembers no directory it made.
    const later = await toyDownloader({ store: await openStore(build.store.dir) });
    const { make } = await place({ ...build, ...later });
    expect((await make()).bundle?.sha256).toBe(sound.bundle?.sha256);
    expect(later.warnings()).toEqual([`STORE_DAMAGED: the store ${build.store.dir} had 1 damaged package, now downloaded again: ${file}`]);
  });

  it('that cannot be downloaded again ends the build, and leaves nothing', async () => {
    const build = await debBuild();
    await (await place(build)).make();
    damage(build, 'hello');
    build.mirror.files.delete('pool/hello_1.0_all.deb');
    const { make, list } = await place(build);
    await expect(make()).rejects.toMatchObject({ code: 'FETCH_NOT_FOUND' });
    expect(list()).toEqual([]);
    expect(build.warnings()).toHaveLength(1);
  });
});

describe('what goes wrong leaves nothing half-made', () => {
  const conflicting = [
    { name: 'hello', files: { '/usr/share/same': 'hello' } },
    { name: 'world', files: { '/usr/share/same': 'world' } },
  ];

  it.each<[string, () => Promise<ToyBuild>, (dir: string) => Promise<Partial<MakeInput>>, string]>([
    ['two packages with one file', () => debBuild({ packages: conflicting }), async () => ({}), 'FILE_CONFLICT'],
    ['an asset nothing would use', debBuild, unknownAsset, 'BUNDLE_INVALID'],
    ['an upstream nobody knows', debBuild, async () => ({ findUpstreams: async () => [] }), 'LOCK_INVALID'],
  ])('%s', async (_, start, moreIn, code) => {
    const build = await start();
    const { make, list, dir } = await place(build, await moreIn(await temporaryDir()));
    mkdirSync(join(dir, 'out'));
    writeFileSync(join(dir, 'out', `${NAME}.tgz`), 'the last good one');
    await expect(make()).rejects.toMatchObject({ code });
    expect(list()).toEqual([`${NAME}.tgz`]);
    expect(readFileSync(join(dir, 'out', `${NAME}.tgz`), 'utf8')).toBe('the last good one');
    // Nor is a sound store taken for damaged.
    expect(build.warnings()).toEqual([]);
  });

  it.each<[string, (dir: string) => Partial<MakeInput>]>([
    ['the tarball', (dir) => ({ outputDir: join(dir, 'file') })],
    ['the tree', (dir) => ({ outputDir: null, treeDir: join(dir, 'file', 'www') })],
  ])('a place that cannot be written to: of %s', async (_, moreIn) => {
    const dir = await temporaryDir();
    writeFileSync(join(dir, 'file'), '');
    const { make } = await place(await debBuild(), moreIn(dir));
    await expect(make()).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
    expect(readdirSync(dir)).toEqual(['file']);
  });

  it('an interruption', async () => {
    const build = await debBuild();
    const { make, list } = await place(build);
    build.abort.abort(new Error('told to'));
    await expect(make()).rejects.toThrow('told to');
    expect(list()).toEqual([]);
  });
});

async function unknownAsset(dir: string): Promise<Partial<MakeInput>> {
  mkdirSync(join(dir, 'dashboards'));
  writeFileSync(join(dir, 'dashboards', 'Node.JSON'), '{}');
  return { assetsDir: dir };
}
