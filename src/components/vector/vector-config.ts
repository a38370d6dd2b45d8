/**
 * Vector's configuration: a directory of files, one per module (https://vector.dev/docs/reference/configuration/). What ends in `_logs`
 * goes to every VictoriaLogs, what ends in `_metrics` is shown on the metrics port; files of Pigsty use the same endings. Values stand in
 * programs (VRL) only as JSON texts, which are VRL string literals.
 */
import { type Desired, paramsOf } from '../../install/contract/desired.ts';
import { formatYamlFile } from '../../template/yaml-file.ts';
import { hasComponent } from '../kit/component-entry.ts';
import { infraHosts } from '../kit/infra-hosts.ts';
import { bracketed } from '../kit/listen-address.ts';

/** Text of /etc/vector/vector.yaml. */
export function formatVectorMain(desired: Desired, listen: string): string {
  const endpoints = logEndpoints(desired);
  const sinks = Object.fromEntries(endpoints.map((url, i) => [endpoints.length === 1 ? 'vlogs' : `vlogs${i + 1}`, logSink(url)]));
  return formatYamlFile('Written by pigsty-install. One file per module stands beside this one.', {
    data_dir: desired.params.vector_data,
    sources: { internal_metrics: { type: 'internal_metrics', scrape_interval_secs: 15 } },
    sinks: {
      vmetrics: {
        type: 'prometheus_exporter',
        inputs: ['*_metrics'],
        address: listen.startsWith(':') ? `0.0.0.0${listen}` : listen,
        default_namespace: 'vector',
      },
      ...sinks,
    },
  });
}

/** Addresses logs are sent to: every INFRA host that keeps logs, or what `vector_log_endpoint` lists. */
export function logEndpoints(desired: Desired): string[] {
  const listed = desired.params.vector_log_endpoint;
  return [...new Set(listed.flatMap((one) => (one === 'infra' ? infraLogEndpoints(desired) : [one.replace(/\/+$/, '')])))];
}

function infraLogEndpoints(desired: Desired): string[] {
  if (!hasComponent(desired, 'vlogs')) return [];
  return infraHosts(desired)
    .filter((host) => paramsOf(desired, host).vlogs_enabled)
    .map((host) => {
      // A host alone keeps its logs on loopback.
      const address = desired.hosts.length === 1 ? '127.0.0.1' : bracketed(host.address);
      return `http://${address}:${paramsOf(desired, host).vlogs_port}`;
    });
}

function logSink(url: string) {
  return {
    type: 'http',
    inputs: ['*_logs'],
    uri: `${url}/insert/jsonline`,
    encoding: { codec: 'json' },
    framing: { method: 'newline_delimited' },
    compression: 'gzip',
    healthcheck: { enabled: false },
    request: {
      headers: {
        'VL-Stream-Fields': 'job,ins,ip',
        'VL-Msg-Field': 'message',
        'VL-Time-Field': '_time',
        'VL-Ignore-Fields': 'timestamp,file',
        AccountID: '0',
        ProjectID: '0',
      },
    },
  };
}

/** Text of /etc/vector/node.yaml: the journal of this boot. */
export function formatNodeLogs(desired: Desired): string {
  const { host } = desired;
  return formatYamlFile('Written by pigsty-install.', {
    sources: { syslog_raw: { type: 'journald', current_boot_only: true, since_now: desired.params.vector_read_from === 'end' } },
    transforms: {
      syslog_logs: {
        type: 'remap',
        inputs: ['syslog_raw'],
        source: [
          'entry = .',
          'levels = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"]',
          'priority = to_int(entry.PRIORITY) ?? 6',
          '. = {}',
          '._time = entry.timestamp',
          '.message = to_string(entry.message) ?? ""',
          '.app = to_string(entry.SYSLOG_IDENTIFIER) ?? to_string(entry._COMM) ?? ""',
          '.unit = replace(to_string(entry._SYSTEMD_UNIT) ?? "", r\'\\.[a-z]+$\', "")',
          '.pid = to_string(entry._PID) ?? ""',
          '.level = to_string(get(levels, [priority]) ?? "info") ?? "info"',
          ...identity(host.address, host.nodename, host.cluster, 'syslog'),
        ].join('\n'),
      },
    },
  });
}

/** Text of /etc/vector/nginx.yaml: access and error logs of the portal. */
export function formatNginxLogs(desired: Desired, seq: number): string {
  const { host } = desired;
  const source = (include: readonly string[], exclude: readonly string[]) => ({
    type: 'file',
    include,
    exclude,
    read_from: desired.params.vector_read_from,
  });
  return formatYamlFile('Written by pigsty-install.', {
    sources: {
      nginx_access_raw: source(['/var/log/nginx/*.log'], ['/var/log/nginx/error.log']),
      nginx_error_raw: source(['/var/log/nginx/error.log'], []),
    },
    transforms: {
      nginx_access_logs: {
        type: 'remap',
        inputs: ['nginx_access_raw'],
        source: [
          'raw = to_string(.message) ?? ""',
          'file = to_string(.file) ?? ""',
          'parsed, _ = parse_nginx_log(raw, format: "combined")',
          // After a failure it is an empty object: the line is kept without its parts.
          '. = parsed',
          '._time = if exists(.timestamp) { .timestamp } else { now() }',
          '.message = raw',
          '.server = replace(replace(file, r\'^.*/\', ""), r\'\\.log$\', "")',
          ...identity(host.address, `nginx-${seq}`, 'nginx', 'nginx'),
        ].join('\n'),
      },
      nginx_error_logs: {
        type: 'remap',
        inputs: ['nginx_error_raw'],
        source: [
          'raw = to_string(.message) ?? ""',
          'parsed, _ = parse_nginx_log(raw, format: "error")',
          // After a failure it is an empty object: the line is kept without its parts.
          '. = parsed',
          '._time = if exists(.timestamp) { .timestamp } else { now() }',
          '.message = raw',
          '.level = if exists(.severity) { to_string(.severity) ?? "unknown" } else { "unknown" }',
          ...identity(host.address, `nginx-${seq}`, 'nginx-error', 'nginx'),
        ].join('\n'),
      },
    },
  });
}

function identity(ip: string, ins: string, cls: string, job: string): string[] {
  return Object.entries({ ip, ins, cls, job }).map(([name, value]) => `.${name} = ${JSON.stringify(value)}`);
}
