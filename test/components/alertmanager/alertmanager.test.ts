import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alertmanager, formatAlertmanagerConfig } from '../../../src/components/alertmanager/alertmanager.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { fileOf, maybePlanOf, OFF, ON, optionsOf, planOf, TWO_INFRA_HOSTS, unitOf, WITH_NODE, without } from '../component-lab.ts';

describe('alertmanager', () => {
  it('listens on loopback of a single INFRA host, knows its address in the portal, and gossips with nobody', () => {
    const plan = planOf(alertmanager);
    const options = optionsOf(plan, 'alertmanager');
    expect(options).toContain('--web.listen-address=127.0.0.1:9059');
    expect(options).toContain('--web.external-url=http://i.pigsty/alertmgr');
    expect(options).toMatch(/--cluster\.listen-address= /);
    expect(plan.probes).toEqual([{ id: 'alertmanager', component: 'alertmanager', kind: 'http', url: 'http://127.0.0.1:9059/-/healthy' }]);
    expect(plan.ports).toEqual([{ port: 9059, protocol: 'tcp', holders: ['alertmanager'], address: '127.0.0.1' }]);
    expect(unitOf(plan, 'alertmanager.service')).toEqual(ON);
  });

  it('listens on every address where other INFRA hosts ask it, on the port that is configured', () => {
    const plan = planOf(alertmanager, { hosts: TWO_INFRA_HOSTS, vars: 'alertmanager_port: 9999, alertmanager_options: --log.level=debug' });
    expect(optionsOf(plan, 'alertmanager')).toContain('--web.listen-address=:9999');
    expect(optionsOf(plan, 'alertmanager')).toMatch(/--log\.level=debug"$/m);
    expect(plan.ports?.map((claim) => claim.port)).toEqual([9999]);
  });

  it('checks its file with amtool, and never touches it again once it is the operator’s', () => {
    const file = fileOf(planOf(alertmanager), '/etc/alertmanager.yml');
    expect(file).toMatchObject({ initial: true, mode: 0o640, validate: ['/usr/bin/amtool', 'check-config', '{file}'] });
  });

  it('is stopped, not probed, when it is switched off', () => {
    const plan = planOf(alertmanager, { vars: 'alertmanager_enabled: false' });
    expect(unitOf(plan, 'alertmanager.service')).toEqual(OFF);
    expect([plan.probes, plan.ports]).toEqual([undefined, undefined]);
  });

  it('is only on INFRA hosts, and only when the bundle has it', () => {
    expect(maybePlanOf(alertmanager, { inventory: parseInventory(WITH_NODE, 'x'), host: '10.10.10.20' })).toBeNull();
    expect(maybePlanOf(alertmanager, { change: without('alertmanager') })).toBeNull();
  });
});

describe('its configuration', () => {
  it('sends alerts nowhere until the operator says where', () => {
    const config = parse(formatAlertmanagerConfig()) as { route: { receiver: string }; receivers: unknown[]; inhibit_rules: unknown[] };
    expect(config.route.receiver).toBe('default');
    expect(config.receivers).toEqual([{ name: 'default' }]);
    expect(config.inhibit_rules).toHaveLength(1);
  });
});
