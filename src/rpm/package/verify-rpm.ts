/**
 * Verifies an RPM as `rpmkeys --checksig` does: digests of header and payload, and the header signature against pinned keys. Spec:
 * https://rpm.org/docs/latest/manual/signatures_digests.html. Signatures over header and payload together (rpm before 4.14) are not used.
 */
import { createHash } from 'node:crypto';
import { AppError, isAppError } from '../../base/errors.ts';
import type { PublicKeys } from '../../trust/keyring.ts';
import { findPinnedSigner, type SignaturePolicy, verifyDetached } from '../../trust/verify.ts';
import type { ByteChunks } from './byte-chunks.ts';
import type { CryptoPolicy } from './key-policy.ts';
import { type RpmContents, type RpmHeaders, readRpm } from './read-rpm.ts';
import { SIGNATURE_TAG, TAG } from './rpm-tags.ts';
import {
  formatSignaturePacket,
  isTolerated,
  isVerifiable,
  parseSignaturePacket,
  type SignaturePacket,
  signatureWeakness,
  verifyV3Rsa,
} from './signature-packet.ts';

/** Who may have signed, and when it is. */
export interface RpmPolicy {
  /** Whole primary fingerprints. Empty: the upstream signs no packages, only digests are checked. */
  readonly fingerprints: readonly string[];
  /** What rpm of the target takes: where it refuses a signature, so do we. */
  readonly crypto: CryptoPolicy;
  readonly nowSec: number;
  /** Path or URL for messages. */
  readonly what: string;
}

/** What was proved of an RPM. */
export interface RpmVerification {
  readonly contents: RpmContents;
  /** Primary fingerprint of the key that signed the header; null when no key was asked for. */
  readonly signedBy: string | null;
  /** Every header signature the file carries: `V4 RSA/SHA-256`. */
  readonly signatures: readonly string[];
  /** True when header and payload are each covered by a digest of SHA-256 or better that matched. */
  readonly digestsStrong: boolean;
  /** What the crypto policy of EL 9 and later would not accept, as sentences. */
  readonly weak: readonly string[];
}

interface FoundSignature {
  readonly bytes: Uint8Array;
  readonly packet: SignaturePacket;
}

/**
 * Verifies one RPM while reading it once.
 *
 * @throws {AppError} `PACKAGE_INVALID` when it is no sound RPM or a digest does not match; `SIGNATURE_MISSING` when a signature is wanted
 * and there is none; `SIGNATURE_INVALID` when none is by a pinned key, or only in a way that the target refuses (SHA-1, DSA) or this
 * program cannot verify; `KEY_UNUSABLE` when the pinned key is absent, had expired before it signed, or was revoked.
 */
export async function verifyRpm(bytes: ByteChunks, keyring: PublicKeys, policy: RpmPolicy): Promise<RpmVerification> {
  const contents = await readRpm(bytes, policy.what);
  const weak: string[] = [];
  const digestsStrong = checkDigests(contents, weak);
  const signatures = findSignatures(contents);
  const signedBy = policy.fingerprints.length === 0 ? null : await verifyHeaderSignature(contents, signatures, keyring, policy);
  for (const { packet } of signatures) {
    const weakness = signatureWeakness(packet);
    if (weakness !== null) weak.push(`${policy.what}: ${weakness}`);
  }
  return { contents, signedBy, signatures: signatures.map(({ packet }) => formatSignaturePacket(packet)), digestsStrong, weak };
}

function mismatch(what: string, which: string): AppError {
  return new AppError('PACKAGE_INVALID', `${what} was altered: its ${which} does not match`, {
    hint: 'download it again, or try another mirror',
  });
}

function checkDigests(rpm: RpmContents, weak: string[]): boolean {
  const { signature, header, source } = rpm;
  const size = signature.number(SIGNATURE_TAG.longSize) ?? signature.number(SIGNATURE_TAG.size);
  if (size !== null && size !== rpm.sizeBytes - rpm.headerStart) throw mismatch(source, 'size');
  const sha256 = signature.string(SIGNATURE_TAG.sha256Header);
  const sha1 = signature.string(SIGNATURE_TAG.sha1Header);
  const md5 = signature.binary(SIGNATURE_TAG.md5);
  if (sha256 !== '' && sha256 !== createHash('sha256').update(header.bytes).digest('hex'))
    throw mismatch(source, 'header digest (SHA-256)');
  if (sha1 !== '' && sha1 !== createHash('sha1').update(header.bytes).digest('hex')) throw mismatch(source, 'header digest (SHA-1)');
  if (md5 !== null && rpm.md5Hex !== null && Buffer.from(md5).toString('hex') !== rpm.md5Hex)
    throw mismatch(source, 'digest of header and payload (MD5)');
  // Of the announced digests only the first is over the payload as it lies in the file.
  if (rpm.payloadHex !== null && rpm.payloadHex !== header.string(TAG.payloadDigest)) throw mismatch(source, 'payload digest');
  if (rpm.payloadHex === null) weak.push(`${source}: its header holds no digest of the payload, so a header signature does not cover it`);
  if (sha256 === '') weak.push(`${source}: its header digest is SHA-1 or missing`);
  return rpm.payloadHex !== null && sha256 !== '';
}

