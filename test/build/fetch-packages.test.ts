/** Every package of a lock into the store, from any mirror of its upstream. */
import { describe, expect, it } from 'vitest';
import { fetchPackages } from '../../src/build/fetch-packages.ts';
import { LOCAL_UPSTREAM } from '../../src/lock/lock.ts';
import { flipped } from '../lab/upstreams/toy-archive.ts';
import {
  debBuild,
  debUpstream,
  elBuild,
  elUpstream,
  neverAsked,
  toyDownloader,
  toyMirror,
  withPackage,
} from '../lab/upstreams/toy-build.ts';
import { locked } from '../lock/toy-lock.ts';

const HELLO = 'pool/hello_1.0_all.deb';

describe('fetching', () => {
  it.each([
    ['DEB', debBuild],
    ['RPM', elBuild],
  ])('brings every package of %s into the store, and asks once where upstreams are', async (_, make) => {
    const { lock, store, downloader, context, findUpstreams, upstreamsAsked, events } = await make();
    const files = await fetchPackages(lock, findUpstreams, downloader, context);
    expect([...files.keys()].sort()).toEqual(lock.packages.map(({ sha256 }) => sha256).sort());
    for (const [sha256, path] of files) expect([path, await store.verify(sha256)]).toEqual([store.pathOf(sha256), true]);
    expect(upstreamsAsked()).toBe(1);
    expect(events.at(-1)).toMatchObject({ phase: 'fetch', detail: expect.stringMatching(/^3 downloaded \(.*\), 0 already there$/) });
  });

  it('of a full store asks nobody anything', async () => {
    const { lock, store, findUpstreams, downloader, context, mirror } = await debBuild();
    await fetchPackages(lock, findUpstreams, downloader, context);
    const asked = mirror.seen.length;
    const later = await toyDownloader({ store, offline: true });
    expect((await fetchPackages(lock, neverAsked, later.downloader, later.context)).size).toBe(3);
    expect(mirror.seen).toHaveLength(asked);
    expect(later.events.at(-1)).toMatchObject({ phase: 'fetch', detail: '0 downloaded (0 B), 3 already there' });
  });

  it('asks only for what is missing', async () => {
    const { lock, findUpstreams, downloader, context, mirror } = await debBuild();
    const most = { ...lock, packages: lock.packages.filter(({ name }) => name !== 'hello') };
    await fetchPackages(most, findUpstreams, downloader, context);
    mirror.seen.length = 0;
    await fetchPackages(lock, findUpstreams, downloader, context);
    expect(mirror.seen).toEqual([HELLO]);
  });

  it.each([
    ['beside the upstream', 'sub', '../'],
    ['elsewhere', '', 'http://localhost:1/gone/'],
  ])('asks where a lock says that a package lies, then every mirror: %s', async (_where, below, base) => {
    const { lock, downloader, context, mirror } = await elBuild();
    const packages = lock.packages.map((locked) => ({ ...locked, base }));
    const upstream = await elUpstream(`${mirror.url}/${below}`);
    expect((await fetchPackages({ ...lock, packages }, async () => [upstream], downloader, context)).size).toBe(3);
  });

  it('goes on to the mirror that has a package as the lock says', async () => {
    const { lock, mirror } = await debBuild();
    const { downloader, context } = await toyDownloader();
    const bad = await toyMirror(
      new Map([...mirror.files].map(([path, bytes]) => [path, path.startsWith('pool/') ? flipped(bytes) : bytes])),
    );
    const upstream = await debUpstream(mirror.url, { urls: [bad.url, mirror.url] });
    expect((await fetchPackages(lock, async () => [upstream], downloader, context)).size).toBe(3);
    expect(bad.seen).toContain(HELLO);
  });
});

describe('what cannot be had', () => {
  it('is FETCH_NOT_FOUND with every name', async () => {
    const { lock, findUpstreams, downloader, context, mirror } = await debBuild();
    for (const path of [HELLO, 'pool/world_1.0_all.deb']) mirror.files.delete(path);
    await expect(fetchPackages(lock, findUpstreams, downloader, context)).rejects.toMatchObject({
      code: 'FETCH_NOT_FOUND',
      message: expect.stringMatching(/hello 1.0 \[toy\][\s\S]*world 1.0 \[toy\]/),
    });
  });

  it('is FETCH_DIGEST_MISMATCH where no mirror has what the lock says, and nothing of it stays', async () => {
    const { lock, findUpstreams, downloader, context, store } = await debBuild();
    const other = withPackage(lock, 'hello', { sha256: '0'.repeat(64) });
    await expect(fetchPackages(other, findUpstreams, downloader, context)).rejects.toMatchObject({ code: 'FETCH_DIGEST_MISMATCH' });
    expect(await store.has('0'.repeat(64))).toBe(false);
  });

  it('is LOCK_INVALID where the manifest does not have the upstreams, all of them named', async () => {
    const { lock, downloader, context } = await debBuild();
    const other = withPackage(withPackage(lock, 'hello', { upstream: 'here' }), 'world', { upstream: 'there' });
    await expect(fetchPackages(other, async () => [], downloader, context)).rejects.toMatchObject({
      code: 'LOCK_INVALID',
      message: 'the lock names upstreams the manifest does not have: here, toy, there',
    });
  });

  it('is FETCH_NOT_FOUND where packages were given as files and the store has them no more: nobody is asked', async () => {
    const { lock, downloader, context, mirror } = await debBuild();
    const asked = mirror.seen.length;
    const names = Array.from({ length: 12 }, (_, at) => `mine${String(at).padStart(2, '0')}`);
    const mine = names.map((name) => locked(name, '1', { upstream: LOCAL_UPSTREAM }));
    const failed = fetchPackages({ ...lock, packages: [...mine, ...lock.packages] }, neverAsked, downloader, context);
    await expect(failed).rejects.toMatchObject({
      code: 'FETCH_NOT_FOUND',
      message: expect.stringMatching(
        /^the store does not have mine00_1_amd64.deb, .*mine09_1_amd64.deb and 2 more, which were given as files$/,
      ),
      hint: expect.stringContaining('--package'),
      details: { files: mine.map(({ file }) => file) },
    });
    expect(mirror.seen).toHaveLength(asked);
  });

  it('is what the manifest’s own error says, when it cannot be read', async () => {
    const { lock, downloader, context } = await debBuild();
    await expect(fetchPackages(lock, neverAsked, downloader, context)).rejects.toThrow('nobody should ask');
  });
});
