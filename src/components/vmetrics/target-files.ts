/** What VictoriaMetrics scrapes of INFRA and NODE themselves: files below /infra/targets, one per host. */
import type { HostIdentity } from '../../install/contract/declaration.ts';
import { type Desired, paramsOf } from '../../install/contract/desired.ts';
import { formatYamlFile } from '../../template/yaml-file.ts';
import { hasComponent } from '../kit/component-entry.ts';
import { infraHosts } from '../kit/infra-hosts.ts';
import { infraTarget, nodeTarget } from '../kit/listen-address.ts';

/** Directories below /infra/targets, one per module. */
export const TARGET_DIRECTORIES = 'docker etcd infra juice kafka minio mysql node patroni pgrds pgsql ping redis'.split(' ');

/** A component of an INFRA host that shows metrics of itself. */
const INFRA_TARGETS = [
  { component: 'nginx_exporter', cls: 'nginx', port: 'nginx_exporter_port', enabled: 'nginx_exporter_enabled' },
  { component: 'vmetrics', cls: 'vmetrics', port: 'vmetrics_port', enabled: 'vmetrics_enabled' },
  { component: 'vlogs', cls: 'vlogs', port: 'vlogs_port', enabled: 'vlogs_enabled' },
  { component: 'vtraces', cls: 'vtraces', port: 'vtraces_port', enabled: 'vtraces_enabled' },
  { component: 'vmalert', cls: 'vmalert', port: 'vmalert_port', enabled: 'vmalert_enabled' },
  { component: 'alertmanager', cls: 'alertmanager', port: 'alertmanager_port', enabled: 'alertmanager_enabled' },
  { component: 'blackbox', cls: 'blackbox', port: 'blackbox_port', enabled: 'blackbox_enabled' },
  { component: 'grafana', cls: 'grafana', port: 'grafana_port', enabled: 'grafana_enabled' },
] as const;

/** Target files by their path below /infra/targets, every host of the inventory. */
export function targetFiles(desired: Desired): { path: string; content: string }[] {
  const infra = infraHosts(desired).map((host) => ({
    path: `infra/infra-${host.infraSeq}.yml`,
    content: formatTargets(infraTargetsOf(desired, host, host.infraSeq)),
  }));
  const nodes = desired.hosts.flatMap((host) => nodeFilesOf(desired, host));
  return [...infra, ...nodes];
}

interface TargetGroup {
  readonly labels: Readonly<Record<string, string>>;
  readonly targets: readonly string[];
}

function infraTargetsOf(desired: Desired, host: HostIdentity, seq: number): TargetGroup[] {
  const params = paramsOf(desired, host);
  return INFRA_TARGETS.filter(({ component, enabled }) => hasComponent(desired, component) && params[enabled]).map(({ cls, port }) => ({
    labels: { ip: host.address, ins: `${cls}-${seq}`, cls },
    targets: [infraTarget(desired, host, params[port])],
  }));
}

function nodeFilesOf(desired: Desired, host: HostIdentity): { path: string; content: string }[] {
  const params = paramsOf(desired, host);
  const labels = { ip: host.address, ins: host.nodename, cls: host.cluster };
  const ports = [
    ...(params.node_exporter_enabled && hasComponent(desired, 'node_exporter') ? [params.node_exporter_port] : []),
    ...(params.haproxy_enabled && hasComponent(desired, 'haproxy') ? [params.haproxy_exporter_port] : []),
    ...(params.vector_enabled && hasComponent(desired, 'vector') ? [params.vector_port] : []),
  ];
  const name = host.address.replaceAll(':', '_');
  const ping = { path: `ping/${name}.yml`, content: formatTargets([{ labels, targets: [host.address] }]) };
  if (ports.length === 0) return [ping];
  return [
    { path: `node/${name}.yml`, content: formatTargets([{ labels, targets: ports.map((port) => nodeTarget(desired, host, port)) }]) },
    ping,
  ];
}

function formatTargets(groups: readonly TargetGroup[]): string {
  return formatYamlFile('Written by pigsty-install.', groups);
}
