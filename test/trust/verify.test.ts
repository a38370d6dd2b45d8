import * as openpgp from 'openpgp';
import { beforeAll, describe, expect, it } from 'vitest';
import { joinKeyrings, type PublicKeys, parseFingerprint, parseKeyring, primaryFingerprints } from '../../src/trust/keyring.ts';
import { generateSigningKey, readPrivateKey, type SigningKey, signCleartext, signDetached } from '../../src/trust/signing.ts';
import { type SignaturePolicy, verifyClearsigned, verifyDetached } from '../../src/trust/verify.ts';

const DAY_SEC = 86_400;
const BORN_SEC = 1_700_000_000;
const TEXT = 'Suite: stable\n- dashed line\nDescription: ünïcode  \n last';
const bytesOf = (text: string) => new TextEncoder().encode(text);

interface Party {
  readonly signer: SigningKey;
  readonly publicKeys: PublicKeys;
}

async function makeParty(name: string, passphrase?: string): Promise<Party> {
  const secret = passphrase === undefined ? {} : { passphrase };
  const made = await generateSigningKey({ name, email: `${name}@example.test`, nowSec: BORN_SEC, rsaBits: 2048, ...secret });
  const signer = await readPrivateKey(bytesOf(made.privateKeyArmored), { source: `${name}.asc`, ...secret });
  return { signer, publicKeys: await parseKeyring(bytesOf(made.publicKeyArmored)) };
}

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

  it('never dates a signature before the key was made', async () => {
    const signed = await signCleartext(TEXT, archive.signer, BORN_SEC - 300 * DAY_SEC);
    await expect(verifyClearsigned(bytesOf(signed), both, policy())).resolves.toMatchObject({ fingerprint: archive.signer.fingerprint });
  });

  it('is the same bytes each time it is signed at the same date', async () => {
    const first = await signCleartext(TEXT, archive.signer, BORN_SEC + DAY_SEC);
    expect(await signCleartext(TEXT, archive.signer, BORN_SEC + DAY_SEC)).toBe(first);
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

describe('a keyring', () => {
  it('may hold several armored blocks with text between them', async () => {
    const text = `archive key\n${archive.signer.publicKeyArmored}\n\nold key\n${stranger.signer.publicKeyArmored}`;
    const keyring = await parseKeyring(bytesOf(text));
    expect(primaryFingerprints(keyring)).toEqual([archive.signer.fingerprint, stranger.signer.fingerprint]);
  });

  it('may hold a block with a key this program cannot read beside others, but not alone', async () => {
    // Version 6, algorithm 30 (ML-DSA): as in the keys of Red Hat 10.
    const packet = Buffer.from([0xc6, 12, 6, 0, 0, 0, 0, 30, 0, 0, 0, 2, 1, 2]);
    const tomorrow = openpgp.armor(openpgp.enums.armor.publicKey, packet);
    const { keys } = await parseKeyring(Buffer.from(`${tomorrow}\n${archive.signer.publicKeyArmored}`));
    expect(keys.map((key) => key.getFingerprint().toUpperCase())).toEqual([archive.signer.fingerprint]);
    await expect(parseKeyring(Buffer.from(tomorrow))).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  });

  it('may be binary', async () => {
    const binary = Buffer.concat(both.keys.map((key) => key.write()));
    expect(primaryFingerprints(await parseKeyring(binary))).toEqual([archive.signer.fingerprint, stranger.signer.fingerprint]);
  });

  it.each([
    ['a web page', '<html><body>404</body></html>', /web page/],
    ['a keybox', '\0\0\0 \x01\x01\0\x02KBXf', /keybox/],
    ['nothing', '', /gpg --export/],
  ])('is refused when it is %s, with what to do', async (_case, text, hint) => {
    await expect(parseKeyring(Buffer.from(text, 'latin1'), 'https://example.test/key.asc')).rejects.toMatchObject({
      code: 'KEY_UNUSABLE',
      hint: expect.stringMatching(hint),
    });
  });

  it('is pinned by whole fingerprints only', () => {
    expect(() => parseFingerprint('B7C5D7D6350947F8')).toThrow(expect.objectContaining({ code: 'KEY_UNUSABLE' }));
    expect(parseFingerprint('0xb8b8 0b5b 623e ab6a d877 5c45 b7c5 d7d6 3509 47f8')).toBe('B8B80B5B623EAB6AD8775C45B7C5D7D6350947F8');
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
