/**
 * Signatures of repository metadata and packages against pinned keys. One good signature of one pinned key is enough (Debian signs an
 * InRelease with several). As apt with gpgv does: the key must be valid now, not only when it signed; MD5, RIPEMD and SHA-1 message digests
 * and keys below 2047 bits are refused; SHA-1 in a key's own self-signatures is tolerated, because the pin already identifies the key. For
 * packages, which stay as they were signed, a policy may ask for less.
 */
import type { Config, KeyID, PublicKey, Signature } from 'openpgp';
import { AppError, messageOf } from '../base/errors.ts';
import { assertOnlySignedBlock } from './clearsign.ts';
import { type PublicKeys, parseFingerprint } from './keyring.ts';
import { loadOpenpgp } from './load-openpgp.ts';
import { type Tolerance, verifyingConfig } from './tolerance.ts';

const MAX_CLEARSIGNED_BYTES = 64 << 20;

/** Who may sign, and when it is. */
export interface SignaturePolicy {
  /** Whole primary fingerprints, any case. At least one. A signing subkey of such a primary key counts too. */
  readonly fingerprints: readonly string[];
  readonly nowSec: number;
  /** URL or path of what is verified, for messages. */
  readonly what: string;
  /** Weak kinds of signatures that count all the same; none when left out. */
  readonly tolerance?: Tolerance;
  /**
   * When the key must be valid: `now` (the default) for what is signed anew all the time, `signing` for what was signed once, by a key that
   * may have expired since. A key that was revoked because it is in other hands never counts.
   */
  readonly validAt?: 'now' | 'signing';
}

/** What was signed and by whom. */
export interface VerifiedText {
  /** Only the signed text: no armor, dashes unescaped, line ends `\n`, trailing blanks removed. */
  readonly text: string;
  /** Primary fingerprint of the key, upper-case hex. */
  readonly fingerprint: string;
}

/**
 * Verifies a clear-signed message and returns the text that was signed.
 *
 * @throws {AppError} `SIGNATURE_MISSING`, `SIGNATURE_INVALID` (not by a pinned key, altered, text outside the block) or
 * `KEY_UNUSABLE` (pinned key absent, expired or revoked).
 */
export async function verifyClearsigned(bytes: Uint8Array, keyring: PublicKeys, policy: SignaturePolicy): Promise<VerifiedText> {
  if (bytes.length > MAX_CLEARSIGNED_BYTES) throw new AppError('SIGNATURE_INVALID', `${policy.what} is too large to be signed metadata`);
  const armored = decodeUtf8(bytes, policy.what);
  assertOnlySignedBlock(armored, policy.what);
  const openpgp = await loadOpenpgp();
  const pins = choosePinned(keyring, policy);
  try {
    const config = await verifyingConfig(policy.tolerance);
    const message = await openpgp.readCleartextMessage({ cleartextMessage: armored });
    const result = await openpgp.verify({ message, verificationKeys: pins.keys, date: new Date(policy.nowSec * 1000), config });
    return { text: result.data, fingerprint: await acceptedSigner(result.signatures, pins, { keyring, policy, config }) };
  } catch (cause) {
    throw asSignatureError(cause, policy.what);
  }
}

/**
 * Verifies a signature kept beside what it signs (`Release.gpg`, `repomd.xml.asc`), armored or binary.
 *
 * @returns primary fingerprint of the key that signed, upper-case hex.
 * @throws {AppError} as {@link verifyClearsigned}.
 */
export async function verifyDetached(
  bytes: Uint8Array,
  signature: Uint8Array,
  keyring: PublicKeys,
  policy: SignaturePolicy,
): Promise<{ readonly fingerprint: string }> {
  const openpgp = await loadOpenpgp();
  const pins = choosePinned(keyring, policy);
  try {
    const config = await verifyingConfig(policy.tolerance);
    const message = await openpgp.createMessage({ binary: bytes });
    const parsed = await parseSignature(signature);
    const date = new Date(policy.nowSec * 1000);
    const result = await openpgp.verify({ message, signature: parsed, verificationKeys: pins.keys, date, format: 'binary', config });
    return { fingerprint: await acceptedSigner(result.signatures, pins, { keyring, policy, config }) };
  } catch (cause) {
    throw asSignatureError(cause, policy.what);
  }
}

