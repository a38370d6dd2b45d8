/** grafana.ini (https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/). */
import { HOME_DASHBOARD } from '../../base/asset-layout.ts';
import { AppError } from '../../base/errors.ts';
import type { Desired } from '../../install/contract/desired.ts';
import { findIniValueFault, formatIniFile, type IniSection, type IniValue } from '../../template/ini-file.ts';
import { portalDomain } from '../kit/portal-url.ts';

/**
 * Text of grafana.ini. Grafana never reaches for the internet: reports, update checks, news, plugin downloads, gravatars and
 * snapshots are off.
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
  return desired.assets.has(HOME_DASHBOARD) ? { default_home_dashboard_path: `/infra/${HOME_DASHBOARD}` } : {};
}

function toSections(sections: Readonly<Record<string, Readonly<Record<string, IniValue>>>>): IniSection[] {
  return Object.entries(sections).map(([name, values]) => ({ name, values: Object.entries(values) }));
}

/** Whoever sets this header is taken for the user it names. So only this host may set it, and nginx removes it from what browsers send. */
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
