/** What is known of the RPMs of a lock from themselves, and whether who had to sign them did. */
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fetchPackages } from '../../src/build/fetch-packages.ts';
import type { FindUpstreams } from '../../src/build/find-upstream.ts';
import { checkRpm, readRpmContents } from '../../src/build/read-rpm-contents.ts';
import type { Lock, LockedPackage } from '../../src/lock/lock.ts';
import { cryptoPolicyOf } from '../../src/rpm/package/key-policy.ts';
import { parseKeyring } from '../../src/trust/keyring.ts';
import { newToyKey, toyKey } from '../lab/upstreams/toy-archive.ts';
import { elBuild, KEY_PATH, neverAsked, TOY_NOW_SEC, toyDownloader, withPackage } from '../lab/upstreams/toy-build.ts';
import { headerStart, type ToyElOptions } from '../lab/upstreams/toy-el-upstream.ts';

const UNSIGNED = { mode: 'unsigned', packagesSigned: false, fingerprints: [], pinned: false, keyrings: [], keyUrls: [] } as const;

async function fetched(options: ToyElOptions = {}, upstream: Parameters<typeof elBuild>[1] = {}) {
  const build = await elBuild(options, upstream);
  const files = await fetchPackages(build.lock, build.findUpstreams, build.downloader, build.context);
  const read = (lock: Lock = build.lock, find: FindUpstreams = neverAsked) =>
    readRpmContents(lock, files, find, build.downloader, build.context);
  return { build, files, read };
}

const find = ({ packages }: Lock, wanted: string): LockedPackage => {
  const found = packages.find(({ name }) => name === wanted);
  if (found === undefined) throw new Error(`${wanted} is not in the lock`);
  return found;
};

