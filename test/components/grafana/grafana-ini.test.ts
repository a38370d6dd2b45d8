import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../src/base/errors.ts';
import { formatGrafanaIni } from '../../../src/components/grafana/grafana-ini.ts';
import { componentMounts } from '../../../src/components/kit/component-mounts.ts';
import { type ComponentOptions, desiredOf } from '../component-lab.ts';

/** `section.key` → value as written. */
function settingsOf(options: ComponentOptions = {}, listen = '127.0.0.1:3000'): Readonly<Record<string, string>> {
  const settings: Record<string, string> = {};
  let section = '';
  for (const line of formatGrafanaIni(desiredOf(options), listen).split('\n')) {
    section = /^\[(.+)\]$/.exec(line)?.[1] ?? section;
    const [, key, value] = /^([a-z_]+) = ?(.*)$/.exec(line) ?? [];
    if (key !== undefined) settings[`${section}.${key}`] = value ?? '';
  }
  return settings;
}

describe('formatGrafanaIni', () => {
  it('lets Grafana never call home', () => {
    expect(settingsOf()).toMatchObject({
      'analytics.reporting_enabled': 'false',
      'analytics.check_for_updates': 'false',
      'analytics.check_for_plugin_updates': 'false',
      'news.news_feed_enabled': 'false',
      'security.disable_gravatar': 'true',
      'snapshots.external_enabled': 'false',
      'plugins.public_key_retrieval_disabled': 'true',
      'plugins.preinstall_disabled': 'true',
      'plugins.plugin_admin_enabled': 'false',
    });
  });

  it('serves below the path where the portal has it mounted', () => {
    const mount = componentMounts(desiredOf()).find((one) => one.component === 'grafana');
    expect(settingsOf()).toMatchObject({ 'server.serve_from_sub_path': 'true', 'server.root_url': mount?.path });
    expect(settingsOf({ vars: 'infra_portal: { home: { domain: g.test } }' })['server.domain']).toBe('g.test');
  });

  it('listens where it is told to', () => {
    expect(settingsOf({ vars: 'grafana_port: 3001' })).toMatchObject({ 'server.http_addr': '127.0.0.1', 'server.http_port': '3001' });
    expect(settingsOf({}, ':3000')['server.http_addr']).toBe('');
  });

  it('keeps its data in SQLite, or in the PostgreSQL that is configured', () => {
    expect(settingsOf()['database.wal']).toBe('true');
    expect(settingsOf({ vars: 'grafana_pgurl: "postgres://u:p@h:5432/g"' })).toMatchObject({
      'database.type': 'postgres',
      'database.url': 'postgres://u:p@h:5432/g',
    });
  });

  it('takes the configured password, else the generated one', () => {
    expect(settingsOf()['security.admin_password']).toBe('generated1');
    expect(settingsOf({ vars: 'grafana_admin_password: "mine"' })['security.admin_password']).toBe('mine');
  });

  it('believes the header of a proxy from this host only, and only when asked to', () => {
    expect(settingsOf()['auth.proxy.enabled']).toBe('false');
    expect(settingsOf({ vars: 'grafana_auth_proxy: true' })).toMatchObject({
      'auth.proxy.enabled': 'true',
      'auth.proxy.whitelist': '127.0.0.1, ::1, 10.10.10.10',
    });
  });

  it('opens with the home dashboard when the bundle has one', () => {
    expect(settingsOf()['dashboards.default_home_dashboard_path']).toBe('/infra/dashboards/home.json');
    expect(settingsOf({ change: (desired) => ({ ...desired, assets: new Map() }) })).not.toHaveProperty(
      'dashboards.default_home_dashboard_path',
    );
  });

  it.each(['grafana_admin_password', 'grafana_pgurl'])('refuses a %s that Grafana would replace parts of', (name) => {
    let thrown: unknown;
    try {
      settingsOf({ vars: `${name}: 'postgres://a$${'{HOME}'}'` });
    } catch (error) {
      thrown = error;
    }
    if (!isAppError(thrown, 'CONFIG_INVALID')) throw new Error('not refused');
    expect(thrown.message).toContain(name);
  });
});
