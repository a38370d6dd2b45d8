/** What reading the root of an upstream's metadata has in common for both families: which mirror to go on with, and whose signature counts. */
import { AppError } from '../base/errors.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import { type PublicKeys, primaryFingerprints } from '../trust/keyring.ts';

/** URLs of one file on every mirror; empty parts of the path count for nothing. */
export function below(mirrors: readonly string[], ...parts: readonly string[]): string[] {
  const path = parts.filter((part) => part !== '').join('/');
  return mirrors.map((mirror) => `${mirror.replace(/\/+$/, '')}/${path}`);
}

/** The mirror that gave the root first, then the others, which may be older or newer. */
export function startingWith(mirrors: readonly string[], mirrorIndex: number): readonly string[] {
  return [...mirrors.slice(mirrorIndex), ...mirrors.slice(0, mirrorIndex)];
}

/** Primary fingerprints that may sign for `upstream`: the pinned ones, or whatever its keyring holds. */
export function trustedFingerprints({ trust }: ResolvedUpstream, keyring: PublicKeys): readonly string[] {
  return trust.pinned ? trust.fingerprints : primaryFingerprints(keyring);
}

/** What to throw when `--require-signatures` meets an upstream that signs nothing. */
export function unsignedRefused(upstream: ResolvedUpstream): AppError {
  return new AppError('SIGNATURE_MISSING', `upstream ${upstream.name} does not sign its metadata, and --require-signatures was given`, {
    hint: 'remove the upstream with an overlay (--manifest), or build without --require-signatures',
  });
}
