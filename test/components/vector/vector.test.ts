import { describe, expect, it } from 'vitest';
import { vector } from '../../../src/components/vector/vector.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import {
  commandIds,
  fileOf,
  maybePlanOf,
  OFF,
  pathsOf,
  planOf,
  stepsOf,
  TWO_INFRA_HOSTS,
  textOf,
  unitOf,
  WITH_NODE,
  without,
} from '../component-lab.ts';

const UFW = { security: { selinux: 'absent', semanage: false, firewalld: false, ufw: true, fapolicyd: false } } as const;

describe('vector', () => {
  it('reads the journal on every host, and nginx’s logs where nginx is', () => {
    expect(pathsOf(planOf(vector))).toEqual(expect.arrayContaining(['/etc/vector/node.yaml', '/etc/vector/nginx.yaml']));
    const outside = planOf(vector, { inventory: parseInventory(WITH_NODE, 'x'), host: '10.10.10.20' });
    expect(pathsOf(outside)).toContain('/etc/vector/node.yaml');
    expect(pathsOf(outside)).not.toContain('/etc/vector/nginx.yaml');
  });

  it('has all its files checked together before it is reloaded', () => {
    const plan = planOf(vector);
    expect(stepsOf(plan.steps, 'check')).toMatchObject([
      { argv: ['/usr/bin/vector', 'validate', '--no-environment', '--config-dir', '/etc/vector'], covers: ['/etc/vector/'] },
    ]);
    expect(fileOf(plan, '/etc/vector/vector.yaml').notify).toEqual([{ kind: 'unit', unit: 'vector.service', action: 'reload' }]);
  });

  it('may read the logs of all users, and nothing more', () => {
    const unit = textOf(planOf(vector), '/etc/systemd/system/vector.service');
    expect(unit).toContain('\nCapabilityBoundingSet=CAP_DAC_READ_SEARCH\n');
    expect(unit).toContain('\nNoNewPrivileges=yes\n');
  });

  it('is probed, claimed and opened where it listens', () => {
    const plan = planOf(vector, { hosts: TWO_INFRA_HOSTS, vars: 'vector_port: 9600', facts: UFW });
    expect(plan.probes).toMatchObject([{ url: 'http://10.10.10.10:9600/metrics' }]);
    expect(plan.ports).toEqual([{ port: 9600, protocol: 'tcp', address: '10.10.10.10', holders: ['vector'] }]);
    expect(commandIds(plan)).toEqual(['ufw: open 9600/tcp']);
  });

  it('is stopped when it is switched off, and not there when the bundle lacks it', () => {
    const plan = planOf(vector, { vars: 'vector_enabled: false' });
    expect(unitOf(plan, 'vector.service')).toEqual(OFF);
    expect([plan.probes, plan.ports]).toEqual([undefined, undefined]);
    expect(maybePlanOf(vector, { change: without('vector') })).toBeNull();
  });
});
