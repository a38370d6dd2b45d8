/** How weak a signature may be and still count, and the settings of the `openpgp` library for it. By default nothing weak counts. */
import type { Config } from 'openpgp';
import { loadOpenpgp } from './load-openpgp.ts';

/** What is taken although its kind can be forged with effort. MD5 and RIPEMD never are. */
export interface Tolerance {
  /** Signatures over SHA-1. */
  readonly sha1: boolean;
  readonly dsa: boolean;
  /** Smallest RSA key. */
  readonly minRsaBits: number;
}

/** The library's settings for verifying with a tolerance. */
export async function verifyingConfig(tolerance?: Tolerance): Promise<Config> {
  const { config, enums } = await loadOpenpgp();
  // When an owner prolongs a key, its self-signature is newer than what the key signed before. Such signatures count if the key is valid
  // now.
  const base: Config = { ...config, allowInsecureVerificationWithReformattedKeys: true };
  if (tolerance === undefined) return base;
  const hashes = [enums.hash.md5, enums.hash.ripemd, ...(tolerance.sha1 ? [] : [enums.hash.sha1])];
  return {
    ...base,
    minRSABits: tolerance.minRsaBits,
    rejectMessageHashAlgorithms: new Set(hashes),
    rejectPublicKeyAlgorithms: new Set([enums.publicKey.elgamal, ...(tolerance.dsa ? [] : [enums.publicKey.dsa])]),
  };
}
