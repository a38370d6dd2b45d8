/** Which passwords are generated, and which of them are written to the host for the next run. */

/** Parameters that are generated when they are not set. */
export const GENERATED_SECRETS = ['grafana_admin_password', 'grafana_view_password', 'haproxy_admin_password'] as const;

/** Never set by anybody: makes salts of password files. */
export const SALT_SECRET = 'htpasswd_salt';

/** Those of {@link GENERATED_SECRETS} the configuration sets itself. */
export type ConfiguredSecrets = Readonly<Partial<Record<(typeof GENERATED_SECRETS)[number], string | undefined>>>;

/** What is kept: only what was generated, nothing the configuration says itself. */
export function secretsToRetain(secrets: Readonly<Record<string, string>>, params: ConfiguredSecrets): Readonly<Record<string, string>> {
  const names = [...GENERATED_SECRETS.filter((name) => params[name] === undefined), SALT_SECRET];
  return Object.fromEntries(names.map((name) => [name, secrets[name] ?? '']));
}
