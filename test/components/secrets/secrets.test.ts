import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { formatSecrets, secrets } from '../../../src/components/secrets/secrets.ts';
import { GENERATED_SECRETS, HTPASSWD_SALT } from '../../../src/install/state/secret-names.ts';
import { desiredOf, fileOf, maybePlanOf, planOf, TWO_INFRA_HOSTS, without } from '../component-lab.ts';

const PATH = '/etc/pigsty/secrets.yml';

describe('secrets', () => {
  it('are kept for root alone', () => {
    expect(fileOf(planOf(secrets), PATH)).toMatchObject({ mode: 0o600, secret: true });
  });

  it('are kept on the admin host only', () => {
    expect(maybePlanOf(secrets, { hosts: TWO_INFRA_HOSTS, host: '10.10.10.11' })).toBeNull();
    expect(maybePlanOf(secrets, { hosts: TWO_INFRA_HOSTS, host: '10.10.10.10' })).not.toBeNull();
  });

  it('tell who logs in with what was generated, where there is something to log in to', () => {
    const login = { name: 'HAProxy admin pages', user: 'root2', path: PATH };
    expect(planOf(secrets, { vars: 'haproxy_admin_username: root2' }).secrets).toEqual([login]);
    expect(planOf(secrets, { vars: 'haproxy_admin_password: "set"' }).secrets).toEqual([]);
    expect(planOf(secrets, { change: without('haproxy') }).secrets).toEqual([]);
  });
});

describe('formatSecrets', () => {
  const values = Object.fromEntries([...GENERATED_SECRETS, HTPASSWD_SALT].map((name) => [name, `value of ${name}`]));

  it('has every generated value under the name of its parameter', () => {
    expect(parse(formatSecrets(values, desiredOf().params))).toEqual(values);
  });

  it('repeats nothing the configuration says itself', () => {
    const { grafana_admin_password: _, ...rest } = values;
    expect(parse(formatSecrets(values, desiredOf({ vars: 'grafana_admin_password: "mine"' }).params))).toEqual(rest);
  });
});