/** The part of the library's answer that is used. `verified` rejects with the reason. */
interface VerificationResult {
  readonly keyID: KeyID;
  readonly verified: Promise<true>;
}

interface PinnedKeys {
  readonly keys: PublicKey[];
  readonly fingerprints: readonly string[];
}

/** What is needed to decide whether a signature counts. */
interface VerifyContext {
  readonly keyring: PublicKeys;
  readonly policy: SignaturePolicy;
  readonly config: Config;
}

function choosePinned(keyring: PublicKeys, policy: SignaturePolicy): PinnedKeys {
  const fingerprints = policy.fingerprints.map(parseFingerprint);
  const keys = keyring.keys.filter((key) => fingerprints.includes(key.getFingerprint().toUpperCase()));
  if (keys.length > 0) return { keys, fingerprints };
  const present = keyring.keys.map((key) => key.getFingerprint().toUpperCase()).join(', ');
  throw new AppError('KEY_UNUSABLE', `no pinned key for ${policy.what}: pinned ${fingerprints.join(', ')}; the keyring has ${present}`, {
    hint: 'give a keyring that holds the pinned key, or correct the fingerprint in the manifest',
    details: { pinned: fingerprints },
  });
}

async function parseSignature(bytes: Uint8Array): Promise<Signature> {
  const openpgp = await loadOpenpgp();
  const isBinary = ((bytes[0] ?? 0) & 0x80) !== 0;
  if (isBinary) return openpgp.readSignature({ binarySignature: bytes });
  return openpgp.readSignature({ armoredSignature: Buffer.from(bytes).toString('latin1') });
}

/** Why one signature does not count. */
interface Refusal {
  readonly keyId: string;
  readonly why: string;
  /**
   * `unpinned`: somebody else's; `key`: ours but expired or revoked; `weak`: ours and too small to prove anything; `bad`: ours and wrong.
   */
  readonly kind: 'unpinned' | 'key' | 'weak' | 'bad';
}

async function acceptedSigner(signatures: readonly VerificationResult[], pins: PinnedKeys, context: VerifyContext): Promise<string> {
  const { policy, keyring } = context;
  if (signatures.length === 0) throw new AppError('SIGNATURE_MISSING', `${policy.what} holds no signature`);
  let accepted: string | undefined;
  const refusals: Refusal[] = [];
  for (const signature of signatures) {
    const key = pins.keys.find((candidate) => candidate.getKeys(signature.keyID).length > 0);
    const refusal = await refusalOf(signature, key, context);
    if (refusal === null && key !== undefined) accepted ??= key.getFingerprint().toUpperCase();
    else if (refusal !== null) refusals.push(refusal);
  }
  if (accepted !== undefined) return accepted;
  throw refusalError(refusals, pins, keyring, policy.what);
}

async function refusalOf(
  signature: VerificationResult,
  key: PublicKey | undefined,
  { policy, config }: VerifyContext,
): Promise<Refusal | null> {
  const keyId = signature.keyID.toHex().toUpperCase();
  // The library checks the key at the date of the signature; whether it is valid today too is checked below.
  const verdict = await signature.verified.then(
    () => null,
    (error: unknown) => messageOf(error),
  );
  if (key === undefined) return { keyId, why: 'is not of a pinned key', kind: 'unpinned' };
  if (verdict !== null) return { keyId, why: verdict, kind: kindOf(verdict) };
  if (policy.validAt === 'signing') return null;
  const why = await unusableAt(key, signature.keyID, policy.nowSec, config);
  return why === null ? null : { keyId, why, kind: 'key' };
}

function kindOf(verdict: string): Refusal['kind'] {
  if (/considered too weak/.test(verdict)) return 'weak';
  return /expired|revoked/i.test(verdict) ? 'key' : 'bad';
}

/**
 * Why a key, or its subkey with this id, may not sign at a date: expired, revoked, not bound to the primary key, not for signing. Null when
 * it may.
 */
