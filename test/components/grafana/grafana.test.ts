import { describe, expect, it } from 'vitest';
import { grafana } from '../../../src/components/grafana/grafana.ts';
import { fileOf, maybePlanOf, OFF, ON, pathsOf, planOf, unitOf, without } from '../component-lab.ts';

describe('grafana', () => {
  it('is configured by files that others cannot read, and restarted for a change', () => {
    const plan = planOf(grafana);
    for (const path of ['/etc/grafana/grafana.ini', '/etc/grafana/provisioning/datasources/pigsty.yml']) {
      expect(fileOf(plan, path)).toMatchObject({
        mode: 0o640,
        group: 'grafana',
        secret: true,
        notify: [{ unit: 'grafana-server.service', action: 'restart' }],
      });
    }
  });

  it('is not restarted for a dashboard, which it notices by itself', () => {
    const plan = planOf(grafana);
    expect(fileOf(plan, '/infra/dashboards/home.json')).toMatchObject({ mode: 0o640, group: 'infra' });
    expect(fileOf(plan, '/infra/dashboards/home.json').notify).toBeUndefined();
  });

  it('is given three minutes for its first start, under either name of its process', () => {
    const plan = planOf(grafana, { vars: 'grafana_port: 3001' });
    expect(plan.probes).toMatchObject([{ url: 'http://127.0.0.1:3001/api/health', contains: 'ok', withinMs: 180_000 }]);
    expect(plan.ports).toEqual([{ port: 3001, protocol: 'tcp', address: '127.0.0.1', holders: ['grafana', 'grafana-server'] }]);
    expect(unitOf(plan, 'grafana-server.service')).toEqual(ON);
  });

  it('says where a generated password is, and nothing of a configured one', () => {
    expect(planOf(grafana).secrets).toEqual([{ name: 'Grafana', path: '/etc/pigsty/secrets.yml', user: 'admin' }]);
    expect(planOf(grafana, { vars: 'grafana_admin_password: "set"' }).secrets).toEqual([]);
  });

  it('is stopped when it is switched off, and not there when the bundle lacks it', () => {
    const plan = planOf(grafana, { vars: 'grafana_enabled: false' });
    expect(unitOf(plan, 'grafana-server.service')).toEqual(OFF);
    expect([plan.probes, plan.ports]).toEqual([undefined, undefined]);
    expect(pathsOf(plan)).toContain('/etc/grafana/grafana.ini');
    expect(maybePlanOf(grafana, { change: without('grafana') })).toBeNull();
  });
});
