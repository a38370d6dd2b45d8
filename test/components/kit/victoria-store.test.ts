import { describe, expect, it } from 'vitest';
import { victoriaStore } from '../../../src/components/kit/victoria-store.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { commandIds, maybePlanOf, OFF, optionsOf, planOf, textOf, unitOf, WITH_NODE, without } from '../component-lab.ts';

const FIREWALLD = { security: { selinux: 'absent', semanage: false, firewalld: true, ufw: false, fapolicyd: false } } as const;
const store = victoriaStore({ name: 'vlogs', description: 'a store', directory: '/infra/x' });

describe('victoriaStore', () => {
  it('listens on loopback of a host alone, and everywhere when other hosts send to it', () => {
    expect(optionsOf(planOf(store), 'vlogs')).toContain('-storageDataPath=/infra/x -httpListenAddr=127.0.0.1:9428 ');
    const shared = planOf(store, { inventory: parseInventory(WITH_NODE, 'x'), facts: FIREWALLD });
    expect(optionsOf(shared, 'vlogs')).toContain('-httpListenAddr=:9428 ');
    expect(shared.ports).toEqual([{ port: 9428, protocol: 'tcp', holders: ['victoria-logs'] }]);
    expect(commandIds(shared)).toEqual(['firewalld: keep 9428/tcp open', 'firewalld: open 9428/tcp']);
    expect(commandIds(planOf(store, { facts: FIREWALLD }))).toEqual([]);
  });

  it('writes to its directory only', () => {
    const unit = textOf(planOf(store), '/etc/systemd/system/vlogs.service');
    expect(unit).toContain('\nProtectSystem=strict\n');
    expect(unit.match(/^ReadWritePaths=.*$/gm)).toEqual(['ReadWritePaths=/infra/x']);
  });

  it('is stopped when it is switched off, and not there outside INFRA or when the bundle lacks it', () => {
    const plan = planOf(store, { vars: 'vlogs_enabled: false' });
    expect(unitOf(plan, 'vlogs.service')).toEqual(OFF);
    expect([plan.probes, plan.ports]).toEqual([undefined, undefined]);
    expect(maybePlanOf(store, { inventory: parseInventory(WITH_NODE, 'x'), host: '10.10.10.20' })).toBeNull();
    expect(maybePlanOf(store, { change: without('vlogs') })).toBeNull();
  });
});