function findSignatures({ signature }: RpmHeaders): FoundSignature[] {
  const binaries = [signature.binary(SIGNATURE_TAG.rsaHeader), signature.binary(SIGNATURE_TAG.dsaHeader)];
  const encoded = signature.strings(SIGNATURE_TAG.openpgp).map((text) => Buffer.from(text, 'base64'));
  return [...binaries, ...encoded].flatMap((bytes) => {
    const packet = bytes === null ? null : parseSignaturePacket(bytes);
    return bytes === null || packet === null ? [] : [{ bytes, packet }];
  });
}

async function verifyHeaderSignature(
  headers: RpmHeaders,
  signatures: readonly FoundSignature[],
  keyring: PublicKeys,
  policy: RpmPolicy,
): Promise<string> {
  if (signatures.length === 0) throw missing(headers, policy.what);
  let refusal: AppError | null = null;
  // A signature this program cannot verify is given as the reason only when there is no other.
  for (const found of signatures.toSorted((a, b) => Number(isVerifiable(b.packet)) - Number(isVerifiable(a.packet)))) {
    try {
      return await verifyOne(headers, found, keyring, policy);
    } catch (error) {
      if (!isAppError(error)) throw error;
      refusal ??= error;
    }
  }
  throw refusal ?? missing(headers, policy.what);
}

function missing({ signature }: RpmHeaders, what: string): AppError {
  if (signature.has(SIGNATURE_TAG.pgp) || signature.has(SIGNATURE_TAG.gpg)) {
    return new AppError('SIGNATURE_INVALID', `${what} is signed only over header and payload together, in the way of rpm before 4.14`, {
      hint: 'this program checks header signatures, as dnf does: ask the upstream to sign it anew with rpmsign --addsign',
    });
  }
  return new AppError('SIGNATURE_MISSING', `${what} is not signed, but its upstream signs packages`, {
    hint: 'the package may have been replaced; if the upstream stopped signing, remove the key from the manifest',
  });
}

async function verifyOne(headers: RpmHeaders, { packet, bytes }: FoundSignature, keyring: PublicKeys, policy: RpmPolicy): Promise<string> {
  const { crypto, what, nowSec, fingerprints } = policy;
  const kind = `${what} is signed with ${formatSignaturePacket(packet)}`;
  if (!isTolerated(packet, crypto.tolerance)) {
    throw new AppError('SIGNATURE_INVALID', `${kind}: ${signatureWeakness(packet)}`, {
      hint: 'ask the upstream to sign it anew, or take the package from another upstream with an overlay (--manifest)',
    });
  }
  if (!isVerifiable(packet)) {
    throw new AppError('SIGNATURE_INVALID', `${kind}, which this program cannot verify, and with nothing else`, {
      hint: 'use a newer pigsty-bundle, or take the package from another upstream with an overlay (--manifest)',
    });
  }
  const signing: SignaturePolicy = { fingerprints, nowSec, what, tolerance: crypto.tolerance, validAt: 'signing' };
  if (packet.v3 !== null) return verifyV3(headers.header.bytes, packet, packet.v3, keyring, signing);
  return (await verifyDetached(headers.header.bytes, bytes, keyring, signing)).fingerprint;
}

async function verifyV3(
  bytes: Uint8Array,
  packet: SignaturePacket,
  { keyId, createdSec }: NonNullable<SignaturePacket['v3']>,
  keyring: PublicKeys,
  policy: SignaturePolicy,
): Promise<string> {
  const { fingerprint, publicParams } = await findPinnedSigner(keyId, createdSec, keyring, policy);
  const { n, e } = publicParams as { n?: Uint8Array; e?: Uint8Array };
  if (n !== undefined && e !== undefined && verifyV3Rsa(packet, bytes, n, e)) return fingerprint;
  throw new AppError('SIGNATURE_INVALID', `the signature of ${policy.what} by ${fingerprint} is wrong: it was altered`, {
    hint: 'download it again, or try another mirror',
  });
}
