import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { blackbox, formatBlackboxConfig } from '../../../src/components/blackbox/blackbox.ts';
import { fileOf, maybePlanOf, OFF, optionsOf, planOf, textOf, unitOf, without } from '../component-lab.ts';

describe('blackbox', () => {
  it('runs as a user of its own with the one capability that ICMP needs', () => {
    const unit = textOf(planOf(blackbox), '/etc/systemd/system/blackbox_exporter.service');
    expect(unit).toContain('\nUser=prometheus\n');
    expect(unit).toContain('\nCapabilityBoundingSet=CAP_NET_RAW\nAmbientCapabilities=CAP_NET_RAW\n');
  });

  it('listens where it is configured to, and is probed there', () => {
    const plan = planOf(blackbox, { vars: 'blackbox_port: 9116, blackbox_options: --log.level=warn' });
    expect(optionsOf(plan, 'blackbox_exporter')).toContain(
      '"--config.file=/etc/blackbox.yml --web.listen-address=127.0.0.1:9116 --log.level=warn"',
    );
    expect(plan.probes).toMatchObject([{ id: 'blackbox', url: 'http://127.0.0.1:9116/-/healthy' }]);
    expect(plan.ports).toEqual([{ port: 9116, protocol: 'tcp', holders: ['blackbox_export'], address: '127.0.0.1' }]);
  });

  it('is reloaded for a new configuration, which the program itself has checked', () => {
    expect(fileOf(planOf(blackbox), '/etc/blackbox.yml')).toMatchObject({
      validate: ['/usr/bin/blackbox_exporter', '--config.check', '--config.file', '{file}'],
      notify: [{ unit: 'blackbox_exporter.service', action: 'reload' }],
    });
  });

  it('is stopped when it is switched off, and not there when the bundle lacks it', () => {
    const plan = planOf(blackbox, { vars: 'blackbox_enabled: false' });
    expect(unitOf(plan, 'blackbox_exporter.service')).toEqual(OFF);
    expect([plan.probes, plan.ports]).toEqual([undefined, undefined]);
    expect(maybePlanOf(blackbox, { change: without('blackbox') })).toBeNull();
  });
});

describe('its configuration', () => {
  it('has the modules Pigsty’s jobs ask for, each over IPv4 first', () => {
    const { modules } = parse(formatBlackboxConfig()) as { modules: Record<string, Record<string, Record<string, unknown>>> };
    expect(Object.keys(modules)).toContain('icmp');
    for (const module of Object.values(modules)) {
      const settings = module[String(module.prober)];
      expect(settings).toMatchObject({ preferred_ip_protocol: 'ip4' });
    }
  });
});
