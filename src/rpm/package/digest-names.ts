/** Digest names as RPM metadata and RPM headers write them. */
import type { DigestAlgorithm } from '../../base/digest.ts';

const BY_NAME: Readonly<Record<string, DigestAlgorithm>> = {
  sha256: 'sha256',
  sha512: 'sha512',
  sha384: 'sha384',
  sha224: 'sha224',
  sha: 'sha1',
  sha1: 'sha1',
};

/**
 * The algorithm of a `type` attribute in upper or lower case; null for those nobody should use (`md5`) and for unknown ones. `sha` is the
 * old name of SHA-1.
 */
export function digestAlgorithm(type: string): DigestAlgorithm | null {
  const name = type.toLowerCase();
  return Object.hasOwn(BY_NAME, name) ? (BY_NAME[name] ?? null) : null;
}

const BY_PGP_NUMBER: Readonly<Record<number, DigestAlgorithm>> = { 2: 'sha1', 8: 'sha256', 9: 'sha384', 10: 'sha512', 11: 'sha224' };

/** The algorithm of a number in an RPM header (OpenPGP's numbering, RFC 9580 §9.5); null for all others. */
export function digestAlgorithmOfPgp(number: number): DigestAlgorithm | null {
  return BY_PGP_NUMBER[number] ?? null;
}

/** True for digests that no longer prove anything: two files with the same SHA-1 can be made at a price. */
export function isWeakDigest(algorithm: DigestAlgorithm): boolean {
  return algorithm === 'sha1';
}
