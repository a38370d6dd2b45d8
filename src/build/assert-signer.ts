/** Whether hosts of a target will take what the key of `--sign` signs: asked before anything is downloaded. */
import { AppError } from '../base/errors.ts';
import type { RunContext } from '../base/events.ts';
import type { Distro } from '../base/target.ts';
import { bindingWeakness, materialWeakness } from '../rpm/package/key-policy.ts';
import { type SigningKey, signerFault } from '../trust/signing.ts';

/** rpm of EL 9 refuses to import such a key, Sequoia behind dnf of EL 10 and behind apt of the newer Debian and Ubuntu ignores it. */
const REFUSE_SHA1_BINDING: readonly Distro[] = ['el9', 'el10', 'd13', 'u26'];
/** OpenPGP versions and algorithms of RFC 9580 that GnuPG, which most targets verify with, cannot read. */
const KEY_VERSION = 4;
const BEYOND_GNUPG = /^(?:ed25519|ed448)$/;

/**
 * Refuses a key that hosts of `distro` would not take. A key they still take, but others do not, gives a warning.
 *
 * @throws {AppError} `KEY_UNUSABLE` when it is expired, revoked, cannot sign, or is too weak or too new for the target.
 */
export async function assertSignerTaken(signer: SigningKey | null, distro: Distro, context: RunContext): Promise<void> {
  if (signer === null) return;
  const why = (await signerFault(signer, context.nowSec)) ?? formatFault(signer, distro) ?? materialWeakness(signer.key);
  if (why !== null) throw refused(signer, why, distro, 'make another one with pigsty-bundle keygen');
  const binding = bindingWeakness(signer.key);
  if (binding === null) return;
  const hint = 'sign it anew with gpg --cert-digest-algo SHA256 --quick-set-expire FINGERPRINT 0 (and its subkeys), then export it again';
  if (REFUSE_SHA1_BINDING.includes(distro)) throw refused(signer, binding, distro, hint);
  context.report({ type: 'warning', code: 'WEAK_KEY', message: `the key ${signer.fingerprint} of --sign: ${binding}`, hint });
}

function refused(signer: SigningKey, why: string, distro: Distro, hint: string): AppError {
  return new AppError('KEY_UNUSABLE', `the key ${signer.fingerprint} of --sign would be refused on ${distro}: ${why}`, { hint });
}

function formatFault({ key }: SigningKey, distro: Distro): string | null {
  const { version } = key.keyPacket;
  if (version !== KEY_VERSION) return `it is a key of OpenPGP version ${version}, which GnuPG of ${distro} cannot read`;
  const newer = [key, ...key.subkeys].map((part) => part.getAlgorithmInfo().algorithm).find((name) => BEYOND_GNUPG.test(name));
  return newer === undefined ? null : `its algorithm ${newer} is the one of RFC 9580, which GnuPG of ${distro} cannot read`;
}
