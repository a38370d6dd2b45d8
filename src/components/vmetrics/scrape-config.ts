/**
 * What VictoriaMetrics scrapes: /infra/prometheus.yml with one job per module of Pigsty. Targets are files below /infra/targets, so that
 * Pigsty's playbooks register PostgreSQL, Redis and the rest by adding a file.
 */

import type { Desired } from '../../install/contract/desired.ts';
import { formatYamlFile } from '../../template/yaml-file.ts';

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
