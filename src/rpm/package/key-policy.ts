/**
 * What rpm of each Enterprise Linux takes of keys and signatures, so that it is said at build time and not on a host without network.
 * Facts: crypto-policies(7), policy DEFAULT of EL 9 and 10 (no SHA-1 and MD5 in signatures, a key's own included; no DSA; RSA from 2048
 * bits), which rpm follows through OpenSSL on EL 9 and Sequoia on EL 10. rpm of EL 8 follows no policy. Only Sequoia knows EdDSA.
 */
import type { PublicKeys } from '../../trust/keyring.ts';
import type { Tolerance } from '../../trust/tolerance.ts';

const HASH_MD5 = 1;
const HASH_RIPEMD = 3;
const MIN_RSA_BITS = 2048;
/** The last release whose rpm takes weak signatures, and the first that knows EdDSA. */
const LAST_LENIENT = 8;
const FIRST_WITH_EDDSA = 10;

/** What one release takes. */
export interface CryptoPolicy {
  /** Major release: `9`. */
  readonly major: number;
  /** What rpm of this release takes although later ones do not. */
  readonly tolerance: Tolerance;
}

/** Why a release, or the next one, does not take a key. */
export interface KeyWeakness {
  /** Primary fingerprint, upper-case hex. */
  readonly fingerprint: string;
  /** `it is a DSA key, which EL 9 and later refuse` */
  readonly why: string;
  /** False for what only time brought about: such a weakness is told, but never written into a lock. */
  readonly isLasting: boolean;
  /** False when rpm of this very release takes the key: it is a later one that does not. */
  readonly isRefused: boolean;
}

/** The key material and self-signatures of one key, in the library's words. */
type Key = PublicKeys['keys'][number];

/** The policy of a major release. */
export function cryptoPolicyOf(major: number): CryptoPolicy {
  const isLenient = major <= LAST_LENIENT;
  return { major, tolerance: { sha1: isLenient, dsa: isLenient, minRsaBits: isLenient ? 1024 : MIN_RSA_BITS } };
}

/**
 * What is wrong with the pinned keys in the eyes of a release, in the order of the keyring: what it refuses, and what the next one will.
 * Empty when all are fine; keys that are not pinned do not count.
 *
 * @param fingerprints primary fingerprints, any case.
 */
export async function keyWeaknesses(
  keyring: PublicKeys,
  fingerprints: readonly string[],
  policy: CryptoPolicy,
  nowSec: number,
): Promise<KeyWeakness[]> {
  const wanted = new Set(fingerprints.map((fingerprint) => fingerprint.replaceAll(/\s/g, '').toUpperCase()));
  const found: KeyWeakness[] = [];
  for (const key of keyring.keys) {
    const fingerprint = key.getFingerprint().toUpperCase();
    // Two keyrings may both have it.
    if (!wanted.delete(fingerprint)) continue;
    const lasting = lastingWeakness(key, policy);
    if (lasting !== null) found.push({ fingerprint, ...lasting, isLasting: true });
    const expired = await expiryBefore(key, nowSec);
    if (expired !== null) {
      const why = `it expired on ${expired}; only what it signed before is accepted`;
      found.push({ fingerprint, why, isLasting: false, isRefused: true });
    }
  }
  return found;
}

function lastingWeakness(key: Key, { major }: CryptoPolicy): Pick<KeyWeakness, 'why' | 'isRefused'> | null {
  const refused = materialWeakness(key) ?? bindingWeakness(key);
  if (refused !== null) return { why: `${refused}, which EL ${LAST_LENIENT + 1} and later refuse`, isRefused: major > LAST_LENIENT };
  if (major >= FIRST_WITH_EDDSA || !/^ed/i.test(key.getAlgorithmInfo().algorithm)) return null;
  return { why: `it is an EdDSA key, which rpm before EL ${FIRST_WITH_EDDSA} does not know`, isRefused: true };
}

/** What of a key's numbers makes it too weak, as a clause. Null when they are strong enough. */
export function materialWeakness(key: Pick<Key, 'getAlgorithmInfo'>): string | null {
  const { algorithm, bits } = key.getAlgorithmInfo();
  if (algorithm === 'dsa') return 'it is a DSA key';
  return algorithm.startsWith('rsa') && bits !== undefined && bits < MIN_RSA_BITS ? `it is an RSA key of ${bits} bits` : null;
}

/** What of a key is held together by nothing but weak hashes, as a clause: one user id must be bound by better, and each subkey. */
export function bindingWeakness(key: Pick<Key, 'users' | 'subkeys'>): string | null {
  const isWeak = ({ hashAlgorithm }: { readonly hashAlgorithm: number | null }): boolean =>
    hashAlgorithm !== null && hashAlgorithm >= HASH_MD5 && hashAlgorithm <= HASH_RIPEMD;
  const own = key.users.flatMap((user) => user.selfCertifications);
  if (own.length > 0 && own.every(isWeak)) return 'it is bound to its owner by SHA-1 signatures only';
  const loose = key.subkeys.find(({ bindingSignatures }) => bindingSignatures.length > 0 && bindingSignatures.every(isWeak));
  return loose === undefined ? null : `its subkey ${loose.getKeyID().toHex().toUpperCase()} is bound to it by SHA-1 signatures only`;
}

/** The day a key expired, `2025-01-31`; null when it did not, or when it can say nothing for itself. */
async function expiryBefore(key: Key, nowSec: number): Promise<string | null> {
  const end = await key.getExpirationTime();
  return end instanceof Date && end.getTime() <= nowSec * 1000 ? end.toISOString().slice(0, 10) : null;
}
