import { describe, expect, it } from 'vitest';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { wantedCertificates } from '../../../src/install/desired/wanted-certificates.ts';

function wanted(vars: string, address = '10.0.0.1') {
  const text = `all: { children: { infra: { hosts: { 10.0.0.1: { infra_seq: 1 } } }, pg: { hosts: { 10.0.0.2: {} } } }, vars: { admin_ip: 10.0.0.1, ${vars} } }`;
  const inventory = parseInventory(text, 'x');
  const host = inventory.hosts.find((one) => one.address === address);
  if (host === undefined) throw new Error('no host');
  return wantedCertificates(inventory, host, 'node-1', ['192.0.2.9']);
}

describe('the certificates of a host', () => {
  it('carry sorted names and addresses, each once', () => {
    const { nginx } = wanted('infra_portal: { home: { domain: I.pigsty, domains: [z.example.test] } }');
    expect(nginx?.dnsNames).toEqual(['i.pigsty', 'localhost', 'node-1', 'z.example.test']);
    expect(nginx?.addresses).toEqual(['10.0.0.1', '127.0.0.1', '192.0.2.9']);
  });

  it('name an address as such, even where a name was expected', () => {
    const { nginx } = wanted('infra_portal: { home: { domain: i.pigsty, domains: [10.9.9.9] } }');
    expect(nginx?.dnsNames).not.toContain('10.9.9.9');
    expect(nginx?.addresses).toContain('10.9.9.9');
  });

  it('are none for nginx without TLS, and none at all outside INFRA', () => {
    expect(wanted('nginx_sslmode: disable').nginx).toBeNull();
    expect(wanted('', '10.0.0.2')).toMatchObject({ infra: null, nginx: null, keepsCaKey: false });
  });

  it.each([
    ['397d', 397],
    ['2y', 730],
    ['48h', 2],
    ['1h', 1],
  ])('valid for %s are valid for %d days', (duration, days) => {
    expect(wanted(`nginx_cert_validity: ${duration}`).nginx?.validDays).toBe(days);
  });

  it('the admin host keeps the key of the CA', () => {
    expect(wanted('ca_create: false, ca_cn: my-ca')).toMatchObject({ keepsCaKey: true, mayCreateCa: false, caName: 'my-ca' });
  });
});