async function unusableAt(key: PublicKey, keyId: KeyID, atSec: number, config: Config): Promise<string | null> {
  const at = new Date(atSec * 1000);
  try {
    await key.verifyPrimaryKey(at, undefined, config);
    await key.getSigningKey(keyId, at, undefined, config);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** A pinned key that may have made a signature, and the numbers of that key or of its subkey. */
export interface PinnedSigner {
  readonly fingerprint: string;
  readonly publicParams: object;
}

/**
 * The pinned key whose key id (16 hex digits) a signature names, for signatures this program verifies itself.
 *
 * @throws {AppError} `SIGNATURE_INVALID` when no pinned key has that id; `KEY_UNUSABLE` when it may not sign at `signedSec`.
 */
export async function findPinnedSigner(
  keyId: string,
  signedSec: number,
  keyring: PublicKeys,
  policy: SignaturePolicy,
): Promise<PinnedSigner> {
  const pins = choosePinned(keyring, policy);
  const config = await verifyingConfig(policy.tolerance);
  const wanted = keyId.toUpperCase();
  for (const key of pins.keys) {
    const signer = key.getKeys().find((candidate) => candidate.getKeyID().toHex().toUpperCase() === wanted);
    if (signer === undefined) continue;
    const then = await unusableAt(key, signer.getKeyID(), signedSec, config);
    // As the library does with `allowInsecureVerificationWithReformattedKeys`.
    const isRenewed = then !== null && /creation time is in the future/.test(then);
    const now = policy.validAt === 'signing' && !isRenewed ? null : await unusableAt(key, signer.getKeyID(), policy.nowSec, config);
    const why = (isRenewed ? null : then) ?? now;
    if (why !== null)
      throw refusalError([{ keyId: wanted, why, kind: kindOf(why) === 'weak' ? 'weak' : 'key' }], pins, keyring, policy.what);
    return { fingerprint: key.getFingerprint().toUpperCase(), publicParams: signer.keyPacket.publicParams as object };
  }
  throw refusalError([{ keyId: wanted, why: 'is not of a pinned key', kind: 'unpinned' }], pins, keyring, policy.what);
}

function refusalError(refusals: readonly Refusal[], pins: PinnedKeys, keyring: PublicKeys, what: string): AppError {
  const ours = refusals.filter((refusal) => refusal.kind !== 'unpinned');
  const told = (ours.length > 0 ? ours : refusals).map((refusal) => `signature of ${nameOf(refusal.keyId, keyring)}: ${refusal.why}`);
  const message = `${what} is not signed by a pinned key (${pins.fingerprints.join(', ')}): ${told.join('; ')}`;
  const details = { pinned: pins.fingerprints, signers: refusals.map((refusal) => refusal.keyId) };
  if (ours.some((refusal) => refusal.kind === 'bad')) {
    return new AppError('SIGNATURE_INVALID', message, {
      details,
      hint: 'the file was altered, cut short or mixed from two versions; try another mirror',
    });
  }
  if (ours.length > 0) {
    const isWeak = ours.some((refusal) => refusal.kind === 'weak');
    const hint = isWeak
      ? 'anybody may have made such a signature: ask the upstream to sign with a stronger key, and pin that one'
      : 'check the clock of this machine, then get the current version of the key';
    return new AppError('KEY_UNUSABLE', message, { details, hint });
  }
  return new AppError('SIGNATURE_INVALID', message, {
    details,
    hint: `apt would say NO_PUBKEY ${refusals.map(({ keyId }) => keyId).join(' ')}, dnf that the GPG check failed. If the upstream has a new key, or a mirror signs with its own (aptly, Nexus hosted, Pulp), compare its fingerprint with what is announced and name it in "keys" of an overlay (--manifest)`,
  });
}

function nameOf(keyId: string, keyring: PublicKeys): string {
  for (const key of keyring.keys) {
    const holdsIt = key.getKeyIDs().some((id) => id.toHex().toUpperCase() === keyId);
    if (holdsIt) return `${key.getFingerprint().toUpperCase()} <${key.getUserIDs()[0] ?? 'no user id'}>`;
  }
  return `key id ${keyId}`;
}

function asSignatureError(cause: unknown, what: string): AppError {
  if (cause instanceof AppError) return cause;
  return new AppError('SIGNATURE_INVALID', `the signature of ${what} cannot be read: ${messageOf(cause)}`, { cause });
}

function decodeUtf8(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new AppError('SIGNATURE_INVALID', `${what} is not UTF-8 text`, { cause });
  }
}
