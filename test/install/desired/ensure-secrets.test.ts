import { describe, expect, it } from 'vitest';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { ensureSecrets } from '../../../src/install/desired/ensure-secrets.ts';
import { secretsToRetain } from '../../../src/install/state/retained-secrets.ts';

describe('passwords', () => {
  let counter = 0;
  const fill = (bytes: Uint8Array): Uint8Array => bytes.map(() => (counter = (counter * 73 + 41) % 256));
  const params = (vars: string) => {
    const [host] = parseInventory(`all: { children: { infra: { hosts: { 10.0.0.1: { infra_seq: 1 } } } }, vars: { ${vars} } }`, 'x').hosts;
    if (host === undefined) throw new Error('no host');
    return host.params;
  };

  it('are what the configuration says, else what is kept, else new', () => {
    const first = ensureSecrets(params('grafana_admin_password: "mine"'), undefined, fill);
    expect(first.grafana_admin_password).toBe('mine');
    expect(first.haproxy_admin_password).toMatch(/^[A-Za-z0-9]{24}$/);
    const text = JSON.stringify(secretsToRetain(first, params('grafana_admin_password: "mine"')));
    expect(text).not.toContain('mine');
    expect(ensureSecrets(params(''), text, fill)).toMatchObject({
      haproxy_admin_password: first.haproxy_admin_password,
      htpasswd_salt: first.htpasswd_salt,
    });
  });

  it('are not made anew over a file that cannot be read', () => {
    expect(() => ensureSecrets(params(''), '- x', fill)).toThrow('secrets.yml');
  });
});
