/**
 * dnsmasq on INFRA hosts: answers for the names of the portal (https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html).
 * It listens on loopback and on the host's own address only, so that it does not collide with systemd-resolved on 127.0.0.53.
 */
import type { HostFacts } from '../../facts/types.ts';
import { type Service, type ServicePlan, type Step, TEMP_FILE } from '../../install/contract/declaration.ts';
import type { Desired, HostParams } from '../../install/contract/desired.ts';
import { formatLineFile } from '../../template/line-file.ts';
import { formatExec, formatUnit } from '../../template/systemd-unit.ts';
import { infraBaseSteps, installSteps, userSteps } from '../kit/base-steps.ts';
import { infraEntryOf } from '../kit/component-entry.ts';
import { infraHosts } from '../kit/infra-hosts.ts';
import { openPortSteps } from '../kit/open-port-steps.ts';
import { portalNames } from '../kit/portal-names.ts';
import { restartOf, unitOf, unitStep } from '../kit/unit-step.ts';

/** Where records are looked for: Pigsty 4.4 and later, and before. dnsmasq watches both. */
const RECORD_DIRECTORIES = ['/etc/dnsmasq.d/pigsty', '/infra/hosts'] as const;

export const dnsmasq: Service<HostParams> = {
  name: 'dnsmasq',
  phase: 'infra',
  plan(desired, facts) {
    const entry = infraEntryOf(desired, 'dnsmasq');
    if (entry === null || entry.binary === null) return null;
    const { params } = desired;
    const unit = unitOf(entry, 'dnsmasq');
    const steps: Step[] = [
      ...infraBaseSteps(desired),
      ...userSteps(entry.user, '/var/lib/dnsmasq', []),
      ...installSteps(entry, restartOf(unit)),
      ...RECORD_DIRECTORIES.map((path): Step => ({ kind: 'directory', path, mode: 0o755, group: entry.user })),
      {
        kind: 'file',
        path: '/etc/dnsmasq.conf',
        content: formatDnsmasqConfig(desired, facts, entry.user),
        validate: [entry.binary, '--test', '-C', TEMP_FILE],
        notify: restartOf(unit),
      },
      // No reload: dnsmasq notices the new file. While it is written it has a hidden name, which dnsmasq does not read.
      {
        kind: 'file',
        path: `${RECORD_DIRECTORIES[0]}/default`,
        content: formatLineFile('Written by pigsty-install from dns_records and infra_portal.', dnsRecords(desired)),
        group: entry.user,
      },
      { kind: 'file', path: `/etc/systemd/system/${unit}`, content: unitText(entry.binary), notify: restartOf(unit) },
      unitStep(unit, params.dns_enabled),
    ];
    return params.dns_enabled ? withOutside(desired, facts, steps) : { steps };
  },
};

function withOutside(desired: Desired, facts: HostFacts, steps: readonly Step[]): ServicePlan {
  const { dns_port: port } = desired.params;
  const addresses = listenAddresses(desired, facts);
  const [record = ''] = dnsRecords(desired);
  const [expected = '', name = ''] = record.split(/\s+/);
  const isShared = desired.hosts.length > 1;
  return {
    steps: isShared ? [...steps, ...openPortSteps(facts, port, 'udp'), ...openPortSteps(facts, port, 'tcp')] : steps,
    probes: name === '' ? [] : [{ id: 'dnsmasq', component: 'dnsmasq', kind: 'dns', server: '127.0.0.1', port, name, expect: [expected] }],
    ports: addresses.flatMap((address) => (['udp', 'tcp'] as const).map((protocol) => ({ port, protocol, address, holders: ['dnsmasq'] }))),
  };
}

function listenAddresses(desired: Desired, facts: HostFacts): string[] {
  const own = desired.host.address;
  return facts.addresses.includes(own) ? ['127.0.0.1', own] : ['127.0.0.1'];
}

/**
 * Lines of the form `address name…`: first those of the configuration, then the portal names they lack, with the address of the admin
 * host, then the node names of the INFRA hosts.
 */
export function dnsRecords(desired: Desired): string[] {
  const { params } = desired;
  const records = (params.dns_records ?? []).map((record) =>
    record
      .replace(/\s*#.*$/, '')
      .trim()
      .replace(/\s+/g, ' '),
  );
  const known = new Set(records.flatMap((record) => record.split(' ').slice(1)));
  const isName = (name: string): boolean => !/^[0-9.]+$/.test(name) && !name.includes(':') && name !== 'localhost';
  const portal = Object.values(params.infra_portal).flatMap((entry) => portalNames(entry));
  const missing = [...new Set(portal)].filter((name) => isName(name) && !known.has(name));
  for (const name of missing) known.add(name);
  const nodes = infraHosts(desired)
    .filter((host) => isName(host.nodename) && !known.has(host.nodename))
    .map((host) => `${host.address} ${host.nodename}`);
  return [...records, ...missing.map((name) => `${desired.adminIp} ${name}`), ...nodes];
}

/** Text of /etc/dnsmasq.conf. */
export function formatDnsmasqConfig(desired: Desired, facts: HostFacts, user: string): string {
  return formatLineFile('Written by pigsty-install. Records are files below /etc/dnsmasq.d/pigsty.', [
    `port=${desired.params.dns_port}`,
    ...listenAddresses(desired, facts).map((address) => `listen-address=${address}`),
    'bind-dynamic',
    `user=${user}`,
    `group=${user}`,
    'no-hosts',
    'bogus-priv',
    // Names below .pigsty are never asked of other servers.
    'local=/pigsty/',
    ...RECORD_DIRECTORIES.map((path) => `hostsdir=${path}`),
    // /etc/resolv.conf leads to systemd-resolved, which asks us: the servers behind it are in this file.
    ...(facts.resolved ? ['resolv-file=/run/systemd/resolve/resolv.conf'] : []),
    'conf-dir=/etc/dnsmasq.d,.rpmnew,.rpmsave,.rpmorig,.dpkg-dist,.dpkg-old,.dpkg-new',
  ]);
}

function unitText(binary: string): string {
  return formatUnit('Written by pigsty-install.', [
    {
      name: 'Unit',
      settings: [
        ['Description', 'dnsmasq, answers for the names of Pigsty'],
        ['After', 'network-online.target'],
        ['Wants', 'network-online.target nss-lookup.target'],
        ['Before', 'nss-lookup.target'],
      ],
    },
    {
      name: 'Service',
      settings: [
        ['Type', 'simple'],
        ['ExecStartPre', formatExec([binary, '--test'])],
        ['ExecStart', formatExec([binary, '--keep-in-foreground', '--pid-file', '--conf-file=/etc/dnsmasq.conf'])],
        ['ExecReload', '/bin/kill -HUP $MAINPID'],
        ['Restart', 'on-failure'],
        ['RestartSec', '5s'],
        ['NoNewPrivileges', 'yes'],
        ['CapabilityBoundingSet', 'CAP_NET_BIND_SERVICE CAP_NET_ADMIN CAP_NET_RAW CAP_SETUID CAP_SETGID CAP_CHOWN CAP_DAC_OVERRIDE'],
        ['ProtectSystem', 'full'],
        ['ProtectHome', 'yes'],
        ['PrivateTmp', 'yes'],
        ['PrivateDevices', 'yes'],
        ['LockPersonality', 'yes'],
      ],
    },
    { name: 'Install', settings: [['WantedBy', 'multi-user.target']] },
  ]);
}
