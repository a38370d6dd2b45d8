import { describe, expect, it } from 'vitest';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { buildDesired, certificateAddresses, hostIdentity } from '../../../src/install/desired/build-desired.ts';
import { TEXT_PKI } from '../../support/desired-lab.ts';
import { someBundle } from '../../support/some-input.ts';

const inventory = parseInventory(
  `all:
  children:
    infra: { hosts: { 10.0.0.1: { infra_seq: 1 }, 10.0.0.2: { infra_seq: 2, nodename: named, node_cluster: own } } }
    pg-meta: { hosts: { 10.0.0.3: { pg_seq: 1, pg_role: primary } }, vars: { pg_cluster: pg-meta } }
  vars: { admin_ip: 10.0.0.1 }`,
  'pigsty.yml',
);
const identity = (address: string, names: [string, string][] = []) => {
  const host = inventory.hosts.find((one) => one.address === address);
  if (host === undefined) throw new Error('no host');
  return hostIdentity(host, new Map(names));
};

describe('the name of a host', () => {
  it.each<[string, [string, string][], object]>([
    ['10.0.0.1', [['10.0.0.1', 'asked']], { nodename: 'asked', cluster: 'nodes', infraSeq: 1 }],
    ['10.0.0.1', [], { nodename: '10-0-0-1', cluster: 'nodes' }],
    ['10.0.0.2', [['10.0.0.2', 'asked']], { nodename: 'named', cluster: 'own', infraSeq: 2 }],
    ['10.0.0.3', [['10.0.0.3', 'asked']], { nodename: 'pg-meta-1', cluster: 'pg-meta' }],
  ])('%s, told %j', (address, names, expected) => {
    expect(identity(address, names)).toMatchObject(expected);
  });

  it('is that of the PostgreSQL instance on an INFRA host that carries one', () => {
    const text = 'all: { children: { infra: { hosts: { 10.0.0.1: { infra_seq: 1, pg_cluster: pg-meta, pg_seq: 3 } } } } }';
    const host = parseInventory(text, 'x').hosts[0];
    const expected = { address: '10.0.0.1', nodename: 'pg-meta-3', cluster: 'pg-meta', infraSeq: 1 };
    expect(host === undefined ? null : hostIdentity(host, new Map())).toEqual(expected);
  });

  it('has a number only on INFRA hosts', () => {
    expect(identity('10.0.0.3')).not.toHaveProperty('infraSeq');
  });
});

it('a host knows the parameters of all others', () => {
  const input = { inventory, hostnames: new Map(), bundle: someBundle().view, pki: TEXT_PKI, secrets: {}, assets: new Map() };
  const desired = buildDesired('10.0.0.2', input);
  expect(desired).toMatchObject({ adminIp: '10.0.0.1', host: { address: '10.0.0.2' } });
  expect(Object.keys(desired.params.peers)).toEqual(['10.0.0.1', '10.0.0.2', '10.0.0.3']);
  expect(() => buildDesired('10.0.0.9', input)).toThrow('no host 10.0.0.9');
});

it('certificates carry addresses others can reach', () => {
  expect(certificateAddresses(['fd00::2', '10.0.0.2', '127.0.0.1', '169.254.1.1', '::1', 'FE80::1'])).toEqual(['10.0.0.2', 'fd00::2']);
});
