/** Keys are loaded once and kept, so that a lock can be packed again where its upstreams are out of reach. */
import { describe, expect, it } from 'vitest';
import type { LockedUpstream, UpstreamTrust } from '../../src/lock/lock.ts';
import { Downloader } from '../../src/metadata/downloader.ts';
import { cryptoPolicyOf } from '../../src/rpm/package/key-policy.ts';
import { primaryFingerprints } from '../../src/trust/keyring.ts';
import { toyKey } from '../lab/upstreams/toy-archive.ts';
import { debUpstream, elUpstream, KEY_PATH, TOY_NOW_SEC, toyDownloader, toyMirror } from '../lab/upstreams/toy-build.ts';
import { generateKey } from '../support/generate-key.ts';

const EL9 = cryptoPolicyOf(9);
const never = async () => {
  throw new Error('nobody should ask where the upstream is');
};

function locked(trust: UpstreamTrust): LockedUpstream {
  return { name: 'toy', suite: '', rootSha256: 'a'.repeat(64), dateSec: 0, trust };
}

describe('keys of an upstream', () => {
  it('are the pinned ones, and asked for once however many steps need them', async () => {
    const mirror = await toyMirror(new Map());
    const { downloader, context } = await toyDownloader();
    const upstream = await elUpstream(mirror.url);
    const { fingerprint } = await toyKey();
    const [first, second] = await Promise.all([downloader.keys.of(upstream, EL9, context), downloader.keys.of(upstream, EL9, context)]);
    expect(first).toMatchObject({ fingerprints: [fingerprint], weak: [] });
    expect(second).toBe(first);
    const asLocked = await downloader.keys.ofLocked(locked({ kind: 'packages', fingerprint }), EL9, context, never);
    expect(asLocked).toBe(first);
    expect(mirror.seen).toEqual([KEY_PATH]);
  });

  it('are whatever there is where none is pinned', async () => {
    const mirror = await toyMirror(new Map());
    const { downloader, context } = await toyDownloader();
    const upstream = await elUpstream(mirror.url);
    const unpinned = { ...upstream, trust: { ...upstream.trust, pinned: false, fingerprints: [] } };
    expect((await downloader.keys.of(unpinned, EL9, context)).fingerprints).toEqual([(await toyKey()).fingerprint]);
  });

  it('that cannot be had are KEY_UNUSABLE', async () => {
    const mirror = await toyMirror(new Map());
    mirror.files.delete(KEY_PATH);
    const { downloader, context } = await toyDownloader();
    await expect(downloader.keys.of(await elUpstream(mirror.url), EL9, context)).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  });
});

describe('keys the store kept', () => {
  it.each<[string, (fingerprint: string) => UpstreamTrust]>([
    ['packages are signed', (fingerprint) => ({ kind: 'packages', fingerprint })],
    ['metadata and packages are signed', (fingerprint) => ({ kind: 'signed', fingerprint: 'F'.repeat(40), packageSigners: [fingerprint] })],
  ])('serve a lock without asking anybody, where %s', async (_, trustOf) => {
    const mirror = await toyMirror(new Map());
    const { downloader, context, store } = await toyDownloader();
    await downloader.keys.of(await elUpstream(mirror.url), EL9, context);
    const asked = mirror.seen.length;
    const later = await toyDownloader({ store, offline: true });
    const { fingerprint } = await toyKey();
    const { keyring, fingerprints } = await later.downloader.keys.ofLocked(locked(trustOf(fingerprint)), EL9, later.context, never);
    expect([primaryFingerprints(keyring), fingerprints]).toEqual([[fingerprint], [fingerprint]]);
    expect(mirror.seen).toHaveLength(asked);
  });

  it('are not those of another pin: then the upstream is looked for', async () => {
    const mirror = await toyMirror(new Map());
    const { downloader, context, store } = await toyDownloader();
    const upstream = await elUpstream(mirror.url);
    await downloader.keys.of(upstream, EL9, context);
    const later = await toyDownloader({ store });
    const trust = { kind: 'packages', fingerprint: (await toyKey()).fingerprint, others: ['E'.repeat(40)] } as const;
    let found = 0;
    const find = async () => {
      found += 1;
      return upstream;
    };
    for (let time = 0; time < 2; time += 1) await later.downloader.keys.ofLocked(locked(trust), EL9, later.context, find);
    expect(found).toBe(1);
    expect(mirror.seen).toEqual([KEY_PATH, KEY_PATH]);
  });

  it('are not kept for DEB, whose packages carry no signatures', async () => {
    const mirror = await toyMirror(new Map());
    const { downloader, context, store } = await toyDownloader();
    await downloader.keys.of(await debUpstream(mirror.url), null, context);
    const later = await toyDownloader({ store });
    const trust = { kind: 'packages', fingerprint: (await toyKey()).fingerprint } as const;
    const find = async () => {
      throw new Error('looked for');
    };
    await expect(later.downloader.keys.ofLocked(locked(trust), EL9, later.context, find)).rejects.toThrow('looked for');
  });
});

it('a weak key is told once, though resolving and packing both ask, and once more in a later run over the kept keys', async () => {
  const made = { rsaBits: 1024, date: new Date((TOY_NOW_SEC - 7200) * 1000), config: { minRSABits: 0 } };
  const { publicKey } = await generateKey(made);
  const fingerprint = publicKey.getFingerprint().toUpperCase();
  const mirror = await toyMirror(new Map());
  mirror.files.set(KEY_PATH, Buffer.from(publicKey.armor()));
  const upstream = await elUpstream(mirror.url);
  const weakUpstream = { ...upstream, trust: { ...upstream.trust, fingerprints: [fingerprint] } };
  const { downloader, context, store, warnings } = await toyDownloader();
  const { weak } = await downloader.keys.of(weakUpstream, EL9, context);
  const trust = { kind: 'packages', fingerprint } as const;
  await downloader.keys.ofLocked(locked(trust), EL9, context, never);
  expect(weak).toHaveLength(1);
  expect(warnings()).toEqual([expect.stringMatching(`^WEAK_KEY: upstream toy: key ${fingerprint}`)]);
  const later = await toyDownloader({ store, offline: true });
  for (let time = 0; time < 2; time += 1) await later.downloader.keys.ofLocked(locked(trust), EL9, later.context, never);
  expect(later.warnings()).toEqual(warnings());
});

it('two downloaders share nothing but the store', async () => {
  const mirror = await toyMirror(new Map());
  const { fetcher, store, context } = await toyDownloader();
  for (let run = 0; run < 2; run += 1) {
    const downloader = new Downloader({ store, fetcher, baseUrlsOf: ({ urls }) => urls });
    await downloader.keys.of(await elUpstream(mirror.url), EL9, context);
  }
  expect(mirror.seen).toEqual([KEY_PATH, KEY_PATH]);
});
