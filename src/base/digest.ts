/** Digests as the rest of the code passes them around: an algorithm name and lower-case hex. */

/** Algorithms that upstream metadata uses. `sha1` is accepted for reading old RPM metadata only and is reported as weak. */
export type DigestAlgorithm = 'sha256' | 'sha512' | 'sha384' | 'sha224' | 'sha1';

/** A content digest. `hex` is lower-case. */
export interface Digest {
  readonly algorithm: DigestAlgorithm;
  readonly hex: string;
}

const HEX_LENGTH: Readonly<Record<DigestAlgorithm, number>> = { sha1: 40, sha224: 56, sha256: 64, sha384: 96, sha512: 128 };

/** True when `hex` is lower-case hex of the right length for `algorithm`. */
export function isDigestHex(algorithm: DigestAlgorithm, hex: string): boolean {
  return hex.length === HEX_LENGTH[algorithm] && /^[0-9a-f]+$/.test(hex);
}
