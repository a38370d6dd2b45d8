/**
 * Passwords the configuration does not set: made once, kept 0600 on the admin host in /etc/pigsty/secrets.yml, reused from there. Written
 * as parameters, so that they can be copied into pigsty.yml. Randomness is handed in.
 */
import { parse } from 'yaml';
import { AppError } from '../../base/errors.ts';
import { RETAINED_SECRETS } from '../state/retained-paths.ts';
import { type ConfiguredSecrets, GENERATED_SECRETS, SALT_SECRET } from '../state/retained-secrets.ts';

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';
const LENGTH = 24;

/** Fills with random bytes, as `crypto.randomFillSync`. */
export type RandomFill = (bytes: Uint8Array) => Uint8Array;

/**
 * Every password by parameter name: what the configuration says, else what is kept, else a new one of 24 letters and digits.
 *
 * @param retainedText content of {@link RETAINED_SECRETS} on the admin host, if there is any.
 * @throws {AppError} `CONFIG_INVALID` when the kept file is not a map of texts: making new passwords over it would lock people out.
 */
export function ensureSecrets(
  params: ConfiguredSecrets,
  retainedText: string | undefined,
  randomFill: RandomFill,
): Readonly<Record<string, string>> {
  const retained = retainedText === undefined ? {} : parseSecrets(retainedText);
  const secrets: Record<string, string> = {};
  for (const name of GENERATED_SECRETS) secrets[name] = params[name] ?? retained[name] ?? generatePassword(randomFill);
  secrets[SALT_SECRET] = retained[SALT_SECRET] ?? generatePassword(randomFill);
  return Object.freeze(secrets);
}

function parseSecrets(text: string): Readonly<Record<string, string>> {
  let value: unknown;
  try {
    value = parse(text, { version: '1.1', maxAliasCount: 0 });
  } catch {
    value = undefined;
  }
  const isMap =
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((member) => typeof member === 'string' && member !== '');
  if (isMap) return value as Record<string, string>;
  throw new AppError('CONFIG_INVALID', `${RETAINED_SECRETS} is not a map of passwords`, {
    hint: 'correct it, or move it away to have new passwords made',
  });
}

/** Every character equally likely: bytes beyond the last whole multiple of the alphabet are thrown away. */
function generatePassword(randomFill: RandomFill): string {
  const limit = 256 - (256 % ALPHABET.length);
  let password = '';
  while (password.length < LENGTH) {
    for (const byte of randomFill(new Uint8Array(LENGTH))) {
      if (byte < limit && password.length < LENGTH) password += ALPHABET[byte % ALPHABET.length];
    }
  }
  return password;
}
