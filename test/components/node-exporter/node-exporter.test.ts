import { describe, expect, it } from 'vitest';
import { nodeExporter } from '../../../src/components/node-exporter/node-exporter.ts';
import { commandIds, maybePlanOf, OFF, optionsOf, planOf, TWO_INFRA_HOSTS, textOf, unitOf, without } from '../component-lab.ts';

const UFW = { security: { selinux: 'absent', semanage: false, firewalld: false, ufw: true, fapolicyd: false } } as const;

describe('nodeExporter', () => {
  it('listens on loopback of a host alone, and on the own address where others scrape it', () => {
    expect(optionsOf(planOf(nodeExporter), 'node_exporter')).toContain('--web.listen-address=127.0.0.1:9100');
    const plan = planOf(nodeExporter, { hosts: TWO_INFRA_HOSTS });
    expect(optionsOf(plan, 'node_exporter')).toContain('--web.listen-address=10.10.10.10:9100');
    expect(plan.ports).toEqual([{ port: 9100, protocol: 'tcp', address: '10.10.10.10', holders: ['node_exporter'] }]);
    expect(plan.probes).toMatchObject([{ url: 'http://10.10.10.10:9100/metrics', contains: 'node_exporter_build_info' }]);
  });

  it('listens everywhere when the host does not have its own address itself, as behind NAT', () => {
    const plan = planOf(nodeExporter, { hosts: TWO_INFRA_HOSTS, facts: { addresses: ['192.0.2.1'] } });
    expect(optionsOf(plan, 'node_exporter')).toContain('--web.listen-address=:9100');
    expect(plan.probes).toMatchObject([{ url: 'http://127.0.0.1:9100/metrics' }]);
  });

  it('opens its port where others scrape it', () => {
    expect(commandIds(planOf(nodeExporter, { hosts: TWO_INFRA_HOSTS, facts: { ...UFW, addresses: [] } }))).toEqual(['ufw: open 9100/tcp']);
    expect(commandIds(planOf(nodeExporter, { facts: UFW }))).toEqual([]);
  });

  it('sees the host as it is, and cannot reload', () => {
    const unit = textOf(planOf(nodeExporter), '/etc/systemd/system/node_exporter.service');
    expect(unit).not.toMatch(/ProtectSystem|PrivateTmp|ExecReload/);
    expect(unit).toContain('\nCPUQuota=30%\n');
  });

  it('is stopped when it is switched off, and not there when the bundle lacks it', () => {
    const plan = planOf(nodeExporter, { vars: 'node_exporter_enabled: false' });
    expect(unitOf(plan, 'node_exporter.service')).toEqual(OFF);
    expect([plan.probes, plan.ports]).toEqual([undefined, undefined]);
    expect(maybePlanOf(nodeExporter, { change: without('node_exporter') })).toBeNull();
  });
});