describe('the contents of packages', () => {
  it('are their metadata, their files and who signed them', async () => {
    const { build, read } = await fetched();
    const contents = await read();
    expect(contents.size).toBe(3);
    expect(contents.get(find(build.lock, 'libgreet').sha256)).toMatchObject({
      pkg: { name: 'libgreet', version: '1.0' },
      files: [{ path: '/usr/share/libgreet/words' }],
      signedBy: (await toyKey()).fingerprint,
      weak: [],
      identities: [['/usr/share/libgreet/words', expect.any(String)]],
    });
    expect(build.events).toContainEqual(expect.objectContaining({ type: 'phase.end', phase: 'contents', detail: '3 packages, 3 signed' }));
  });

  it('need no signature of an upstream that signs none', async () => {
    const { build, read } = await fetched({}, { trust: UNSIGNED });
    expect([...(await read()).values()].map(({ signedBy }) => signedBy)).toEqual([null, null, null]);
    expect(build.mirror.seen).not.toContain(KEY_PATH);
  });

  it('are kept: a second time the packages are not opened', async () => {
    const { files, read } = await fetched();
    const first = await read();
    for (const path of files.values()) writeFileSync(path, 'not looked at');
    expect([...(await read()).keys()].sort()).toEqual([...first.keys()].sort());
  });

  it('that were kept unsigned do not pass for signed', async () => {
    const { build, read } = await fetched({ packageSigner: await newToyKey() }, { trust: UNSIGNED });
    await read();
    const trust = { kind: 'packages', fingerprint: (await toyKey()).fingerprint } as const;
    const strict = { ...build.lock, upstreams: build.lock.upstreams.map((one) => ({ ...one, trust })) };
    const upstreams = build.upstreams.map((one) => ({
      ...one,
      trust: {
        ...UNSIGNED,
        mode: 'signed-packages' as const,
        fingerprints: [trust.fingerprint],
        keyUrls: [`${build.mirror.url}/${KEY_PATH}`],
      },
    }));
    await expect(read(strict, async () => upstreams)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });
});

describe('the keys', () => {
  it('of the resolution are used, though nobody tells where the upstream is', async () => {
    const { build, read } = await fetched();
    await read();
    expect(build.mirror.seen.filter((path) => path === KEY_PATH)).toHaveLength(1);
  });

  it('kept in the store serve a later run without network', async () => {
    const { build, files } = await fetched();
    const later = await toyDownloader({ store: build.store, offline: true });
    const contents = await readRpmContents(build.lock, files, neverAsked, later.downloader, later.context);
    expect(contents.size).toBe(3);
  });

  it('that nobody kept are asked for where the manifest says', async () => {
    const { build, files } = await fetched();
    const later = await toyDownloader();
    const contents = await readRpmContents(build.lock, files, build.findUpstreams, later.downloader, later.context);
    expect([contents.size, build.mirror.seen.filter((path) => path === KEY_PATH).length]).toEqual([3, 2]);
  });

  it('of an upstream the manifest does not have: LOCK_INVALID', async () => {
    const { build, files } = await fetched();
    const later = await toyDownloader();
    const contents = readRpmContents(build.lock, files, async () => [], later.downloader, later.context);
    await expect(contents).rejects.toMatchObject({ code: 'LOCK_INVALID' });
  });
});

describe('a package', () => {
  it('signed by another key is SIGNATURE_INVALID with its name', async () => {
    const { read } = await fetched({ packageSigner: await newToyKey() });
    await expect(read()).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      message: expect.stringContaining('world-1.0-1.el9.x86_64.rpm [toy]'),
    });
  });

  it('altered after it was signed, as its upstream publishes it, is refused', async () => {
    const damage = (rpm: Buffer) => {
      const copy = Buffer.from(rpm);
      const at = headerStart(rpm) + 200;
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    };
    const { read } = await fetched({ damage });
    await expect(read()).rejects.toMatchObject({ code: expect.stringMatching(/^(?:PACKAGE_INVALID|SIGNATURE_INVALID)$/) });
  });

  it.each<[string, Partial<LockedPackage>]>([
    ['another name', { name: 'worl' }],
    ['another version', { version: '1.0-2.el9' }],
    ['another architecture', { arch: 'noarch' }],
  ])('that is not what the lock says (%s) is PACKAGE_INVALID, whether it was read before or not', async (_, change) => {
    const { build, read } = await fetched();
    const other = withPackage(build.lock, 'world', change);
    const refused = {
      code: 'PACKAGE_INVALID',
      message: expect.stringContaining("says it is world 1.0-1.el9 x86_64, its upstream's metadata says "),
    };
    await expect(read(other)).rejects.toMatchObject(refused);
    await read();
    await expect(read(other)).rejects.toMatchObject(refused);
  });

  it('that is another file than the lock names is PACKAGE_INVALID', async () => {
    const { build, files } = await fetched();
    const [hello, world] = [find(build.lock, 'hello'), find(build.lock, 'world')];
    const judgement = { crypto: cryptoPolicyOf(9), nowSec: TOY_NOW_SEC };
    const checked = checkRpm(files.get(hello.sha256) ?? '', world, null, judgement);
    await expect(checked).rejects.toMatchObject({
      code: 'PACKAGE_INVALID',
      message: expect.stringContaining('is not the file the lock names'),
    });
  });

  it('is checked against the keys it is given', async () => {
    const { build, files } = await fetched();
    const world = find(build.lock, 'world');
    const [key, other] = [await toyKey(), await newToyKey()];
    const judgement = { crypto: cryptoPolicyOf(9), nowSec: TOY_NOW_SEC };
    const trustOf = async (one: typeof key) => ({
      keyring: await parseKeyring(Buffer.from(one.publicKeyArmored)),
      fingerprints: [one.fingerprint],
    });
    const path = files.get(world.sha256) ?? '';
    expect((await checkRpm(path, world, await trustOf(key), judgement)).signedBy).toBe(key.fingerprint);
    await expect(checkRpm(path, world, await trustOf(other), judgement)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });
});
