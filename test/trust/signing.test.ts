import { beforeAll, describe, expect, it } from 'vitest';
import { generateSigningKey, readPrivateKey, signCleartext, signDetached, signerFault } from '../../src/trust/signing.ts';
import { verifyClearsigned, verifyDetached } from '../../src/trust/verify.ts';
import { generateKey } from '../support/generate-key.ts';
import { BORN_SEC, bytesOf, makeParty, type Party } from './make-party.ts';

const DAY_SEC = 86_400;
const TEXT = 'Suite: stable\nDescription: ünïcode\n';
let archive: Party;
const policy = () => ({ fingerprints: [archive.signer.fingerprint], nowSec: BORN_SEC + 10 * DAY_SEC, what: 'Release' });

beforeAll(async () => {
  archive = await makeParty('archive');
});

describe('a signature', () => {
  it('is never dated before the key was made', async () => {
    const early = BORN_SEC - 300 * DAY_SEC;
    const signed = await signCleartext(TEXT, archive.signer, early);
    await expect(verifyClearsigned(bytesOf(signed), archive.publicKeys, policy())).resolves.toMatchObject({
      fingerprint: archive.signer.fingerprint,
    });
    const detached = await signDetached(bytesOf(TEXT), archive.signer, early);
    await expect(verifyDetached(bytesOf(TEXT), bytesOf(detached), archive.publicKeys, policy())).resolves.toMatchObject({
      fingerprint: archive.signer.fingerprint,
    });
  });

  it('is the same bytes each time it is made at the same date, and others at another', async () => {
    const cleartext = await signCleartext(TEXT, archive.signer, BORN_SEC + DAY_SEC);
    expect(await signCleartext(TEXT, archive.signer, BORN_SEC + DAY_SEC)).toBe(cleartext);
    const detached = await signDetached(bytesOf(TEXT), archive.signer, BORN_SEC + DAY_SEC);
    expect(await signDetached(bytesOf(TEXT), archive.signer, BORN_SEC + DAY_SEC)).toBe(detached);
    expect(await signDetached(bytesOf(TEXT), archive.signer, BORN_SEC + 2 * DAY_SEC)).not.toBe(detached);
  });

  it('over text has no carriage returns and does not sign the last line end', async () => {
    const signed = await signCleartext(TEXT, archive.signer, BORN_SEC);
    expect(signed).not.toContain('\r');
    expect((await verifyClearsigned(bytesOf(signed), archive.publicKeys, policy())).text).toBe(TEXT.trimEnd());
  });
});

describe('a private key', () => {
  it('locked with a passphrase needs the right one', async () => {
    const made = await generateSigningKey({ name: 'locked', nowSec: BORN_SEC, rsaBits: 2048, passphrase: 'right' });
    const bytes = bytesOf(made.privateKeyArmored);
    await expect(readPrivateKey(bytes, { source: 'k.asc' })).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
    await expect(readPrivateKey(bytes, { source: 'k.asc', passphrase: 'wrong' })).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
    const signer = await readPrivateKey(bytes, { source: 'k.asc', passphrase: 'right' });
    expect(signer.fingerprint).toBe(made.fingerprint);
  });
});

describe('signerFault', () => {
  async function signerOf(keyExpirationTime: number) {
    const { privateKey } = await generateKey({ rsaBits: 2048, date: new Date(BORN_SEC * 1000), keyExpirationTime });
    return readPrivateKey(bytesOf(privateKey.armor()), { source: 'k.asc' });
  }

  it('is null for a key that may sign', async () => {
    expect(await signerFault(archive.signer, BORN_SEC + DAY_SEC)).toBeNull();
  });

  it('says when the key expired', async () => {
    const signer = await signerOf(DAY_SEC);
    expect(await signerFault(signer, BORN_SEC + DAY_SEC / 2)).toBeNull();
    expect(await signerFault(signer, BORN_SEC + 2 * DAY_SEC)).toBe('it expired on 2023-11-15');
  });
});

it('reads nothing from what is no private key', async () => {
  await expect(readPrivateKey(bytesOf(archive.signer.publicKeyArmored), { source: 'k.asc' })).rejects.toMatchObject({
    code: 'KEY_UNUSABLE',
    message: expect.stringContaining('k.asc'),
  });
});
