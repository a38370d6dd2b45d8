import * as openpgp from 'openpgp';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  joinKeyrings,
  type PublicKeys,
  parseFingerprint,
  parseKeyring,
  primaryFingerprints,
  primaryOfSubkey,
} from '../../src/trust/keyring.ts';
import { bytesOf, makeParty, type Party } from './make-party.ts';

let archive: Party;
let stranger: Party;
let both: PublicKeys;

beforeAll(async () => {
  archive = await makeParty('archive');
  stranger = await makeParty('stranger');
  both = joinKeyrings([archive.publicKeys, stranger.publicKeys]);
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

it('knows whose subkey a fingerprint is', async () => {
  const { publicKey } = await openpgp.generateKey({ userIDs: [{ name: 'x' }], subkeys: [{ sign: true }], format: 'object' });
  const keyring = { keys: [archive.publicKeys.keys[0], publicKey].filter((key) => key !== undefined) };
  const subkey = publicKey.getSubkeys()[0]?.getFingerprint().toUpperCase() ?? '';
  expect(primaryOfSubkey(keyring, subkey)).toBe(publicKey.getFingerprint().toUpperCase());
  expect(primaryOfSubkey(keyring, archive.signer.fingerprint)).toBeNull();
});
