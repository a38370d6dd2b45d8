import { constants, createHash, createPrivateKey, sign } from 'node:crypto';
import * as openpgp from 'openpgp';
import { beforeAll, describe, expect, it } from 'vitest';
import { cryptoPolicyOf } from '../../../src/rpm/package/key-policy.ts';
import { verifyRpm } from '../../../src/rpm/package/verify-rpm.ts';
import { type PublicKeys, parseKeyring } from '../../../src/trust/keyring.ts';
import { generateKey } from '../../support/generate-key.ts';
import { makeHeader } from '../../support/raw-rpm.ts';

const NOW_SEC = 1_700_000_000;
const HEADER = makeHeader([{ tag: 1000, type: 6, value: Buffer.from('app\0'), count: 1 }], {});

type SecretPacket = openpgp.SecretKeyPacket | openpgp.SecretSubkeyPacket;

let key: openpgp.PrivateKey;
let pinnedKey: openpgp.PublicKey;
let keyring: PublicKeys;
let fingerprint: string;

/** A file whose signature header holds only `signature`, as an attacker could write it too. */
function rpmWith(signature: Buffer, tag = 268, header = HEADER): Buffer {
  return rpmWithTags([{ tag, type: 7, value: signature, count: signature.length }], header);
}

function rpmWithTags(tags: Parameters<typeof makeHeader>[0], header = HEADER): Buffer {
  const lead = Buffer.alloc(96);
  lead.writeUInt32BE(0xedabeedb, 0);
  const signatures = makeHeader(tags, { region: false });
  return Buffer.concat([lead, signatures, Buffer.alloc((8 - (signatures.length % 8)) % 8), header]);
}

const policy = (major = 9) => ({ fingerprints: [fingerprint], crypto: cryptoPolicyOf(major), nowSec: NOW_SEC, what: 'app.rpm' });

/** A key as node:crypto wants it. */
function nodeKey(packet: SecretPacket) {
  const number = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  const text = (value: bigint): string =>
    Buffer.from(value.toString(16).padStart(2 * Math.ceil(value.toString(16).length / 2), '0'), 'hex').toString('base64url');
  const { n, e } = packet.publicParams as { n: Uint8Array; e: Uint8Array };
  const { d, p, q } = packet.privateParams as { d: Uint8Array; p: Uint8Array; q: Uint8Array };
  const power = (base: bigint, exponent: bigint, modulus: bigint): bigint => {
    let result = 1n;
    for (let b = base % modulus, x = exponent; x > 0n; x >>= 1n, b = (b * b) % modulus) if (x & 1n) result = (result * b) % modulus;
    return result;
  };
  const [P, Q, D] = [number(p), number(q), number(d)];
  const jwk = {
    n: text(number(n)),
    e: text(number(e)),
    d: text(D),
    p: text(P),
    q: text(Q),
    dp: text(D % (P - 1n)),
    dq: text(D % (Q - 1n)),
  };
  return createPrivateKey({ format: 'jwk', key: { kty: 'RSA', ...jwk, qi: text(power(Q, P - 2n, P)) } });
}

/** A version 3 signature packet over `data`, as Red Hat's build system writes it. */
function v3Packet(data: Buffer, hashName = 'sha256', hashNumber = 8, signer: SecretPacket = key.keyPacket as SecretPacket): Buffer {
  const trailer = Buffer.from([0, 0x65, 0x4f, 0xa0, 0x00]);
  const value = sign(hashName, Buffer.concat([data, trailer]), { key: nodeKey(signer), padding: constants.RSA_PKCS1_PADDING });
  const check = createHash(hashName).update(data).update(trailer).digest().subarray(0, 2);
  const keyId = Buffer.from(signer.getKeyID().toHex(), 'hex');
  const bits = Buffer.alloc(2);
  bits.writeUInt16BE(value.length * 8);
  const body = Buffer.concat([Buffer.from([3, 5]), trailer, keyId, Buffer.from([1, hashNumber]), check, bits, value]);
  const head = Buffer.alloc(3);
  head[0] = 0x89;
  head.writeUInt16BE(body.length, 1);
  return Buffer.concat([head, body]);
}

async function v4Packet(data: Buffer): Promise<Buffer> {
  const message = await openpgp.createMessage({ binary: data });
  const options = { message, signingKeys: key, detached: true, format: 'binary' as const, date: new Date((NOW_SEC - 100) * 1000) };
  return Buffer.from(await openpgp.sign(options));
}

beforeAll(async () => {
  const options = {
    type: 'rsa' as const,
    rsaBits: 2048,
    userIDs: [{ name: 'T', email: 't@example.test' }],
    date: new Date((NOW_SEC - 1000) * 1000),
  };
  const pair = await openpgp.generateKey({ ...options, format: 'object' });
  key = pair.privateKey;
  pinnedKey = pair.publicKey;
  keyring = await parseKeyring(Buffer.from(pair.publicKey.armor()));
  fingerprint = key.getFingerprint().toUpperCase();
});

