/** A root is verified once as long as nothing it hangs on is another. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Downloader } from '../../src/metadata/downloader.ts';
import { type StampInput, type VerifiedRoot, withTrustStamp } from '../../src/metadata/trust-stamp.ts';
import { newToyKey, toyKey } from '../lab/upstreams/toy-archive.ts';
import { debUpstream, toyDownloader, toyMirror } from '../lab/upstreams/toy-build.ts';
import { temporaryDir } from '../support/fetch-lab.ts';

const VERIFIED: VerifiedRoot = { trust: { kind: 'signed', fingerprint: 'F'.repeat(40) }, text: 'Suite: toy\n' };

/** An upstream whose key is in a file, and how often its root was verified. */
async function bench() {
  const { downloader, context, events } = await toyDownloader();
  const key = join(await temporaryDir(), 'key.asc');
  writeFileSync(key, (await toyKey()).publicKeyArmored);
  const mirror = await toyMirror(new Map());
  const upstream = await debUpstream(mirror.url);
  const trust = { ...upstream.trust, keyrings: [key], keyUrls: [] };
  let verified = 0;
  const verify = async (more: Partial<StampInput> = {}) => {
    // Every run is a process of its own, with the store of the runs before.
    const { store, fetcher } = downloader;
    const fresh = new Downloader({ store, fetcher, baseUrlsOf: () => [] });
    const input = { upstream: { ...upstream, trust }, digests: ['a'], rules: 'deb', downloader: fresh, context, buildId: 'build', ...more };
    const root = await withTrustStamp(input, async (told) => {
      verified += 1;
      await fresh.keys.of(input.upstream, null, told);
      told.report({ type: 'warning', code: 'WEAK_KEY', message: 'an old key' });
      return VERIFIED;
    });
    return { root, verified };
  };
  return { verify, key, upstream, trust, context, events };
}

it('what was verified is not verified again', async () => {
  const { verify } = await bench();
  expect((await verify()).root).toMatchObject(VERIFIED);
  expect(await verify()).toMatchObject({ root: VERIFIED, verified: 1 });
});

it('what was said about keys is said again', async () => {
  const { verify, events } = await bench();
  await verify();
  await verify();
  expect(events.filter((event) => event.type === 'warning')).toHaveLength(2);
});

it('another root, signature, rule, day, build or trust is verified', async () => {
  const { verify, upstream, trust, context } = await bench();
  await verify();
  const others: Partial<StampInput>[] = [
    { digests: ['b'] },
    { digests: ['a', 'signature'] },
    { rules: 'el9' },
    { context: { ...context, nowSec: context.nowSec + 86_400 } },
    { buildId: 'other' },
    { upstream: { ...upstream, trust: { ...trust, packagesSigned: true } } },
  ];
  for (const [at, other] of others.entries()) expect((await verify(other)).verified).toBe(at + 2);
});

it('keys that changed where they lie are loaded, and the root is verified with them', async () => {
  const { verify, key } = await bench();
  await verify();
  const before = readFileSync(key);
  writeFileSync(key, `${before}\n${(await newToyKey()).publicKeyArmored}`);
  expect((await verify()).verified).toBe(2);
  writeFileSync(key, before);
  expect((await verify()).verified).toBe(3);
});

it('a key that was there and is gone is missed', async () => {
  const { verify, key, upstream, trust } = await bench();
  await verify();
  const gone = { upstream: { ...upstream, trust: { ...trust, keyrings: [`${key}.gone`] } } };
  await expect(verify(gone)).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
});

it('a failure is not remembered, and of a program that was not built nothing is', async () => {
  const { verify, upstream, context } = await bench();
  const { downloader } = await toyDownloader();
  const input = { upstream, digests: ['a'], rules: 'deb', downloader, context, buildId: 'build' };
  const failing = () => Promise.reject(new Error('forged'));
  await expect(withTrustStamp(input, failing)).rejects.toThrow('forged');
  await expect(withTrustStamp(input, failing)).rejects.toThrow('forged');
  await verify({ buildId: null });
  expect((await verify({ buildId: null })).verified).toBe(2);
});
