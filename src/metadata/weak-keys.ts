/** Says at build time which keys of an EL upstream the target would refuse. */
import type { RunContext } from '../base/events.ts';
import { type CryptoPolicy, keyWeaknesses } from '../rpm/package/key-policy.ts';
import type { PublicKeys } from '../trust/keyring.ts';

/**
 * Reports one warning for each key of an upstream that the target refuses, and a note for each that only later releases refuse. Bundles are
 * not stopped by it: a host holds packages against the bundle's own metadata, not against this key.
 *
 * @returns what lasts, as sentences for the lock: `key FINGERPRINT: why`. Expiry is told, but depends on the day and is left out.
 */
export async function reportWeakKeys(
  upstream: string,
  { keyring, fingerprints }: { readonly keyring: PublicKeys; readonly fingerprints: readonly string[] },
  crypto: CryptoPolicy,
  context: RunContext,
): Promise<string[]> {
  const found = await keyWeaknesses(keyring, fingerprints, crypto, context.nowSec);
  for (const { fingerprint, why, isLasting, isRefused } of found) {
    const message = `upstream ${upstream}: key ${fingerprint}: ${why}`;
    if (isRefused) context.report({ type: 'warning', code: 'WEAK_KEY', message, hint: hintFor(upstream, isLasting) });
    else context.report({ type: 'note', message });
  }
  return found.flatMap(({ fingerprint, why, isLasting }) => (isLasting ? [`key ${fingerprint}: ${why}`] : []));
}

function hintFor(upstream: string, isLasting: boolean): string {
  if (!isLasting) return `if ${upstream} prolonged or replaced the key, get the present one`;
  return `the bundle installs all the same: hosts check its own metadata; but "rpm --import" of this key, and gpgcheck=1 with it, fail there. If ${upstream} publishes a newer key, pin it with an overlay (--manifest)`;
}
