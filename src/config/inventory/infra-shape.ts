/** Parameters of Pigsty's modules META, CA, REPO and INFRA, with Pigsty's names and defaults. Passwords without a value are generated. */
import { z } from 'zod';
import { DEFAULT_PLACE } from '../../base/repository-place.ts';
import { Portal } from './portal.ts';
import { address, block, directory, duration, flag, line, listOf, mapOf, options, port, secret } from './value-schemas.ts';

/** A card on the home page. */
const serviceCard = z.strictObject({
  name: line.default('Service'),
  url: line,
  desc: line.default(''),
  icon: line.default('link'),
  name_cn: line.optional(),
  desc_cn: line.optional(),
});
export type ServiceCard = z.infer<typeof serviceCard>;

const DEFAULT_CARDS: ServiceCard[] = [
  { name: 'Metrics', url: '/vmetrics/vmui/', desc: 'Query metrics', icon: 'metrics', name_cn: '指标', desc_cn: '查询监控指标' },
  { name: 'Logs', url: '/vlogs/select/vmui/', desc: 'Query logs', icon: 'logs', name_cn: '日志', desc_cn: '查询日志' },
  { name: 'Traces', url: '/vtraces/select/vmui/', desc: 'Query traces', icon: 'traces', name_cn: '链路', desc_cn: '查询链路追踪' },
  {
    name: 'Monitor Targets',
    url: '/vmetrics/targets',
    desc: 'What is scraped',
    icon: 'target',
    name_cn: '监控对象',
    desc_cn: '采集目标状态',
  },
  {
    name: 'Alert Rules',
    url: '/vmalert/vmalert/groups',
    desc: 'Alerts and records',
    icon: 'alert',
    name_cn: '告警规则',
    desc_cn: '告警与记录规则',
  },
  {
    name: 'Alert Manager',
    url: '/alertmgr/#/alerts',
    desc: 'Alerts and silences',
    icon: 'alertmgr',
    name_cn: '告警管理',
    desc_cn: '告警与静默',
  },
  { name: 'CA Certificate', url: '/ca.crt', desc: 'Root certificate', icon: 'lock', name_cn: 'CA 证书', desc_cn: '下载根证书' },
  { name: 'Software Repo', url: '/pigsty', desc: 'Local packages', icon: 'package', name_cn: '软件仓库', desc_cn: '本地软件源' },
  { name: 'Explain Visualizer', url: '/pev', desc: 'PostgreSQL plans', icon: 'search', name_cn: '执行计划', desc_cn: '执行计划可视化' },
];

/** Who may log in at the portal: names without `:`, which ends a name in the password file. */
const portalUser = z.string().regex(/^[A-Za-z0-9_.@-]{1,64}$/, 'a user name of letters, digits and "_.@-"');

/** `1.2.3.4 name name`. */
export const hostsRecord = line.refine(
  (text) =>
    /^[0-9A-Fa-f.:]+(?:\s+[A-Za-z0-9_](?:[A-Za-z0-9_.-]*))+\s*(?:#.*)?$/.test(text) && address.safeParse(text.split(/\s/)[0]).success,
  'an address and one or more names',
);

export const infraShape = {
  version: line.default('v4.5.0'),
  admin_ip: address,
  region: z.enum(['default', 'china', 'europe']).default('default'),
  language: z.enum(['en', 'zh']).default('en'),

  ca_create: flag.default(true),
  ca_cn: line.default('pigsty-ca'),
  cert_validity: duration.default('7300d'),

  repo_enabled: flag.default(true),
  repo_home: directory.default('/www'),
  repo_name: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'a name of letters, digits, "_" and "-"')
    .default(DEFAULT_PLACE.repoName),
  repo_endpoint: line.default(''),
  repo_remove: flag.default(true),

  infra_seq: z.int('a whole number from 1').min(1, 'a whole number from 1').max(999, 'at most 999').optional(),
  infra_portal: Portal.default({ home: { domain: 'i.pigsty' } }),
  infra_data: directory.default('/data/infra'),
  infra_services: listOf(serviceCard).default(DEFAULT_CARDS),
  infra_extra_services: listOf(serviceCard).default([]),

  nginx_enabled: flag.default(true),
  nginx_clean: flag.default(false),
  nginx_exporter_enabled: flag.default(true),
  nginx_exporter_port: port.default(9113),
  nginx_sslmode: z.enum(['disable', 'enable', 'enforce']).default('enable'),
  nginx_cert_validity: duration.default('397d'),
  nginx_home: directory.default(DEFAULT_PLACE.webRoot),
  nginx_data: directory.default('/data/nginx'),
  nginx_users: mapOf(portalUser, secret).default({}),
  nginx_port: port.default(80),
  nginx_ssl_port: port.default(443),

  dns_enabled: flag.default(true),
  dns_port: port.default(53),
  dns_records: listOf(hostsRecord).optional(),

  vmetrics_enabled: flag.default(true),
  vmetrics_clean: flag.default(false),
  vmetrics_port: port.default(8428),
  vmetrics_scrape_interval: duration.default('10s'),
  vmetrics_scrape_timeout: duration.default('8s'),
  vmetrics_options: options.default('-retentionPeriod=15d -promscrape.fileSDCheckInterval=5s'),
  vlogs_enabled: flag.default(true),
  vlogs_clean: flag.default(false),
  vlogs_port: port.default(9428),
  vlogs_options: options.default(
    '-retentionPeriod=15d -retention.maxDiskSpaceUsageBytes=50GiB -insert.maxLineSizeBytes=1MB -search.maxQueryDuration=120s',
  ),
  vtraces_enabled: flag.default(true),
  vtraces_clean: flag.default(false),
  vtraces_port: port.default(10_428),
  vtraces_options: options.default('-retentionPeriod=15d -retention.maxDiskSpaceUsageBytes=50GiB'),
  vmalert_enabled: flag.default(true),
  vmalert_port: port.default(8880),
  vmalert_options: options.default(''),

  blackbox_enabled: flag.default(true),
  blackbox_port: port.default(9115),
  blackbox_options: options.default(''),
  alertmanager_enabled: flag.default(true),
  alertmanager_port: port.default(9059),
  alertmanager_options: options.default(''),
  exporter_metrics_path: z
    .string()
    .regex(/^\/[A-Za-z0-9_./-]{0,200}$/, 'a path of a URL')
    .default('/metrics'),

  grafana_enabled: flag.default(true),
  grafana_clean: flag.default(false),
  grafana_port: port.default(3000),
  grafana_admin_username: portalUser.default('admin'),
  grafana_admin_password: secret.optional(),
  grafana_auth_proxy: flag.default(false),
  grafana_pgurl: z.union([z.literal(''), block.regex(/^postgres(?:ql)?:\/\/\S{1,1000}$/, 'a postgres:// URL')]).default(''),
  grafana_view_password: secret.optional(),
} as const;
