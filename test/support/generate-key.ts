import * as openpgp from 'openpgp';

interface KeyOptions {
  readonly type?: 'rsa' | 'ecc';
  readonly rsaBits?: number;
  readonly curve?: 'ed25519Legacy';
  readonly date?: Date;
  readonly keyExpirationTime?: number;
  readonly config?: openpgp.PartialConfig;
}

/** A new key, RSA unless the options say otherwise. */
export async function generateKey(options: KeyOptions) {
  return openpgp.generateKey({ type: 'rsa', userIDs: [{ name: 'T' }], ...options, format: 'object' });
}
