import { constants, createHash, createPrivateKey, sign } from 'node:crypto';
import * as openpgp from 'openpgp';
import { beforeAll, describe, expect, it } from 'vitest';
import { keyWeaknesses } from '../../src/rpm/key-policy.ts';
import { formatSignaturePacket, parseSignaturePacket, signatureWeakness } from '../../src/rpm/signature-packet.ts';
import { verifyRpm, verifyRpmHeaders } from '../../src/rpm/verify-rpm.ts';
import { type PublicKeys, parseKeyring } from '../../src/trust/keyring.ts';
import { makeHeader } from './raw-rpm.ts';

const NOW_SEC = 1_700_000_000;
const HEADER = makeHeader([{ tag: 1000, type: 6, value: Buffer.from('app\0'), count: 1 }], {});

let key: openpgp.PrivateKey;
let keyring: PublicKeys;
let fingerprint: string;

/** A file whose signature header holds only `signature`, as an attacker could write it too. */
function rpmWith(signature: Buffer, tag = 268, header = HEADER): Buffer {
  const lead = Buffer.alloc(96);
  lead.writeUInt32BE(0xedabeedb, 0);
  const signatures = makeHeader([{ tag, type: 7, value: signature, count: signature.length }], { region: false });
  return Buffer.concat([lead, signatures, Buffer.alloc((8 - (signatures.length % 8)) % 8), header]);
}

const policy = () => ({ fingerprints: [fingerprint], nowSec: NOW_SEC, what: 'app.rpm' });

/** The key as node:crypto wants it. */
function nodeKey() {
  const number = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  const text = (value: bigint): string =>
    Buffer.from(value.toString(16).padStart(2 * Math.ceil(value.toString(16).length / 2), '0'), 'hex').toString('base64url');
  const { n, e } = key.keyPacket.publicParams as { n: Uint8Array; e: Uint8Array };
  const { d, p, q } = (key.keyPacket as openpgp.SecretKeyPacket).privateParams as { d: Uint8Array; p: Uint8Array; q: Uint8Array };
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
function v3Packet(data: Buffer, hashName = 'sha256', hashNumber = 8): Buffer {
  const trailer = Buffer.from([0, 0x65, 0x4f, 0xa0, 0x00]);
  const value = sign(hashName, Buffer.concat([data, trailer]), { key: nodeKey(), padding: constants.RSA_PKCS1_PADDING });
  const check = createHash(hashName).update(data).update(trailer).digest().subarray(0, 2);
  const keyId = Buffer.from(key.getKeyID().toHex(), 'hex');
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
    const lead = Buffer.alloc(96);
    lead.writeUInt32BE(0xedabeedb, 0);
    const signatures = makeHeader([{ tag: 278, type: 8, value: text, count: 1 }], { region: false });
    const bytes = Buffer.concat([lead, signatures, Buffer.alloc((8 - (signatures.length % 8)) % 8), HEADER]);
    expect((await verifyRpm(bytes, keyring, policy())).signedBy).toBe(fingerprint);
  });

  it.each(['v3', 'v4'])('%s over another header are refused, even when all digests were taken away', async (version) => {
    const other = makeHeader([{ tag: 1000, type: 6, value: Buffer.from('evil\0'), count: 1 }], {});
    const bytes = rpmWith(version === 'v3' ? v3Packet(HEADER) : await v4Packet(HEADER), 268, other);
    await expect(verifyRpm(bytes, keyring, policy())).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  it('of version 3 by an unpinned key are refused', async () => {
    const pinned = { ...policy(), fingerprints: ['A'.repeat(40)] };
    await expect(verifyRpm(rpmWith(v3Packet(HEADER)), keyring, pinned)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  it('over SHA-1 are refused and told as weak', async () => {
    const bytes = rpmWith(v3Packet(HEADER, 'sha1', 2));
    await expect(verifyRpm(bytes, keyring, policy())).rejects.toMatchObject({
      code: 'SIGNATURE_INVALID',
      message: expect.stringContaining('SHA-1'),
    });
    expect((await verifyRpm(bytes, keyring, { ...policy(), fingerprints: [] })).weak.join()).toContain('EL 9');
  });

  it('over header and payload only, as old rpm made them, are refused', async () => {
    await expect(verifyRpm(rpmWith(await v4Packet(HEADER), 1002), keyring, policy())).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  it('that are garbage count as none', async () => {
    await expect(verifyRpm(rpmWith(Buffer.from('garbage')), keyring, policy())).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' });
  });

  it('without digests of the payload are told to leave it uncovered', async () => {
    const { weak, digestsStrong, contents } = await verifyRpm(rpmWith(await v4Packet(HEADER)), keyring, policy());
    expect(digestsStrong).toBe(false);
    expect(weak.join()).toContain('no digest of the payload');
    expect(await verifyRpmHeaders(contents, keyring, policy())).toBe(fingerprint);
  });
});

describe('signature packets', () => {
  it.each([
    ['DSA over SHA-256', [4, 0, 17, 8], 'V4 DSA/SHA-256', true],
    ['RSA over SHA-1', [4, 0, 1, 2], 'V4 RSA/SHA-1', true],
    ['RSA over SHA-256', [4, 0, 1, 8], 'V4 RSA/SHA-256', false],
    ['EdDSA over SHA-512', [4, 0, 22, 10], 'V4 EdDSA/SHA-512', false],
    ['version 6', [6, 0, 27, 10], 'V6 Ed25519/SHA-512', false],
  ])('%s', (_what, body, label, isWeak) => {
    const packet = parseSignaturePacket(Buffer.from([0xc2, 8, ...body, 0, 0, 0, 0]));
    expect(packet === null ? null : formatSignaturePacket(packet)).toBe(label);
    expect(packet === null ? null : signatureWeakness(packet) !== null).toBe(isWeak);
  });

  it.each([[[]], [[0x88]], [[0x89, 0xff, 0xff, 4]], [[0xc2, 255, 1]], [[0x99, 0, 8, 4, 0, 1, 8, 0, 0, 0, 0]]])('%j is none', (bytes) => {
    expect(parseSignaturePacket(Buffer.from(bytes))).toBeNull();
  });
});

describe('keys', () => {
  it('that EL 9 accepts are not mentioned', () => {
    expect(keyWeaknesses(keyring, [fingerprint.toLowerCase()])).toEqual([]);
  });

  it('that are too small or bound by SHA-1 are', async () => {
    const options = { type: 'rsa' as const, userIDs: [{ name: 'T' }], format: 'object' as const };
    const small = (await openpgp.generateKey({ ...options, rsaBits: 1024, config: { minRSABits: 1024 } })).publicKey;
    expect(keyWeaknesses({ keys: [small] }, [small.getFingerprint()])).toEqual([expect.stringContaining('1024 bits')]);
    const old = (await openpgp.generateKey({ ...options, rsaBits: 2048 })).publicKey;
    for (const user of old.users) for (const binding of user.selfCertifications) binding.hashAlgorithm = openpgp.enums.hash.sha1;
    expect(keyWeaknesses({ keys: [old] }, [old.getFingerprint()])).toEqual([expect.stringContaining('SHA-1')]);
    expect(keyWeaknesses({ keys: [old] }, [])).toEqual([]);
  });
});
