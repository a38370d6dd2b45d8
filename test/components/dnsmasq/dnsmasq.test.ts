import { describe, expect, it } from 'vitest';
import { dnsmasq, dnsRecords, formatDnsmasqConfig } from '../../../src/components/dnsmasq/dnsmasq.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { labFacts } from '../../support/desired-lab.ts';
import {
  commandIds,
  desiredOf,
  fileOf,
  maybePlanOf,
  OFF,
  planOf,
  TWO_INFRA_HOSTS,
  textOf,
  unitOf,
  WITH_NODE,
  without,
} from '../component-lab.ts';

const UFW = { security: { selinux: 'absent', semanage: false, firewalld: false, ufw: true, fapolicyd: false } } as const;

describe('dnsmasq', () => {
  it('listens on loopback and on the own address, where systemd-resolved is not', () => {
    const plan = planOf(dnsmasq);
    expect(plan.ports?.map(({ address, protocol, port }) => `${address} ${port}/${protocol}`)).toEqual([
      '127.0.0.1 53/udp',
      '127.0.0.1 53/tcp',
      '10.10.10.10 53/udp',
      '10.10.10.10 53/tcp',
    ]);
    expect(planOf(dnsmasq, { facts: { addresses: [] } }).ports?.map(({ address }) => address)).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  it('is asked for the portal’s name', () => {
    expect(planOf(dnsmasq).probes).toEqual([
      { id: 'dnsmasq', component: 'dnsmasq', kind: 'dns', server: '127.0.0.1', port: 53, name: 'i.pigsty', expect: ['10.10.10.10'] },
    ]);
  });

  it('writes its records where it looks for them, and has its configuration checked by itself', () => {
    const plan = planOf(dnsmasq);
    expect(textOf(plan, '/etc/dnsmasq.d/pigsty/default')).toContain('\n10.10.10.10 i.pigsty\n');
    expect(textOf(plan, '/etc/dnsmasq.conf')).toContain('\nhostsdir=/etc/dnsmasq.d/pigsty\n');
    expect(fileOf(plan, '/etc/dnsmasq.conf').validate).toEqual(['/usr/sbin/dnsmasq', '--test', '-C', '{file}']);
    expect(textOf(plan, '/etc/systemd/system/dnsmasq.service')).toContain('\nExecStart=/usr/sbin/dnsmasq --keep-in-foreground ');
  });

  it('opens its port, both protocols, where other hosts ask it', () => {
    expect(commandIds(planOf(dnsmasq, { hosts: TWO_INFRA_HOSTS, facts: UFW }))).toEqual(['ufw: open 53/udp', 'ufw: open 53/tcp']);
    expect(commandIds(planOf(dnsmasq, { facts: UFW }))).toEqual([]);
  });

  it('is stopped when it is switched off, and not there outside INFRA or when the bundle lacks it', () => {
    const plan = planOf(dnsmasq, { vars: 'dns_enabled: no' });
    expect(unitOf(plan, 'dnsmasq.service')).toEqual(OFF);
    expect([plan.probes, plan.ports]).toEqual([undefined, undefined]);
    expect(maybePlanOf(dnsmasq, { inventory: parseInventory(WITH_NODE, 'x'), host: '10.10.10.20' })).toBeNull();
    expect(maybePlanOf(dnsmasq, { change: without('dnsmasq') })).toBeNull();
  });
});

describe('dnsRecords', () => {
  it('answer for every name of the portal, also those dns_records forgets', () => {
    const records = dnsRecords(
      desiredOf({
        vars: 'infra_portal: { home: { domain: i.pigsty }, x: { domain: x.example.test, domains: [y.example.test], path: /x } }',
      }),
    );
    expect(records).toContain('10.10.10.10 x.example.test');
    expect(records).toContain('10.10.10.10 y.example.test');
    expect(records.filter((record) => record.split(' ').includes('i.pigsty'))).toEqual(['10.10.10.10 i.pigsty']);
  });

  it('leave out addresses and localhost, which are no names to answer for', () => {
    const vars = 'dns_records: [], infra_portal: { home: { domain: 10.10.10.10, domains: [localhost] } }';
    expect(dnsRecords(desiredOf({ vars, hosts: '10.10.10.10: { infra_seq: 1, nodename: first }' }))).toEqual(['10.10.10.10 first']);
  });

  it('are taken without comments and surplus spaces', () => {
    const vars = 'dns_records: ["10.0.0.5   a.test  b.test # ours"], infra_portal: {}';
    expect(dnsRecords(desiredOf({ vars, hosts: '10.10.10.10: { infra_seq: 1, nodename: first }' }))).toEqual([
      '10.0.0.5 a.test b.test',
      '10.10.10.10 first',
    ]);
  });
});

describe('formatDnsmasqConfig', () => {
  it('asks systemd-resolved’s upstream servers where that holds resolv.conf, so that nothing goes in circles', () => {
    const text = (resolved: boolean) => formatDnsmasqConfig(desiredOf({ vars: 'dns_port: 5353' }), labFacts({ resolved }), 'dnsmasq');
    expect(text(true)).toContain('\nresolv-file=/run/systemd/resolve/resolv.conf\n');
    expect(text(false)).not.toContain('resolv-file');
    expect(text(false)).toContain('\nport=5353\nlisten-address=127.0.0.1\nlisten-address=10.10.10.10\n');
    expect(text(false)).toContain('\nlocal=/pigsty/\n');
  });
});
