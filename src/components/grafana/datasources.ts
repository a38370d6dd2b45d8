/**
 * Grafana's data sources, provisioned from a file
 * (https://grafana.com/docs/grafana/latest/administration/provisioning/).
 */
import { type Desired, paramsOf } from '../../install/contract/desired.ts';
import { formatYamlFile } from '../../template/yaml-file.ts';
import { hasComponent } from '../kit/component-entry.ts';
import { infraHosts } from '../kit/infra-hosts.ts';
import { bracketed } from '../kit/listen-address.ts';

/** Text of provisioning/datasources/pigsty.yml: what is on this host under fixed names, and every INFRA host's stores by number. */
export function formatDatasources(desired: Desired): string {
  const { params, secrets } = desired;
  const own = { access: 'proxy', editable: true } as const;
  const local = [
    ...(isOn(desired, 'vmetrics')
      ? [{ ...prometheus('Metrics', 'ds-prometheus', `http://127.0.0.1:${params.vmetrics_port}`), isDefault: true }]
      : []),
    ...(isOn(desired, 'vlogs') ? [logs('Logs', 'ds-vlogs', `http://127.0.0.1:${params.vlogs_port}`)] : []),
    ...(isOn(desired, 'vtraces') ? [traces('Traces', 'ds-vtraces', `http://127.0.0.1:${params.vtraces_port}`)] : []),
    meta(params.grafana_view_password ?? secrets.grafana_view_password ?? ''),
  ];
  const numbered = infraHosts(desired).flatMap((host) => {
    const peer = paramsOf(desired, host);
    const at = (port: number): string =>
      infraHosts(desired).length === 1 ? `http://127.0.0.1:${port}` : `http://${bracketed(host.address)}:${port}`;
    const n = host.infraSeq;
    return [
      ...(isOn(desired, 'vmetrics') && peer.vmetrics_enabled ? [prometheus(`vmetrics-${n}`, `vmetrics-${n}`, at(peer.vmetrics_port))] : []),
      ...(isOn(desired, 'vlogs') && peer.vlogs_enabled ? [logs(`vlogs-${n}`, `vlogs-${n}`, at(peer.vlogs_port))] : []),
      ...(isOn(desired, 'vtraces') && peer.vtraces_enabled ? [traces(`vtraces-${n}`, `vtraces-${n}`, at(peer.vtraces_port))] : []),
    ];
  });
  const datasources = [...local, ...numbered].map((source) => ({ ...source, ...own, orgId: 1 }));
  return formatYamlFile('Written by pigsty-install.', { apiVersion: 1, prune: true, datasources });
}

function isOn(desired: Desired, component: 'vmetrics' | 'vlogs' | 'vtraces'): boolean {
  return hasComponent(desired, component) && desired.params[`${component}_enabled`];
}

function prometheus(name: string, uid: string, url: string) {
  return { name, uid, type: 'prometheus', url, jsonData: { httpMethod: 'POST', timeInterval: '2s', queryTimeout: '60s' } };
}

function logs(name: string, uid: string, url: string) {
  return { name, uid, type: 'victoriametrics-logs-datasource', url };
}

function traces(name: string, uid: string, url: string) {
  return { name, uid, type: 'jaeger', url: `${url}/select/jaeger` };
}

/** PostgreSQL `meta` on this host, when Pigsty puts one there. `$` begins a variable in provisioning files. */
function meta(password: string) {
  return {
    name: 'Meta',
    uid: 'ds-meta',
    type: 'postgres',
    url: '127.0.0.1:5432',
    user: 'dbuser_view',
    secureJsonData: { password: password.replaceAll('$', '$$$$') },
    jsonData: { database: 'meta', sslmode: 'require', maxOpenConns: 64, maxIdleConns: 10, connMaxLifetime: 14_400 },
  };
}
