/** Says at build time which keys of an EL upstream the target would refuse. */

import type { CommandContext } from '../cli/program/command.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import { type CryptoPolicy, keyWeaknesses } from '../rpm/package/key-policy.ts';
import type { PublicKeys } from '../trust/keyring.ts';
import { trustedFingerprints } from './upstream-root.ts';

/**
 * Reports one warning for each key of an upstream that the target refuses, a note for one that only later releases refuse. Bundles are not stopped by it: a host holds packages against the bundle's own
 * metadata, not against this key.
 *
 * @returns what lasts, as sentences for the lock: `key FINGERPRINT: why`. Expiry is told, but depends on the day and is left out.
 */
export async function reportWeakKeys(
  upstream: ResolvedUpstream,
  keyring: PublicKeys,
  crypto: CryptoPolicy,
  context: CommandContext,
): Promise<string[]> {
  const found = await keyWeaknesses(keyring, trustedFingerprints(upstream, keyring), crypto, context.nowSec);
  for (const { fingerprint, why, isLasting, isRefused } of found) {
    const message = `upstream ${upstream.name}: key ${fingerprint}: ${why}`;
    if (!isRefused) {
      context.report({ type: 'note', message });
      continue;
    }
    context.report({
      type: 'warning',
      code: 'WEAK_KEY',
      message,
      hint: isLasting
        ? `the bundle installs all the same: hosts check its own metadata; but "rpm --import" of this key, and gpgcheck=1 with it, fail there. If ${upstream.name} publishes a newer key, pin it with an overlay (--manifest)`
        : `if ${upstream.name} prolonged or replaced the key, get the present one`,
    });
  }
  return found.flatMap(({ fingerprint, why, isLasting }) => (isLasting ? [`key ${fingerprint}: ${why}`] : []));
}
