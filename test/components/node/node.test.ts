import { describe, expect, it } from 'vitest';
import { hostsRecords, mergeHostsFile, mergeResolvConf, node } from '../../../src/components/node/node.ts';
import { desiredOf, pathsOf, planOf, stepsOf, textOf, without } from '../component-lab.ts';

const OURS = '# pigsty dns';

describe('node', () => {
  it('sets kernel parameters now and for good', () => {
    const plan = planOf(node, { vars: 'node_sysctl_params: { net.core.somaxconn: 1024, fs.nr_open: "9000000" }' });
    expect(textOf(plan, '/etc/sysctl.d/90-pigsty.conf')).toMatch(/\nfs\.nr_open = 9000000\nnet\.core\.somaxconn = 1024\n$/);
    expect(stepsOf(plan.steps, 'sysctl').map(({ key, value }) => `${key}=${value}`)).toEqual([
      'fs.nr_open=9000000',
      'net.core.somaxconn=1024',
    ]);
    expect(pathsOf(planOf(node, { vars: 'node_sysctl_params: {}' }))).not.toContain('/etc/sysctl.d/90-pigsty.conf');
  });

  it('tells systemd-resolved where it holds resolv.conf, and does not replace that file', () => {
    const vars = 'infra_portal: { home: { domain: i.pigsty, domains: [portal.example.test, 10.0.0.5] } }';
    const plan = planOf(node, { vars, facts: { resolved: true } });
    expect(pathsOf(plan)).not.toContain('/etc/resolv.conf');
    expect(textOf(plan, '/etc/systemd/resolved.conf.d/pigsty.conf')).toContain('DNS=10.10.10.10\nDomains=~pigsty ~portal.example.test\n');
  });

  it.each([
    ['it is to be left alone', { vars: 'node_dns_method: none' }],
    ['nobody would answer', { vars: 'dns_enabled: no' }],
    ['the bundle has no dnsmasq', { change: without('dnsmasq') }],
    ['dnsmasq is on a port no resolver asks', { vars: 'dns_port: 5353' }],
  ])('leaves the resolver as it is when %s', (_, options) => {
    expect(pathsOf(planOf(node)).filter((path) => path.includes('resolv'))).toEqual(['/etc/resolv.conf']);
    expect(pathsOf(planOf(node, options)).filter((path) => path.includes('resolv'))).toEqual([]);
  });
});

describe('/etc/hosts', () => {
  it('has what the configuration says and every host by its name, without comments, each once', () => {
    const vars = 'node_default_etc_hosts: ["10.10.10.10 i.pigsty # portal"], node_etc_hosts: ["10.10.10.10 i.pigsty", "10.0.0.9 nine"]';
    expect(hostsRecords(desiredOf({ vars, hosts: '10.10.10.10: { infra_seq: 1, nodename: first }' }))).toEqual([
      '10.10.10.10 i.pigsty',
      '10.0.0.9 nine',
      '10.10.10.10 first',
    ]);
  });

  it('keeps the lines of others, replaces ours, and stays as it is the second time', () => {
    const before = `127.0.0.1 localhost\n10.9.9.9 old ${OURS}\n192.0.2.5 mine\n\n`;
    const once = mergeHostsFile(before, ['10.10.10.10 i.pigsty']);
    expect(once).toBe(`127.0.0.1 localhost\n192.0.2.5 mine\n10.10.10.10 i.pigsty ${OURS}\n`);
    expect(mergeHostsFile(once, ['10.10.10.10 i.pigsty'])).toBe(once);
  });

  it('is merged with what is on the host', () => {
    const plan = planOf(node, { facts: { etcHosts: '192.0.2.5 mine\n' } });
    expect(textOf(plan, '/etc/hosts')).toMatch(/^192\.0\.2\.5 mine\n10\.10\.10\.10 i\.pigsty # pigsty dns\n/);
  });
});

describe('resolv.conf', () => {
  const before = 'search lan\nnameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\n';

  it('keeps search list and other servers behind ours, as many as the resolver looks at, again and again', () => {
    const once = mergeResolvConf(before, desiredOf());
    expect(once.split('\n').slice(1)).toEqual([
      'search lan',
      'options single-request-reopen timeout:1',
      'nameserver 10.10.10.10',
      'nameserver 192.0.2.1',
      'nameserver 192.0.2.2',
      '',
    ]);
    expect(mergeResolvConf(once, desiredOf())).toBe(once);
  });

  it('has our servers alone when others are to be overwritten', () => {
    const text = mergeResolvConf(before, desiredOf({ vars: 'node_dns_method: overwrite, node_dns_options: []' }));
    expect(text.split('\n').slice(1)).toEqual(['search lan', 'nameserver 10.10.10.10', '']);
  });
});
