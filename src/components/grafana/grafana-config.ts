/** grafana.ini and Grafana's provisioning files (https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/, …/administration/provisioning/). */
import { AppError } from '../../base/errors.ts';
import { type Desired, paramsOf } from '../../install/contract/desired.ts';
import { findIniValueFault, formatIniFile, type IniSection, type IniValue } from '../../template/ini-file.ts';
import { formatYamlFile } from '../../template/yaml-file.ts';
import { bracketed, hasComponent, infraHosts } from '../kit/component.ts';
import { portalDomain } from '../kit/portal-address.ts';

/** Where dashboards of the bundle are put for Grafana to load; folders become folders. */
export const DASHBOARD_DIRECTORY = '/infra/dashboards';

/**
 * Text of grafana.ini. Nothing in it lets Grafana reach the internet: no reports, update checks, news, plugin downloads, gravatars or snapshots.
 *
 * @throws {AppError} `CONFIG_INVALID` when a password or URL holds what Grafana would replace.
 */
export function formatGrafanaIni(desired: Desired, listen: string): string {
  const { params, host, secrets } = desired;
  const password = params.grafana_admin_password ?? secrets.grafana_admin_password ?? '';
  refuseExpansion('grafana_admin_password', password);
  refuseExpansion('grafana_pgurl', params.grafana_pgurl);
  const [address, port] = [listen.slice(0, listen.lastIndexOf(':')), params.grafana_port];
  const trusted = [...new Set(['localhost', '127.0.0.1', host.address, portalDomain(desired)])].join(' ');
  const sections: Record<string, Record<string, IniValue>> = {
    paths: { provisioning: '/etc/grafana/provisioning' },
    server: {
      http_addr: address,
      http_port: port,
      domain: portalDomain(desired),
      root_url: '/ui/',
      serve_from_sub_path: true,
    },
    database: params.grafana_pgurl === '' ? { wal: true } : { type: 'postgres', url: params.grafana_pgurl },
    analytics: { reporting_enabled: false, check_for_updates: false, check_for_plugin_updates: false, feedback_links_enabled: false },
    security: {
      admin_user: params.grafana_admin_username,
      admin_password: password,
      disable_gravatar: true,
      allow_embedding: true,
      csrf_trusted_origins: trusted,
    },
    snapshots: { external_enabled: false },
    dashboards: { versions_to_keep: 100, min_refresh_interval: '1s', ...homeDashboard(desired) },
    users: { allow_sign_up: false, default_theme: 'light', default_language: params.language === 'zh' ? 'zh-Hans' : 'en-US' },
    auth: { disable_signout_menu: false },
    'auth.anonymous': { enabled: true, org_role: 'Viewer' },
    'auth.proxy': authProxy(desired),
    news: { news_feed_enabled: false },
    plugins: {
      allow_loading_unsigned_plugins: 'victoriametrics-logs-datasource,victoriametrics-metrics-datasource',
      plugin_admin_enabled: false,
      public_key_retrieval_disabled: true,
      preinstall_disabled: true,
    },
  };
  return formatIniFile('Written by pigsty-install from pigsty.yml; changes here are put back.', toSections(sections));
}

function homeDashboard(desired: Desired): Record<string, IniValue> {
  return desired.assets.has('dashboards/home.json') ? { default_home_dashboard_path: `${DASHBOARD_DIRECTORY}/home.json` } : {};
}

function toSections(sections: Readonly<Record<string, Readonly<Record<string, IniValue>>>>): IniSection[] {
  return Object.entries(sections).map(([name, values]) => ({ name, values: Object.entries(values) }));
}

/** Whoever may set the header is anybody Grafana believes him to be: only processes on this host, and nginx takes it away from browsers. */
function authProxy(desired: Desired): Record<string, IniValue> {
  if (!desired.params.grafana_auth_proxy) return { enabled: false };
  return {
    enabled: true,
    header_name: 'X-WEBAUTH-USER',
    header_property: 'username',
    whitelist: `127.0.0.1, ::1, ${desired.host.address}`,
    enable_login_token: true,
  };
}

function refuseExpansion(name: string, value: string): void {
  const fault = findIniValueFault(value);
  if (fault !== null) throw new AppError('CONFIG_INVALID', `${name} holds ${fault}`, { hint: 'choose another value' });
}

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

/** Text of provisioning/dashboards/pigsty.yml. */
export function formatDashboardProviders(): string {
  const provider = (name: string, path: string) => ({
    name,
    orgId: 1,
    type: 'file',
    updateIntervalSeconds: 30,
    allowUiUpdates: true,
    options: { path, foldersFromFilesStructure: true },
  });
  return formatYamlFile('Written by pigsty-install. Your own dashboards go below /etc/dashboards.', {
    apiVersion: 1,
    providers: [provider('Pigsty', DASHBOARD_DIRECTORY), provider('Local', '/etc/dashboards')],
  });
}
