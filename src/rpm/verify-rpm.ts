/**
 * Verifies an RPM as `rpmkeys --checksig` does: digests of header and payload, and the header signature against pinned keys. Spec:
 * https://rpm.org/docs/latest/manual/signatures_digests.html. Signatures over header and payload together (rpm before 4.14) are not used.
 */
import { createHash } from 'node:crypto';
import { AppError, isAppError } from '../base/errors.ts';
import type { PublicKeys } from '../trust/keyring.ts';
import { verifyDetached } from '../trust/verify.ts';
import type { ByteSource } from './bytes-source.ts';
import { type RpmContents, type RpmHeaders, readRpm } from './read-rpm.ts';
import { SIGNATURE_TAG, TAG } from './rpm-tags.ts';
import { formatSignaturePacket, parseSignaturePacket, type SignaturePacket, signatureWeakness, verifyV3Rsa } from './signature-packet.ts';

/** Who may have signed, and when it is. */
export interface RpmPolicy {
  /** Whole primary fingerprints. Empty: the upstream signs no packages, only digests are checked. */
  readonly fingerprints: readonly string[];
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
 * and there is none; `SIGNATURE_INVALID` when none is by a pinned key, or only in a way that proves nothing (SHA-1, MD5);
 * `KEY_UNUSABLE` when the pinned key is absent, expired or revoked.
 */
export async function verifyRpm(bytes: ByteSource, keyring: PublicKeys, policy: RpmPolicy): Promise<RpmVerification> {
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

/**
 * Verifies the header signature alone, from headers read before. Returns the primary fingerprint.
 *
 * @throws {AppError} as {@link verifyRpm}.
 */
export async function verifyRpmHeaders(headers: RpmHeaders, keyring: PublicKeys, policy: RpmPolicy): Promise<string> {
  return verifyHeaderSignature(headers, findSignatures(headers), keyring, policy);
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
  for (const found of signatures) {
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
  const isLegacy = signature.has(SIGNATURE_TAG.pgp) || signature.has(SIGNATURE_TAG.gpg);
  if (isLegacy)
    return new AppError('SIGNATURE_INVALID', `${what} is signed only in the way of rpm before 4.14, which EL 9 and later refuse`);
  return new AppError('SIGNATURE_MISSING', `${what} is not signed, but its upstream signs packages`, {
    hint: 'the package may have been replaced; if the upstream stopped signing, remove the key from the manifest',
  });
}

async function verifyOne(headers: RpmHeaders, found: FoundSignature, keyring: PublicKeys, policy: RpmPolicy): Promise<string> {
  const { bytes } = headers.header;
  const weakness = signatureWeakness(found.packet);
  if (weakness !== null)
    throw new AppError('SIGNATURE_INVALID', `${policy.what} is signed with ${formatSignaturePacket(found.packet)}: ${weakness}`);
  if (found.packet.version === 3) return verifyV3(bytes, found.packet, keyring, policy);
  const { fingerprint } = await verifyDetached(bytes, found.bytes, keyring, policy);
  return fingerprint;
}

async function verifyV3(bytes: Uint8Array, packet: SignaturePacket, keyring: PublicKeys, policy: RpmPolicy): Promise<string> {
  const wanted = policy.fingerprints.map((fingerprint) => fingerprint.replaceAll(/\s/g, '').toUpperCase());
  const keyId = packet.v3?.keyId ?? '';
  for (const key of keyring.keys) {
    const fingerprint = key.getFingerprint().toUpperCase();
    const signer = key.getKeys().find((candidate) => candidate.getKeyID().toHex().toUpperCase() === keyId);
    if (!wanted.includes(fingerprint) || signer === undefined) continue;
    const { n, e } = signer.keyPacket.publicParams as { n?: Uint8Array; e?: Uint8Array };
    if (n === undefined || e === undefined || !verifyV3Rsa(packet, bytes, n, e)) {
      throw new AppError('SIGNATURE_INVALID', `the signature of ${policy.what} by ${fingerprint} is wrong: it was altered`);
    }
    await key.verifyPrimaryKey(new Date(policy.nowSec * 1000)).catch((cause: unknown) => {
      throw new AppError('KEY_UNUSABLE', `the key ${fingerprint} of ${policy.what} is expired or revoked`, { cause });
    });
    return fingerprint;
  }
  throw new AppError('SIGNATURE_INVALID', `${policy.what} is signed by key id ${keyId}, not by a pinned key (${wanted.join(', ')})`);
}
