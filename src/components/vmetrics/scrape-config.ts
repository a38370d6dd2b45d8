/**
 * What VictoriaMetrics scrapes: /infra/prometheus.yml with one job per module of Pigsty, all by files below /infra/targets, so that Pigsty's own
 * playbooks register PostgreSQL, Redis and the rest by adding a file; and the files of INFRA and NODE themselves.
 */

import type { HostIdentity } from '../../install/contract/declaration.ts';
import type { Desired } from '../../install/contract/desired.ts';
import { paramsOf } from '../../install/contract/desired.ts';
import { formatYamlFile } from '../../template/yaml-file.ts';
import { hasComponent, infraHosts, infraTarget, nodeTarget } from '../kit/component.ts';

/** Directories below /infra/targets, one per module. */
export const TARGET_DIRECTORIES = 'docker etcd infra juice kafka minio mysql node patroni pgrds pgsql ping redis'.split(' ');

const TLS = { ca_file: '/etc/pki/ca.crt', cert_file: '/etc/pki/infra.crt', key_file: '/etc/pki/infra.key' };

/** Text of /infra/prometheus.yml. */
export function formatScrapeConfig(desired: Desired): string {
  const { params } = desired;
  const files = (directory: string) => ({ file_sd_configs: [{ files: [`/infra/targets/${directory}/*.yml`] }] });
  const plain = (name: string) => ({ job_name: name, ...files(name) });
  const jobs = [
    {
      job_name: 'ping',
      metrics_path: '/probe',
      params: { module: ['icmp'] },
      ...files('ping'),
      relabel_configs: [
        { source_labels: ['__address__'], target_label: '__param_target' },
        { source_labels: ['__param_target'], target_label: 'instance' },
        { target_label: '__address__', replacement: `127.0.0.1:${params.blackbox_port}` },
      ],
    },
    plain('infra'),
    { ...plain('node'), metrics_path: params.exporter_metrics_path },
    { ...plain('docker'), relabel_configs: [{ target_label: 'job', replacement: 'node' }] },
    { ...plain('etcd'), scheme: 'https', tls_config: TLS },
    {
      ...plain('minio'),
      scheme: 'https',
      metrics_path: '/minio/metrics/v3',
      tls_config: TLS,
      metric_relabel_configs: [{ source_labels: ['bucket'], regex: '.+', action: 'drop' }],
    },
    plain('pgsql'),
    { job_name: 'pgsql-patroni', scheme: 'https', honor_labels: true, ...files('patroni'), tls_config: { ca_file: TLS.ca_file } },
    plain('pgrds'),
    {
      ...plain('redis'),
      metrics_path: '/scrape',
      relabel_configs: [
        { source_labels: ['__address__'], target_label: '__param_target' },
        { source_labels: ['__param_target'], regex: 'redis://(.+)', target_label: 'instance', replacement: '$1' },
        { source_labels: ['__param_target'], regex: 'redis://(.+):[0-9]+', target_label: 'ip', replacement: '$1' },
        { source_labels: ['ip'], target_label: '__address__', replacement: '$1:9121' },
      ],
    },
    plain('mysql'),
    plain('kafka'),
    plain('juice'),
  ];
  return formatYamlFile('Written by pigsty-install. Targets are added as files below /infra/targets.', {
    global: { scrape_interval: params.vmetrics_scrape_interval, scrape_timeout: params.vmetrics_scrape_timeout },
    scrape_configs: jobs,
  });
}

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
