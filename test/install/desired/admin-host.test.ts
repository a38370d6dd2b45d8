import { describe, expect, it } from 'vitest';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { adminHost, isThisMachine, openedAdminHost } from '../../../src/install/desired/admin-host.ts';

const HOSTS = '10.0.0.1: { infra_seq: 1 }, 10.0.0.2: { infra_seq: 2, ansible_host: far.example.test }';
const inventory = (hosts = HOSTS, admin = '10.0.0.2') =>
  parseInventory(`all: { children: { infra: { hosts: { ${hosts} } } }, vars: { admin_ip: ${admin} } }`, 'pigsty.yml');

describe('the admin host', () => {
  it('is the one the configuration names', () => {
    expect(adminHost(inventory()).address).toBe('10.0.0.2');
  });

  it('has to be in the configuration', () => {
    expect(() => adminHost(inventory(HOSTS, '10.0.0.9'))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it('is this machine when it has its address, or when the configuration says so', () => {
    expect(isThisMachine(adminHost(inventory()), ['127.0.0.1', '10.0.0.2'])).toBe(true);
    expect(isThisMachine(adminHost(inventory()), ['127.0.0.1'])).toBe(false);
    expect(isThisMachine(adminHost(inventory('10.0.0.1: { infra_seq: 1, ansible_connection: local }', '10.0.0.1')), [])).toBe(true);
  });
});

describe('the host that was opened', () => {
  it.each<[string | null, readonly string[]]>([
    [null, ['10.0.0.2']],
    ['10.0.0.2', []],
    ['far.example.test', []],
  ])('is the admin host: %s', (hostname, own) => {
    expect(openedAdminHost(inventory(), hostname, own).address).toBe('10.0.0.2');
  });

  it.each<[string | null, readonly string[]]>([
    [null, ['10.0.0.1']],
    ['10.0.0.1', ['10.0.0.2']],
  ])('is another one: %s', (hostname, own) => {
    expect(() => openedAdminHost(inventory(), hostname, own)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });

  it('may have any name when there is only one', () => {
    expect(openedAdminHost(inventory('10.0.0.1: { infra_seq: 1 }', '10.0.0.1'), 'anything', []).address).toBe('10.0.0.1');
  });
});
