/**
 * Public keys as upstreams publish them: armored (one or many blocks in a file) or binary. GnuPG's keybox format (`.kbx`) is not read.
 * A key is only known by its primary fingerprint; who may sign what is the caller's pin list, see `verify.ts`.
 */
import type { PublicKey } from 'openpgp';
import { AppError, messageOf } from '../base/errors.ts';
import { loadOpenpgp } from './load-openpgp.ts';

const MAX_KEYRING_BYTES = 8 << 20;
const BEGIN_KEY = '-----BEGIN PGP PUBLIC KEY BLOCK-----';
const END_KEY = '-----END PGP PUBLIC KEY BLOCK-----';

/** Keys that may be used to verify, in the order of the file. */
export interface PublicKeys {
  readonly keys: readonly PublicKey[];
}

/**
 * Reads every public key of `bytes`, armored or binary. Keys of versions or algorithms the library does not know are left out.
 *
 * @param source path or URL for messages.
 * @throws {AppError} `KEY_UNUSABLE` when nothing usable is in it.
 */
export async function parseKeyring(bytes: Uint8Array, source = 'keyring'): Promise<PublicKeys> {
  if (bytes.length > MAX_KEYRING_BYTES) {
    throw new AppError('KEY_UNUSABLE', `${source} is ${bytes.length} bytes, too large for a keyring`);
  }
  let keys: PublicKey[];
  try {
    keys = await readPublicKeys(bytes);
  } catch (cause) {
    throw new AppError('KEY_UNUSABLE', `${source} is not an OpenPGP keyring: ${messageOf(cause)}`, { cause, hint: keyringHint(bytes) });
  }
  if (keys.length === 0) throw new AppError('KEY_UNUSABLE', `${source} holds no OpenPGP public key`, { hint: keyringHint(bytes) });
  return { keys };
}

/** Several keyrings as one. */
export function joinKeyrings(keyrings: readonly PublicKeys[]): PublicKeys {
  return { keys: keyrings.flatMap((keyring) => keyring.keys) };
}

/** Primary fingerprints, upper-case hex, in the order of the keyring: what a person pins after having compared them. */
export function primaryFingerprints(keyring: PublicKeys): string[] {
  return keyring.keys.map((key) => key.getFingerprint().toUpperCase());
}

/** The primary key whose subkey has this fingerprint (upper-case hex), or null when none has. */
export function primaryOfSubkey(keyring: PublicKeys, fingerprint: string): string | null {
  const primary = keyring.keys.find((key) => key.getSubkeys().some((subkey) => subkey.getFingerprint().toUpperCase() === fingerprint));
  return primary?.getFingerprint().toUpperCase() ?? null;
}

/**
 * `0x1f89 9830…` → `1F899830…`.
 *
 * @throws {AppError} `KEY_UNUSABLE` for anything but a whole v4 (40 digits) or v6 (64 digits) fingerprint: short key ids can be forged.
 */
export function parseFingerprint(text: string): string {
  const hex = text.replace(/^0x/i, '').replace(/[\s:]/g, '').toUpperCase();
  if (/^(?:[0-9A-F]{40}|[0-9A-F]{64})$/.test(hex)) return hex;
  throw new AppError('KEY_UNUSABLE', `"${text}" is not a whole OpenPGP fingerprint`, {
    hint: 'give all 40 (or 64) hex digits, as printed by gpg --show-keys; key ids are too short to be safe',
  });
}

async function readPublicKeys(bytes: Uint8Array): Promise<PublicKey[]> {
  const openpgp = await loadOpenpgp();
  const isBinary = ((bytes[0] ?? 0) & 0x80) !== 0;
  if (isBinary) return (await openpgp.readKeys({ binaryKeys: bytes })).map((key) => key.toPublic());
  const keys: PublicKey[] = [];
  let unreadable: unknown;
  for (const armoredKeys of armoredBlocks(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'))) {
    try {
      for (const key of await openpgp.readKeys({ armoredKeys })) keys.push(key.toPublic());
    } catch (error) {
      // A block with a key of a kind this program does not know yet, as Red Hat 10 has one, must not make the others unusable. If it holds
      // the pinned key, that is noticed when a signature is verified.
      unreadable ??= error;
    }
  }
  if (keys.length === 0 && unreadable !== undefined) throw unreadable;
  return keys;
}

/** Every block, without the text between them. A block that does not end is left out. */
function armoredBlocks(text: string): string[] {
  const blocks: string[] = [];
  let begin = text.indexOf(BEGIN_KEY);
  while (begin !== -1) {
    const end = text.indexOf(END_KEY, begin);
    if (end === -1) break;
    blocks.push(text.slice(begin, end + END_KEY.length));
    begin = text.indexOf(BEGIN_KEY, end);
  }
  return blocks;
}

function keyringHint(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 64)).toString('latin1');
  if (start.includes('KBXf')) return 'this is a GnuPG keybox: export the keys with gpg --export';
  if (start.trimStart().startsWith('<')) return 'this looks like a web page: the URL does not serve a key any more';
  return 'expected a file as written by gpg --export or gpg --export --armor';
}
