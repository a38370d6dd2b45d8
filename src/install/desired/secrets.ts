/**
 * Passwords the configuration does not set: made once, kept 0600 on the admin host in /etc/pigsty/secrets.yml, reused from there. Written as
 * parameters, so that they can be copied into pigsty.yml. Randomness is handed in.
 */
import { parse } from 'yaml';
import { AppError } from '../../base/errors.ts';
import type { NodeParams } from '../../config/inventory/inventory.ts';
import { formatYamlFile } from '../../template/yaml-file.ts';
import { KEPT_SECRETS } from '../state/pki-paths.ts';

/** Parameters that are generated when they are not set. */
const GENERATED = ['grafana_admin_password', 'grafana_view_password', 'haproxy_admin_password'] as const;
/** Never set by anybody: makes salts of password files. */
const SALT = 'htpasswd_salt';

const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';
const LENGTH = 24;

/** Fills with random bytes, as `crypto.randomFillSync`. */
export type RandomFill = (bytes: Uint8Array) => Uint8Array;

/**
 * Every password by parameter name: what the configuration says, else what is kept, else a new one of 24 letters and digits.
 *
 * @param keptText content of {@link KEPT_SECRETS} on the admin host, if there is any.
 * @throws {AppError} `CONFIG_INVALID` when the kept file is not a map of texts: making new passwords over it would lock people out.
 */
export function ensureSecrets(params: NodeParams, keptText: string | undefined, randomFill: RandomFill): Readonly<Record<string, string>> {
  const kept = keptText === undefined ? {} : parseSecrets(keptText);
  const secrets: Record<string, string> = {};
  for (const name of GENERATED) secrets[name] = params[name] ?? kept[name] ?? generatePassword(randomFill);
  secrets[SALT] = kept[SALT] ?? generatePassword(randomFill);
  return Object.freeze(secrets);
}

/** Text of {@link KEPT_SECRETS}: only what was generated, nothing the configuration says itself. */
export function formatSecrets(secrets: Readonly<Record<string, string>>, params: NodeParams): string {
  const names = [...GENERATED.filter((name) => params[name] === undefined), SALT];
  return formatYamlFile(
    'Passwords made by pigsty-install. Copy them into pigsty.yml to keep them there.',
    Object.fromEntries(names.map((name) => [name, secrets[name] ?? ''])),
  );
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
  throw new AppError('CONFIG_INVALID', `${KEPT_SECRETS} is not a map of passwords`, {
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
