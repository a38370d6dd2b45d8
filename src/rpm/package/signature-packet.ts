/**
 * Reads what an OpenPGP signature packet says of itself: version, algorithms, key. Spec: RFC 4880 §5.2 and RFC 9580. The `openpgp` library
 * verifies versions 4 and 6; it refuses version 3, which Red Hat's and CentOS' build systems still write, so that one is verified here.
 */
import { createPublicKey, verify } from 'node:crypto';
import type { Tolerance } from '../../trust/tolerance.ts';

/** One signature packet. */
export interface SignaturePacket {
  readonly version: number;
  /** OpenPGP numbers: 1–3 RSA, 17 DSA, 19 ECDSA, 22 EdDSA, 27 Ed25519. */
  readonly keyAlgorithm: number;
  /** OpenPGP numbers: 1 MD5, 2 SHA-1, 8 SHA-256, 9 SHA-384, 10 SHA-512. */
  readonly hashAlgorithm: number;
  /**
   * Version 3 only: issuer as 16 upper-case hex digits, its date, the five bytes that are hashed after the data, and the signature number.
   */
  readonly v3: { readonly keyId: string; readonly createdSec: number; readonly trailer: Buffer; readonly signature: Buffer } | null;
}

/** Body of the first packet of `bytes`; null unless it is a signature packet. */
function signatureBody(bytes: Buffer): Buffer | null {
  const head = bytes[0] ?? 0;
  const first = bytes[1] ?? 0;
  if ((head & 0x80) === 0) return null;
  if ((head & 0x40) !== 0) {
    if ((head & 0x3f) !== 2) return null;
    if (first < 192) return bytes.subarray(2, 2 + first);
    if (first < 224) return bytes.subarray(3, 3 + ((first - 192) << 8) + (bytes[2] ?? 0) + 192);
    return first === 255 && bytes.length >= 6 ? bytes.subarray(6, 6 + bytes.readUInt32BE(2)) : null;
  }
  if (((head >> 2) & 0x0f) !== 2) return null;
  if ((head & 3) === 0) return bytes.subarray(2, 2 + first);
  if ((head & 3) === 1 && bytes.length >= 3) return bytes.subarray(3, 3 + bytes.readUInt16BE(1));
  return (head & 3) === 2 && bytes.length >= 5 ? bytes.subarray(5, 5 + bytes.readUInt32BE(1)) : null;
}

/** The packet in `bytes`, or null when they are no signature packet of version 3, 4 or 6. */
export function parseSignaturePacket(bytes: Uint8Array): SignaturePacket | null {
  const body = signatureBody(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (body === null || body.length < 6) return null;
  const version = body[0] ?? 0;
  if (version === 4 || version === 6) return { version, keyAlgorithm: body[2] ?? 0, hashAlgorithm: body[3] ?? 0, v3: null };
  if (version !== 3 || body[1] !== 5 || body.length < 22) return null;
  return {
    version,
    keyAlgorithm: body[15] ?? 0,
    hashAlgorithm: body[16] ?? 0,
    // Behind the algorithms stand two check bytes and the bit length of the number.
    v3: {
      keyId: body.subarray(7, 15).toString('hex').toUpperCase(),
      createdSec: body.readUInt32BE(3),
      trailer: body.subarray(2, 7),
      signature: body.subarray(21),
    },
  };
}

const HASHES: Readonly<Record<number, string>> = { 2: 'sha1', 8: 'sha256', 9: 'sha384', 10: 'sha512', 11: 'sha224' };

/** True when a version 3 RSA signature by the key with modulus `n` and exponent `e` is over `data`. MD5 never verifies. */
export function verifyV3Rsa(packet: SignaturePacket, data: Uint8Array, n: Uint8Array, e: Uint8Array): boolean {
  const hash = HASHES[packet.hashAlgorithm];
  if (packet.v3 === null || hash === undefined || packet.keyAlgorithm > 3 || packet.v3.signature.length > n.length) return false;
  const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
  const key = createPublicKey({ key: { kty: 'RSA', n: base64(n), e: base64(e) }, format: 'jwk' });
  const padded = Buffer.concat([Buffer.alloc(n.length - packet.v3.signature.length), packet.v3.signature]);
  return verify(hash, Buffer.concat([data, packet.v3.trailer]), key, padded);
}

const KEY_ALGORITHMS: Readonly<Record<number, string>> = {
  ...{ 1: 'RSA', 2: 'RSA', 3: 'RSA', 17: 'DSA', 19: 'ECDSA', 22: 'EdDSA', 27: 'Ed25519', 28: 'Ed448' },
};
const HASH_NAMES: Readonly<Record<number, string>> = {
  ...{ 1: 'MD5', 2: 'SHA-1', 3: 'RIPEMD-160', 8: 'SHA-256', 9: 'SHA-384', 10: 'SHA-512', 11: 'SHA-224', 12: 'SHA3-256', 14: 'SHA3-512' },
};

/** `V4 RSA/SHA-256`, as rpm words it. */
export function formatSignaturePacket(packet: SignaturePacket): string {
  const key = KEY_ALGORITHMS[packet.keyAlgorithm] ?? `algorithm ${packet.keyAlgorithm}`;
  return `V${packet.version} ${key}/${HASH_NAMES[packet.hashAlgorithm] ?? `hash ${packet.hashAlgorithm}`}`;
}

const HASH_SHA1 = 2;
const LAST_WEAK_HASH = 3;
const DSA = 17;

/** Why the default crypto policy of EL 9 and later refuses a signature of this kind; null when it does not. */
export function signatureWeakness(packet: SignaturePacket): string | null {
  const { hashAlgorithm, keyAlgorithm } = packet;
  if (hashAlgorithm <= LAST_WEAK_HASH) return `${HASH_NAMES[hashAlgorithm] ?? 'its hash'} signatures are refused by EL 9 and later`;
  return keyAlgorithm === DSA ? 'DSA keys are refused by EL 9 and later' : null;
}

/** True when a signature of this kind counts: it is not weak, or only in a way that is tolerated. */
export function isTolerated({ hashAlgorithm, keyAlgorithm }: SignaturePacket, tolerance: Tolerance): boolean {
  if (hashAlgorithm <= LAST_WEAK_HASH && !(hashAlgorithm === HASH_SHA1 && tolerance.sha1)) return false;
  return keyAlgorithm !== DSA || tolerance.dsa;
}

/** True when this program has the algorithms to verify it: not so for what came after RFC 9580, and for DSA in version 3. */
export function isVerifiable({ version, keyAlgorithm, hashAlgorithm }: SignaturePacket): boolean {
  const isKnown = KEY_ALGORITHMS[keyAlgorithm] !== undefined && HASH_NAMES[hashAlgorithm] !== undefined;
  return isKnown && (version !== 3 || keyAlgorithm <= 3);
}
