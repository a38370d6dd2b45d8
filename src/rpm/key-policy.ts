/**
 * What the crypto policy of EL 9 and later would refuse of a key, so that it is said at build time and not on a host without network.
 * Spec: crypto-policies(7), policy DEFAULT: no SHA-1 and MD5 in signatures (a key's own included), no DSA, RSA from 2048 bits.
 */
import type { PublicKeys } from '../trust/keyring.ts';

const HASH_MD5 = 1;
const HASH_RIPEMD = 3;
const MIN_RSA_BITS = 2048;

/** The key material and self-signatures of one key, in the library's words. */
type Key = PublicKeys['keys'][number];

function materialWeakness(key: Key): string | null {
  const { algorithm, bits } = key.getAlgorithmInfo();
  if (algorithm === 'dsa') return 'it is a DSA key';
  return algorithm.startsWith('rsa') && bits !== undefined && bits < MIN_RSA_BITS ? `it is an RSA key of ${bits} bits` : null;
}

/** True when no user id is bound by a signature over a hash that still counts. */
function isBoundWeakly(key: Key): boolean {
  const bindings = key.users.flatMap((user) => user.selfCertifications);
  const isWeak = (hash: number | null): boolean => hash !== null && hash >= HASH_MD5 && hash <= HASH_RIPEMD;
  return bindings.length > 0 && bindings.every((binding) => isWeak(binding.hashAlgorithm));
}

/**
 * One sentence for each of the pinned keys that EL 9 and later refuse to import or to use. Empty when all are fine.
 *
 * @param fingerprints primary fingerprints, any case.
 */
export function keyWeaknesses(keyring: PublicKeys, fingerprints: readonly string[]): string[] {
  const wanted = new Set(fingerprints.map((fingerprint) => fingerprint.replaceAll(/\s/g, '').toUpperCase()));
  return keyring.keys.flatMap((key) => {
    const fingerprint = key.getFingerprint().toUpperCase();
    if (!wanted.has(fingerprint)) return [];
    const why = materialWeakness(key) ?? (isBoundWeakly(key) ? 'it is bound to its owner by SHA-1 signatures only' : null);
    return why === null ? [] : [`key ${fingerprint}: ${why}, which EL 9 and later refuse`];
  });
}
