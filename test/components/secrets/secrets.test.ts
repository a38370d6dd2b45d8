import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { secrets } from '../../../src/components/secrets/secrets.ts';
import { GENERATED_SECRETS, SALT_SECRET } from '../../../src/install/state/retained-secrets.ts';
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

describe('the file of secrets', () => {
  const kept = (vars = '') => parse(String(fileOf(planOf(secrets, { vars }), PATH).content)) as Record<string, string>;

  it('has every generated value under the name of its parameter', () => {
    expect(Object.keys(kept()).sort()).toEqual([...GENERATED_SECRETS, SALT_SECRET].sort());
    expect(kept()).toEqual(expect.objectContaining({ [SALT_SECRET]: desiredOf().secrets[SALT_SECRET] }));
  });

  it('repeats nothing the configuration says itself', () => {
    expect(kept('grafana_admin_password: "mine"')).not.toHaveProperty('grafana_admin_password');
  });
});