describe('header signatures', () => {
  it('of version 4 are verified', async () => {
    expect(await verifyRpm(rpmWith(await v4Packet(HEADER)), keyring, policy())).toMatchObject({
      signedBy: fingerprint,
      signatures: ['V4 RSA/SHA-512'],
    });
  });

  it('of version 3 are verified', async () => {
    expect(await verifyRpm(rpmWith(v3Packet(HEADER)), keyring, policy())).toMatchObject({
      signedBy: fingerprint,
      signatures: ['V3 RSA/SHA-256'],
    });
  });

  it('of rpm 6, in Base64, are verified', async () => {
    const text = Buffer.from(`${(await v4Packet(HEADER)).toString('base64')}\0`);
    const bytes = rpmWithTags([{ tag: 278, type: 8, value: text, count: 1 }]);
    expect((await verifyRpm(bytes, keyring, policy())).signedBy).toBe(fingerprint);
  });

  it.each(['v3', 'v4'])('%s over another header are refused, even when all digests were taken away', async (version) => {
    const other = makeHeader([{ tag: 1000, type: 6, value: Buffer.from('evil\0'), count: 1 }], {});
    const bytes = rpmWith(version === 'v3' ? v3Packet(HEADER) : await v4Packet(HEADER), 268, other);
    await expect(verifyRpm(bytes, keyring, policy())).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  it.each(['v3', 'v4'])('%s by an unpinned key are refused', async (version) => {
    const { publicKey } = await generateKey({ rsaBits: 2048 });
    const pinned = { ...policy(), fingerprints: [publicKey.getFingerprint()] };
    const bytes = rpmWith(version === 'v3' ? v3Packet(HEADER) : await v4Packet(HEADER));
    const both = { keys: [...keyring.keys, publicKey] };
    await expect(verifyRpm(bytes, both, pinned)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
    await expect(verifyRpm(bytes, keyring, pinned)).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  });

  it('over SHA-1 are refused and told as weak', async () => {
    const bytes = rpmWith(v3Packet(HEADER, 'sha1', 2));
    await expect(verifyRpm(bytes, keyring, policy())).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      message: expect.stringContaining('SHA-1'),
    });
    expect((await verifyRpm(bytes, keyring, { ...policy(), fingerprints: [] })).weak.join()).toContain('EL 9');
  });

  it('over SHA-1 are what EL 8 takes, and told as weak', async () => {
    const bytes = rpmWith(v3Packet(HEADER, 'sha1', 2));
    const { signedBy, weak } = await verifyRpm(bytes, keyring, policy(8));
    expect(signedBy).toBe(fingerprint);
    expect(weak.join()).toContain('SHA-1 signatures are refused by EL 9 and later');
    await expect(verifyRpm(bytes, keyring, policy(10))).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  it('over MD5 nobody takes', async () => {
    await expect(verifyRpm(rpmWith(v3Packet(HEADER, 'md5', 1)), keyring, policy(8))).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  it('of algorithms newer than this program are named, unless there is another signature', async () => {
    const newer = Buffer.from([0xc2, 12, 6, 0, 30, 12, 0, 0, 0, 0, 0, 0, 0, 0]);
    await expect(verifyRpm(rpmWith(newer), keyring, policy(10))).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      message: 'app.rpm is signed with V6 algorithm 30/SHA3-256, which this program cannot verify, and with nothing else',
    });
    const both = [newer, await v4Packet(HEADER)].map((packet) => `${packet.toString('base64')}\0`).join('');
    expect((await verifyRpm(rpmWithTags([{ tag: 278, type: 8, value: Buffer.from(both), count: 2 }]), keyring, policy(10))).signedBy).toBe(
      fingerprint,
    );
  });

  it('of version 3 by a subkey that somebody else put into the keyring are refused', async () => {
    const stranger = await generateKey({ rsaBits: 2048 });
    const added = stranger.publicKey.toPacketList().filterByTag(openpgp.enums.packet.publicSubkey);
    const forged = await parseKeyring(Buffer.concat([pinnedKey.write(), added.write()]));
    expect(forged.keys.map((one) => one.getKeys().length)).toEqual([3]);
    const packet = v3Packet(HEADER, 'sha256', 8, stranger.privateKey.subkeys[0]!.keyPacket as SecretPacket);
    await expect(verifyRpm(rpmWith(packet), forged, policy())).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  });

  it('over header and payload only, as old rpm made them, are refused', async () => {
    await expect(verifyRpm(rpmWith(await v4Packet(HEADER), 1002), keyring, policy())).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  it('that are garbage count as none', async () => {
    await expect(verifyRpm(rpmWith(Buffer.from('garbage')), keyring, policy())).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' });
  });

  it('without digests of the payload are told to leave it uncovered', async () => {
    const { weak, digestsStrong } = await verifyRpm(rpmWith(await v4Packet(HEADER)), keyring, policy());
    expect(digestsStrong).toBe(false);
    expect(weak.join()).toContain('no digest of the payload');
  });
});

describe('payloads', () => {
  /** Of rpm 6: the digest alone, without its algorithm and without MD5. */
  async function package6(payload: string, digestOf: string): Promise<Buffer> {
    const hex = createHash('sha256').update(digestOf).digest('hex');
    const name = { tag: 1000, type: 6, value: Buffer.from('app\0'), count: 1 };
    const header = makeHeader([name, { tag: 5092, type: 8, value: Buffer.from(`${hex}\0`), count: 1 }], {});
    const text = Buffer.from(`${(await v4Packet(header)).toString('base64')}\0`);
    return Buffer.concat([rpmWithTags([{ tag: 278, type: 8, value: text, count: 1 }], header), Buffer.from(payload)]);
  }

  it('of rpm 6 are held against the digest in the signed header', async () => {
    const { signedBy, weak } = await verifyRpm(await package6('payload', 'payload'), keyring, policy(10));
    expect(signedBy).toBe(fingerprint);
    expect(weak.join()).not.toContain('no digest of the payload');
    await expect(verifyRpm(await package6('other', 'payload'), keyring, policy(10))).rejects.toMatchObject({
      code: 'PACKAGE_INVALID',
      message: expect.stringContaining('payload digest'),
    });
  });
});
