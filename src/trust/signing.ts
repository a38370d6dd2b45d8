/**
 * Our own signatures: `InRelease` (clear-signed), `Release.gpg`, `repomd.xml.asc` and `bundle.json.asc` (detached). The same key, bytes and
 * date give the same signature. Keys are RSA, because rpm of EL8 and every gpgv read RSA and not all of them read Ed25519.
 */
import type { PrivateKey } from 'openpgp';
import { AppError, messageOf } from '../base/errors.ts';
import { loadOpenpgp, SIGNING_CONFIG } from './load-openpgp.ts';

/** A private key that can sign at once. */
export interface SigningKey {
  readonly key: PrivateKey;
  /** Primary fingerprint, upper-case hex. */
  readonly fingerprint: string;
  /** Armored, for the bundle and the hosts' keyrings. */
  readonly publicKeyArmored: string;
}

/** What a new key shall be. */
export interface NewKey {
  readonly name: string;
  readonly email?: string;
  /** Creation time; signatures are never dated before it. */
  readonly nowSec: number;
  /** Default 4096. */
  readonly rsaBits?: number;
  /** Encrypts the private key when given. */
  readonly passphrase?: string;
}

/** Makes an RSA signing key without expiry. `privateKeyArmored` is the only copy: the caller writes it with mode 0600. */
export async function generateSigningKey(
  wanted: NewKey,
): Promise<{ readonly privateKeyArmored: string; readonly publicKeyArmored: string; readonly fingerprint: string }> {
  const openpgp = await loadOpenpgp();
  const { privateKey, publicKey } = await openpgp.generateKey({
    type: 'rsa',
    rsaBits: wanted.rsaBits ?? 4096,
    userIDs: [wanted.email === undefined ? { name: wanted.name } : { name: wanted.name, email: wanted.email }],
    date: new Date(wanted.nowSec * 1000),
    subkeys: [],
    format: 'object',
    config: SIGNING_CONFIG,
    ...(wanted.passphrase === undefined ? {} : { passphrase: wanted.passphrase }),
  });
  return {
    privateKeyArmored: privateKey.armor(),
    publicKeyArmored: publicKey.armor(),
    fingerprint: publicKey.getFingerprint().toUpperCase(),
  };
}

/**
 * Reads a private key, armored or binary, and unlocks it.
 *
 * @throws {AppError} `KEY_UNUSABLE` when it is none, is locked and `passphrase` is missing or wrong, or cannot sign.
 */
export async function readPrivateKey(
  bytes: Uint8Array,
  options: { readonly source: string; readonly passphrase?: string },
): Promise<SigningKey> {
  const openpgp = await loadOpenpgp();
  try {
    const isBinary = ((bytes[0] ?? 0) & 0x80) !== 0;
    const armoredKey = isBinary ? '' : Buffer.from(bytes).toString('latin1');
    const read = isBinary ? await openpgp.readPrivateKey({ binaryKey: bytes }) : await openpgp.readPrivateKey({ armoredKey });
    const key = await unlock(read, options);
    return { key, fingerprint: key.getFingerprint().toUpperCase(), publicKeyArmored: key.toPublic().armor() };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('KEY_UNUSABLE', `${options.source} is not a usable OpenPGP private key: ${messageOf(cause)}`, {
      cause,
      hint: 'make one with pigsty-bundle keygen, or export one with gpg --export-secret-keys --armor',
    });
  }
}

/**
 * Why nobody would take a signature of this key today, as a clause: revoked, expired, not for signing. Null when there is no such reason;
 * weakness is none.
 */
export async function signerFault({ key }: SigningKey, nowSec: number): Promise<string | null> {
  const { config } = await loadOpenpgp();
  const now = new Date(nowSec * 1000);
  if (await key.isRevoked(undefined, undefined, now)) return 'it is revoked';
  const end = await key.getExpirationTime();
  if (end instanceof Date && end <= now) return `it expired on ${end.toISOString().slice(0, 10)}`;
  try {
    await key.getSigningKey(undefined, now, undefined, { ...config, minRSABits: 0, rejectPublicKeyAlgorithms: new Set() });
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Armored detached signature over `bytes`, dated `dateSec` (but not before the key and its self-signatures were made).
 *
 * @throws {AppError} `KEY_UNUSABLE` when the key may not sign at that date.
 */
export async function signDetached(bytes: Uint8Array, signer: SigningKey, dateSec: number): Promise<string> {
  const openpgp = await loadOpenpgp();
  const message = await openpgp.createMessage({ binary: bytes });
  return sign(signer, () =>
    openpgp.sign({ message, signingKeys: signer.key, detached: true, date: signingDate(signer, dateSec), config: SIGNING_CONFIG }),
  );
}

/**
 * `text` as a clear-signed message (an InRelease file), dated as {@link signDetached} does. Line ends become `\n`. A final
 * newline is left out: the one before the signature is not part of the signed text, and readers put it back.
 *
 * @throws {AppError} `KEY_UNUSABLE` when the key may not sign at that date.
 */
export async function signCleartext(text: string, signer: SigningKey, dateSec: number): Promise<string> {
  const openpgp = await loadOpenpgp();
  const message = await openpgp.createCleartextMessage({ text: text.replace(/\n$/, '') });
  const signed = await sign(signer, () =>
    openpgp.sign({ message, signingKeys: signer.key, date: signingDate(signer, dateSec), config: SIGNING_CONFIG }),
  );
  return signed.replaceAll('\r\n', '\n');
}

async function unlock(key: PrivateKey, options: { readonly source: string; readonly passphrase?: string }): Promise<PrivateKey> {
  if (key.isDecrypted()) return key;
  if (options.passphrase === undefined) throw new AppError('KEY_UNUSABLE', `${options.source} is locked with a passphrase`);
  const openpgp = await loadOpenpgp();
  return openpgp.decryptKey({ privateKey: key, passphrase: options.passphrase });
}

/**
 * Not before the key was made, nor before its owner last said what it may do (prolonged it, gave it a subkey): a reader that knows only
 * that statement takes an earlier signature for one by a key that was not valid yet.
 */
function signingDate({ key }: SigningKey, dateSec: number): Date {
  const statements = [
    ...key.users.flatMap((user) => user.selfCertifications),
    ...key.subkeys.flatMap((subkey) => subkey.bindingSignatures),
  ];
  const dates = statements.map(({ created }) => created?.getTime() ?? 0);
  return new Date(Math.max(dateSec * 1000, key.getCreationTime().getTime(), ...dates));
}

async function sign(signer: SigningKey, make: () => Promise<string>): Promise<string> {
  try {
    return await make();
  } catch (cause) {
    throw new AppError('KEY_UNUSABLE', `key ${signer.fingerprint} cannot sign: ${messageOf(cause)}`, { cause });
  }
}
