/** Keys that hosts would not take are refused before anything is downloaded. */
import * as openpgp from 'openpgp';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../src/base/events.ts';
import type { Distro } from '../../src/base/target.ts';
import { assertSignerTaken } from '../../src/build/assert-signer.ts';
import type { SigningKey } from '../../src/trust/signing.ts';
import { TOY_DATE_SEC, toyKey } from '../lab/upstreams/toy-archive.ts';
import { TOY_NOW_SEC } from '../lab/upstreams/toy-build.ts';
import { generateKey } from '../support/generate-key.ts';

const MADE = new Date((TOY_DATE_SEC - 86_400) * 1000);

function signerOf(key: openpgp.PrivateKey): SigningKey {
  return { key, fingerprint: key.getFingerprint().toUpperCase(), publicKeyArmored: key.toPublic().armor() };
}

async function judge(signer: SigningKey | null, distro: Distro, nowSec = TOY_NOW_SEC) {
  const events: Event[] = [];
  const context = { report: (event: Event) => void events.push(event), signal: new AbortController().signal, nowSec, nowMs: () => 0 };
  await assertSignerTaken(signer, distro, context);
  return events;
}

it('nothing is said of a sound key, or of none', async () => {
  expect(await judge(await toyKey(), 'el9')).toEqual([]);
  expect(await judge(null, 'el9')).toEqual([]);
});

describe('a key that would be refused', () => {
  const small = () => generateKey({ rsaBits: 1024, date: MADE, config: { minRSABits: 0 } });
  const ed25519 = () => openpgp.generateKey({ type: 'curve25519', userIDs: [{ name: 'T' }], date: MADE, format: 'object' });
  const version6 = () =>
    openpgp.generateKey({ type: 'curve25519', userIDs: [{ name: 'T' }], date: MADE, format: 'object', config: { v6Keys: true } });
  const expired = () => generateKey({ rsaBits: 2048, date: MADE, keyExpirationTime: 3600 });

  it.each<[string, () => Promise<{ privateKey: openpgp.PrivateKey }>, RegExp]>([
    ['too small', small, /1024/],
    ['of RFC 9580', ed25519, /its algorithm ed25519 is the one of RFC 9580, which GnuPG of d12 cannot read$/],
    ['of version 6', version6, /it is a key of OpenPGP version 6, which GnuPG of d12 cannot read$/],
    ['expired', expired, /it expired on 2026-01-01$/],
  ])('%s is KEY_UNUSABLE, with what to do', async (_, make, why) => {
    const signer = signerOf((await make()).privateKey);
    await expect(judge(signer, 'd12')).rejects.toMatchObject({
      code: 'KEY_UNUSABLE',
      message: expect.stringMatching(new RegExp(`^the key ${signer.fingerprint} of --sign would be refused on d12: .*${why.source}`)),
      hint: expect.stringContaining('keygen'),
    });
  });

  it('as not yet made is KEY_UNUSABLE too', async () => {
    await expect(judge(await toyKey(), 'd12', TOY_DATE_SEC - 2 * 86_400)).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  });
});

describe('a key that is bound by SHA-1', () => {
  const sha1 = async () => {
    const { privateKey } = await generateKey({ rsaBits: 2048, date: MADE });
    // What gpg of ten years ago wrote; the library itself no longer signs so.
    for (const { selfCertifications } of privateKey.users)
      for (const one of selfCertifications) one.hashAlgorithm = openpgp.enums.hash.sha1;
    return signerOf(privateKey);
  };

  it.each<Distro>(['el9', 'el10', 'd13', 'u26'])('is KEY_UNUSABLE on %s', async (distro) => {
    await expect(judge(await sha1(), distro)).rejects.toMatchObject({ code: 'KEY_UNUSABLE', hint: expect.stringContaining('SHA256') });
  });

  it.each<Distro>(['el8', 'd12', 'u24'])('is a warning on %s', async (distro) => {
    expect(await judge(await sha1(), distro)).toEqual([
      expect.objectContaining({ type: 'warning', code: 'WEAK_KEY', hint: expect.stringContaining('SHA256') }),
    ]);
  });
});
