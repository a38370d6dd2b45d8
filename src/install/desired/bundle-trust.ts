/** Whose signature a bundle must carry, from a text of armored public keys. */
import type { BundleTrust } from '../../pack/read/verify-bundle.ts';

/**
 * OpenPGP is a large library: it is loaded only when there is a key.
 *
 * @throws {AppError} `KEY_UNUSABLE`.
 */
export async function bundleTrust(keyText: string, source: string, nowSec: number): Promise<BundleTrust> {
  const { parseKeyring } = await import('../../trust/keyring.ts');
  return { keyring: await parseKeyring(Buffer.from(keyText), source), nowSec };
}
