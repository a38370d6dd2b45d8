/** Keys of upstreams, from files and over HTTP. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as openpgp from 'openpgp';
import { describe, expect, it } from 'vitest';
import type { ResolvedUpstream } from '../../src/config/manifest/distro-manifest.ts';
import { KeyLoader } from '../../src/metadata/key-loader.ts';
import { primaryFingerprints } from '../../src/trust/keyring.ts';
import { TOY_UPSTREAM } from '../lab/upstreams/deb-metadata.ts';
import { newToyKey, toyKey } from '../lab/upstreams/toy-archive.ts';
import { lab, mirror, temporaryDir } from '../support/fetch-lab.ts';
import { serve, status } from '../support/strict-server.ts';

function upstream(name: string, trust: Partial<ResolvedUpstream['trust']>): ResolvedUpstream {
  return { ...TOY_UPSTREAM, name, trust: { ...TOY_UPSTREAM.trust, mode: 'signed-metadata', pinned: true, ...trust } };
}

async function keyFile(armored: string, name = 'key.asc'): Promise<string> {
  const path = join(await temporaryDir(), name);
  writeFileSync(path, armored);
  return path;
}

describe('the keys of an upstream', () => {
  it('come from this machine without the network, when it has all that are pinned', async () => {
    const key = await toyKey();
    const { fetcher } = await lab({ offline: true });
    const keyrings = ['/nonexistent/keyring.gpg', await keyFile(key.publicKeyArmored)];
    const trust = { fingerprints: [key.fingerprint], keyrings, keyUrls: ['http://localhost:1/key.asc'] };
    expect(primaryFingerprints(await new KeyLoader(fetcher).keysFor(upstream('toy', trust)))).toEqual([key.fingerprint]);
  });

  it('are put together from several places', async () => {
    const [key, other] = [await toyKey(), await newToyKey()];
    const server = await mirror();
    server.plan('/key.asc', serve(Buffer.from(other.publicKeyArmored)));
    const { fetcher } = await lab();
    const fingerprints = [key.fingerprint, other.fingerprint];
    const trust = { fingerprints, keyrings: [await keyFile(key.publicKeyArmored)], keyUrls: [`${server.url}/key.asc`] };
    expect(primaryFingerprints(await new KeyLoader(fetcher).keysFor(upstream('toy', trust)))).toEqual(fingerprints);
  });

  it('may lack some that are pinned, as long as one is there', async () => {
    const key = await toyKey();
    const { fetcher } = await lab({ offline: true });
    const trust = { fingerprints: [key.fingerprint, 'F'.repeat(40)], keyrings: [await keyFile(key.publicKeyArmored)] };
    expect(primaryFingerprints(await new KeyLoader(fetcher).keysFor(upstream('toy', trust)))).toEqual([key.fingerprint]);
  });

  it('of an upstream without pins are whatever the first place has', async () => {
    const [key, other] = [await toyKey(), await newToyKey()];
    const { fetcher } = await lab({ offline: true });
    const keyrings = [await keyFile(key.publicKeyArmored), await keyFile(other.publicKeyArmored)];
    const keys = await new KeyLoader(fetcher).keysFor(upstream('toy', { fingerprints: [], pinned: false, keyrings }));
    expect(primaryFingerprints(keys)).toEqual([key.fingerprint]);
  });

  it('are asked for once, although two upstreams share the place', async () => {
    const key = await toyKey();
    const server = await mirror();
    server.plan('/key.asc', serve(Buffer.from(key.publicKeyArmored)));
    const { fetcher } = await lab();
    const loader = new KeyLoader(fetcher);
    const trust = { fingerprints: [key.fingerprint], keyUrls: [`${server.url}/key.asc`] };
    await Promise.all(['one', 'two'].map((name) => loader.keysFor(upstream(name, trust))));
    expect(server.seen).toEqual(['/key.asc']);
  });
});

describe('keys that cannot be had', () => {
  it('are KEY_UNUSABLE, with every place and what is wrong there', async () => {
    const other = await newToyKey();
    const server = await mirror();
    server.plan('/key.asc', status(404));
    const { fetcher } = await lab();
    const [foreign, noKey] = [await keyFile(other.publicKeyArmored), await keyFile('not a key', 'none.asc')];
    const trust = { fingerprints: ['A'.repeat(40)], keyrings: ['/nonexistent', foreign, noKey], keyUrls: [`${server.url}/key.asc`] };
    const failed = new KeyLoader(fetcher).keysFor(upstream('toy', trust));
    await expect(failed).rejects.toMatchObject({ code: 'KEY_UNUSABLE', hint: expect.stringContaining('A'.repeat(40)) });
    const message = await failed.then(String, (error: Error) => error.message);
    expect(message.split('\n')).toEqual([
      'no key of upstream toy could be found:',
      expect.stringMatching(/^ {2}\/nonexistent: ENOENT/),
      `  ${foreign}: has only ${other.fingerprint}`,
      expect.stringContaining(`  ${noKey}: `),
      expect.stringContaining(`  ${server.url}/key.asc: `),
    ]);
  });

  it('are told of every upstream that shares a place nobody could read', async () => {
    const { fetcher } = await lab({ offline: true });
    const loader = new KeyLoader(fetcher);
    const trust = { fingerprints: ['A'.repeat(40)], keyrings: ['/nonexistent/keyring.gpg'] };
    for (const name of ['one', 'two']) {
      await expect(loader.keysFor(upstream(name, trust))).rejects.toMatchObject({
        message: expect.stringContaining(`no key of upstream ${name} could be found:\n  /nonexistent/keyring.gpg: ENOENT`),
      });
    }
  });
});

it('a pin of the subkey that signs, as gpg --verify prints it, is told with the primary key to pin', async () => {
  const { publicKey } = await openpgp.generateKey({ userIDs: [{ name: 'x' }], subkeys: [{ sign: true }], format: 'object' });
  const { fetcher } = await lab({ offline: true });
  const [primary, subkey = ''] = [publicKey, publicKey.getSubkeys()[0]].map((key) => key?.getFingerprint().toUpperCase());
  const trust = { fingerprints: [subkey], keyrings: [await keyFile(publicKey.armor())] };
  await expect(new KeyLoader(fetcher).keysFor(upstream('toy', trust))).rejects.toMatchObject({
    code: 'KEY_UNUSABLE',
    hint: `${subkey} is a subkey of the primary key ${primary}: pin ${primary} in the manifest. A signature by a subkey of it counts`,
  });
});
