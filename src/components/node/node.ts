/** What every host needs before INFRA runs on it or watches it: names of the others, a resolver that knows them, kernel parameters. */
import type { HostFacts } from '../../facts/types.ts';
import type { Service, Step } from '../../install/contract/declaration.ts';
import type { Desired, HostParams } from '../../install/contract/desired.ts';
import { formatLineFile } from '../../template/line-file.ts';
import { hasComponent } from '../kit/component-entry.ts';
import { portalNames } from '../kit/portal-names.ts';

/** Stands at the end of every line of /etc/hosts that we wrote, as in Pigsty. */
const MARKER = '# pigsty dns';
/** resolv.conf(5): more are ignored. */
const MAX_NAMESERVERS = 3;

export const node: Service<HostParams> = {
  name: 'node',
  phase: 'node',
  plan(desired, facts) {
    return {
      steps: [...sysctlSteps(desired), ...hostsSteps(desired, facts), ...resolverSteps(desired, facts)],
    };
  },
};

function sysctlSteps(desired: Desired): Step[] {
  const parameters = Object.entries(desired.params.node_sysctl_params).sort(([a], [b]) => (a < b ? -1 : 1));
  if (parameters.length === 0) return [];
  return [
    {
      kind: 'file',
      path: '/etc/sysctl.d/90-pigsty.conf',
      content: formatLineFile(
        'Written by pigsty-install from node_sysctl_params.',
        parameters.map(([key, value]) => `${key} = ${value}`),
      ),
    },
    ...parameters.map(([key, value]): Step => ({ kind: 'sysctl', key, value })),
  ];
}

function hostsSteps(desired: Desired, facts: HostFacts): Step[] {
  return [{ kind: 'file', path: '/etc/hosts', content: mergeHostsFile(facts.etcHosts, hostsRecords(desired)) }];
}

/** Records for /etc/hosts: what the configuration says, and every host of the inventory by its node name. */
export function hostsRecords(desired: Desired): string[] {
  const { params } = desired;
  const nodes = desired.hosts
    .filter((host) => host.nodename !== host.address.replaceAll(/[.:]/g, '-'))
    .map((host) => `${host.address} ${host.nodename}`);
  return [
    ...new Set(
      [...(params.node_default_etc_hosts ?? []), ...params.node_etc_hosts, ...nodes].map((record) => record.replace(/\s*#.*$/, '').trim()),
    ),
  ];
}

/** The file with our marked lines replaced, everything else as it is. */
export function mergeHostsFile(text: string, records: readonly string[]): string {
  const others = text.split('\n').filter((line) => !line.trimEnd().endsWith(MARKER));
  while (others.at(-1) === '') others.pop();
  return [...others, ...records.map((record) => `${record} ${MARKER}`), ''].join('\n');
}

/** Without dnsmasq on the INFRA hosts nobody would answer, so the resolver stays as it is. */
function resolverSteps(desired: Desired, facts: HostFacts): Step[] {
  const { params } = desired;
  if (params.node_dns_method === 'none' || !params.dns_enabled || !hasComponent(desired, 'dnsmasq') || params.dns_port !== 53) return [];
  if (facts.resolved) return resolvedSteps(desired);
  return [{ kind: 'file', path: '/etc/resolv.conf', content: mergeResolvConf(facts.resolvConfText, desired) }];
}

/** Where systemd-resolved owns /etc/resolv.conf, it is told to ask our servers for our names. Nothing else changes. */
function resolvedSteps(desired: Desired): Step[] {
  const domains = new Set(['pigsty']);
  for (const entry of Object.values(desired.params.infra_portal)) {
    for (const name of portalNames(entry)) {
      if (!name.endsWith('.pigsty') && /[a-z]/i.test(name)) domains.add(name);
    }
  }
  const lines = [
    '[Resolve]',
    `DNS=${(desired.params.node_dns_servers ?? []).join(' ')}`,
    `Domains=${[...domains].map((name) => `~${name}`).join(' ')}`,
  ];
  return [
    {
      kind: 'file',
      path: '/etc/systemd/resolved.conf.d/pigsty.conf',
      content: formatLineFile('Written by pigsty-install from node_dns_servers and infra_portal.', lines),
      notify: [{ kind: 'unit', unit: 'systemd-resolved.service', action: 'restart' }],
    },
  ];
}

/** resolv.conf(5) with our servers first. `add` keeps the search list and as many of the others' servers as the resolver looks at. */
export function mergeResolvConf(text: string, desired: Desired): string {
  const { node_dns_method: method, node_dns_servers: servers = [], node_dns_options: options } = desired.params;
  const lines = text.split('\n').map((line) => line.trim());
  const others = lines.flatMap((line) => /^nameserver\s+(\S+)/.exec(line)?.[1] ?? []);
  const nameservers = [...new Set(method === 'overwrite' ? servers : [...servers, ...others])].slice(0, MAX_NAMESERVERS);
  const search = lines.filter((line) => /^(?:search|domain|sortlist)\s/.test(line));
  const words = [...new Set(options.flatMap((option) => option.replace(/^options\s+/, '').split(/\s+/)))];
  return formatLineFile('Written by pigsty-install from node_dns_servers.', [
    ...search,
    ...(words.length === 0 ? [] : [`options ${words.join(' ')}`]),
    ...nameservers.map((server) => `nameserver ${server}`),
  ]);
}
