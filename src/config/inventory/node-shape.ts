/** Parameters of Pigsty's module NODE that this installer carries out, with Pigsty's names and defaults; and names it leaves to Pigsty. */
import { z } from 'zod';
import { hostsRecord } from './infra-shape.ts';
import { directory, flag, hostName, listOf, network, options, port, secret } from './value-schemas.ts';

/** One directive of chrony.conf that names a time source. */
const timeSource = z.string().regex(/^(?:server|pool|peer|refclock) +[A-Za-z0-9_.:/ -]+$/, 'a line like "pool pool.ntp.org iburst"');

const resolverOption = z.string().regex(/^(?:options +)?[a-z0-9:-]+(?: +[a-z0-9:-]+)*$/, 'a resolver option like "timeout:1"');

const sysctlKey = z.string().regex(/^[a-z0-9_]+(?:[./][A-Za-z0-9_-]+)+$/, 'a kernel parameter like "net.ipv4.ip_forward"');

export const nodeShape = {
  nodename: z
    .string('a host name')
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/, 'a host name')
    .optional(),
  node_cluster: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'a name of letters, digits and "_.-"')
    .default('nodes'),
  node_id_from_pg: flag.default(true),
  node_default_etc_hosts: listOf(hostsRecord).optional(),
  node_etc_hosts: listOf(hostsRecord).default([]),
  node_dns_method: z.enum(['add', 'overwrite', 'none']).default('add'),
  node_dns_servers: listOf(hostName).optional(),
  node_dns_options: listOf(resolverOption).default(['single-request-reopen', 'timeout:1']),
  node_sysctl_params: z
    .record(
      sysctlKey,
      z.preprocess(
        (value) => (typeof value === 'number' ? String(value) : value),
        z.string().regex(/^[-\w .:,/]+$/, 'a value of a kernel parameter'),
      ),
    )
    .default({ 'fs.nr_open': '8388608' }),
  node_data: directory.default('/data'),
  node_ntp_enabled: flag.default(true),
  node_ntp_servers: listOf(timeSource).optional(),
  node_firewall_intranet: listOf(network).default(['10.0.0.0/8', '192.168.0.0/16', '172.16.0.0/12']),

  node_exporter_enabled: flag.default(true),
  node_exporter_port: port.default(9100),
  node_exporter_options: options.default('--no-collector.softnet --no-collector.nvme --collector.tcpstat --collector.processes'),

  vector_enabled: flag.default(true),
  vector_clean: flag.default(false),
  vector_data: directory.default('/data/vector'),
  vector_port: port.default(9598),
  vector_read_from: z.enum(['beginning', 'end']).default('beginning'),
  vector_log_endpoint: listOf(
    z
      .string()
      .refine((text) => text === 'infra' || /^https?:\/\/[A-Za-z0-9_.:[\]-]+(?:\/[A-Za-z0-9_./-]*)?$/.test(text), '"infra" or a URL'),
  ).default(['infra']),

  haproxy_enabled: flag.default(true),
  haproxy_clean: flag.default(false),
  haproxy_exporter_port: port.default(9101),
  haproxy_admin_username: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'a user name')
    .default('admin'),
  haproxy_admin_password: secret.optional(),
} as const;

/** Parameters of INFRA, REPO and NODE without effect here: they concern internet repositories, tuning, users, or steps only Pigsty has. */
export const LEFT_TO_PIGSTY: ReadonlySet<string> = new Set(
  `certbot_sign certbot_email certbot_options code_port jupyter_port infra_packages infra_extra_packages repo_modules repo_upstream
  repo_upstream_removed repo_packages repo_extra_packages repo_url_packages repo_url_extra_packages node_repo_modules node_repo_remove node_repo_upstream
  node_default_packages node_packages node_tune node_kernel_modules node_hugepage_count node_hugepage_ratio node_overcommit_ratio
  node_disable_numa node_disable_swap node_disable_selinux node_disable_firewall node_selinux_mode node_firewall_mode node_firewall_public_port
  node_static_network node_disk_prefetch node_admin_enabled node_admin_uid node_admin_username node_admin_sudo node_admin_ssh_exchange
  node_admin_pk_current node_admin_pk_list node_aliases node_timezone node_crontab node_crontab_overwrite node_write_etc_hosts node_uv_env
  node_pip_packages nodename_overwrite nodename_exchange node_id node_vip_enabled vip_enabled vip_address vip_vrid vip_role vip_preempt
  vip_interface vip_dns_suffix vip_auth_pass vip_exporter_port vector_options haproxy_auth_enabled haproxy_client_timeout haproxy_server_timeout
  haproxy_services haproxy_reload grafana_plugin_method grafana_plugin_cache grafana_plugin_list grafana_plugin_git infra_user
  node_conf node_local_repo_url node_firewall`.split(/\s+/),
);

/** How names of these modules begin. An unknown name that begins so is probably mistyped. */
export const OUR_PREFIXES =
  /^(?:infra|repo|nginx|dns|vmetrics|vlogs|vtraces|vmalert|alertmanager|blackbox|grafana|ca|cert|certbot|node|nodename|vector|haproxy)_/;
