import { beforeAll, describe, expect, it } from 'vitest';
import { joinKeyrings, type PublicKeys } from '../../src/trust/keyring.ts';
import { signCleartext, signDetached } from '../../src/trust/signing.ts';
import { type SignaturePolicy, verifyClearsigned, verifyDetached } from '../../src/trust/verify.ts';
import { BORN_SEC, bytesOf, makeParty, type Party } from './make-party.ts';

const DAY_SEC = 86_400;
const TEXT = 'Suite: stable\n- dashed line\nDescription: ünïcode  \n last';

let archive: Party;
let stranger: Party;
let both: PublicKeys;

beforeAll(async () => {
  archive = await makeParty('archive');
  stranger = await makeParty('stranger');
  both = joinKeyrings([archive.publicKeys, stranger.publicKeys]);
});

function policy(changes: Partial<SignaturePolicy> = {}): SignaturePolicy {
  return {
    fingerprints: [archive.signer.fingerprint],
    nowSec: BORN_SEC + 10 * DAY_SEC,
    what: 'https://example.test/InRelease',
    ...changes,
  };
}

describe('a clear-signed file', () => {
  it('gives back the signed text and the primary fingerprint', async () => {
    const signed = await signCleartext(TEXT, archive.signer, BORN_SEC + DAY_SEC);
    const verified = await verifyClearsigned(bytesOf(signed), both, policy());
    expect(verified.fingerprint).toBe(archive.signer.fingerprint);
    expect(verified.text).toBe('Suite: stable\n- dashed line\nDescription: ünïcode\n last');
  });

  it('accepts pins in any case and with blanks', async () => {
    const signed = await signCleartext(TEXT, archive.signer, BORN_SEC);
    const spaced = archive.signer.fingerprint.toLowerCase().replace(/(....)/g, '$1 ');
    await expect(verifyClearsigned(bytesOf(signed), both, policy({ fingerprints: [spaced] }))).resolves.toBeDefined();
  });

  it('is refused when a key that is in the keyring but not pinned signed it, and both are named', async () => {
    const signed = await signCleartext(TEXT, stranger.signer, BORN_SEC);
    const failure = verifyClearsigned(bytesOf(signed), both, policy());
    await expect(failure).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    await expect(failure).rejects.toThrow(new RegExp(`${archive.signer.fingerprint}.*${stranger.signer.fingerprint}`));
  });

  it('is refused when the pinned key is not in the keyring', async () => {
    const signed = await signCleartext(TEXT, stranger.signer, BORN_SEC);
    await expect(verifyClearsigned(bytesOf(signed), stranger.publicKeys, policy())).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  });

  it.each([
    ['one changed letter', (s: string) => s.replace('stable', 'stabIe'), 'SIGNATURE_INVALID'],
    ['text before the block', (s: string) => `Suite: evil\n${s}`, 'SIGNATURE_INVALID'],
    ['text after the signature', (s: string) => `${s}Suite: evil\n`, 'SIGNATURE_INVALID'],
    ['a second block', (s: string) => s + s, 'SIGNATURE_INVALID'],
    ['text in the armor headers', (s: string) => s.replace('Hash: SHA512', 'Hash: SHA512\nSuite: evil'), 'SIGNATURE_INVALID'],
    ['a cut signature', (s: string) => s.slice(0, -200), 'SIGNATURE_INVALID'],
    ['an emptied signature', (s: string) => s.replace(/(SIGNATURE-----\n)[\s\S]*?(-----END)/, '$1\n$2'), 'SIGNATURE_INVALID'],
    ['no signature at all', () => TEXT, 'SIGNATURE_MISSING'],
    ['an empty file', () => '', 'SIGNATURE_MISSING'],
  ])('is refused with %s', async (_case, tamper, code) => {
    const signed = await signCleartext(TEXT, archive.signer, BORN_SEC);
    const tampered = tamper(signed);
    expect(tampered).not.toBe(signed);
    await expect(verifyClearsigned(bytesOf(tampered), both, policy())).rejects.toMatchObject({ code });
  });

  it('is refused while the clock says it was signed in the future', async () => {
    const signed = await signCleartext(TEXT, archive.signer, BORN_SEC + 20 * DAY_SEC);
    await expect(verifyClearsigned(bytesOf(signed), both, policy())).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });
});

describe('a detached signature', () => {
  const payload = new Uint8Array([0, 13, 10, 255, 45, 45]);

  it('verifies binary data', async () => {
    const signature = await signDetached(payload, archive.signer, BORN_SEC);
    const verified = await verifyDetached(payload, bytesOf(signature), both, policy());
    expect(verified.fingerprint).toBe(archive.signer.fingerprint);
  });

  it('is refused over other data', async () => {
    const signature = await signDetached(payload, archive.signer, BORN_SEC);
    const other = payload.with(0, 1);
    await expect(verifyDetached(other, bytesOf(signature), both, policy())).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  it.each([
    ['garbage', 'garbage'],
    ['nothing', ''],
  ])('is refused when it is %s', async (_case, signature) => {
    await expect(verifyDetached(payload, bytesOf(signature), both, policy())).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });
});
