import { type PublicKeys, parseKeyring } from '../../src/trust/keyring.ts';
import { generateSigningKey, readPrivateKey, type SigningKey } from '../../src/trust/signing.ts';

/** When the keys of {@link makeParty} were made. */
export const BORN_SEC = 1_700_000_000;
export const bytesOf = (text: string) => new TextEncoder().encode(text);

/** Somebody who signs, and what others know of them. */
export interface Party {
  readonly signer: SigningKey;
  readonly publicKeys: PublicKeys;
}

/** A party with a new RSA key, made at {@link BORN_SEC}. */
export async function makeParty(name: string, passphrase?: string): Promise<Party> {
  const secret = passphrase === undefined ? {} : { passphrase };
  const made = await generateSigningKey({ name, email: `${name}@example.test`, nowSec: BORN_SEC, rsaBits: 2048, ...secret });
  const signer = await readPrivateKey(bytesOf(made.privateKeyArmored), { source: `${name}.asc`, ...secret });
  return { signer, publicKeys: await parseKeyring(bytesOf(made.publicKeyArmored)) };
}
