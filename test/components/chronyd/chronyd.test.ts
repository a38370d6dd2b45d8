import { describe, expect, it } from 'vitest';
import { chronyd, formatChronyConfig } from '../../../src/components/chronyd/chronyd.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import {
  commandIds,
  desiredOf,
  maybePlanOf,
  OFF,
  ON,
  pathsOf,
  planOf,
  TWO_INFRA_HOSTS,
  textOf,
  unitOf,
  WITH_NODE,
  without,
} from '../component-lab.ts';

const CONTAINER = '/etc/systemd/system/chrony.service.d/pigsty.conf';
const withNode = { inventory: parseInventory(WITH_NODE, 'x') };
const FIREWALLD = { security: { selinux: 'absent', semanage: false, firewalld: true, ufw: false, fapolicyd: false } } as const;

describe('chronyd', () => {
  it.each([
    ['Debian', 'd12', 'chrony.service', '/etc/chrony/chrony.conf'],
    ['EL', 'el9', 'chronyd.service', '/etc/chrony.conf'],
  ] as const)('uses the unit and file of %s', (_, distro, unit, path) => {
    const plan = planOf(chronyd, { distro });
    expect(unitOf(plan, unit)).toEqual(ON);
    expect(textOf(plan, path)).toContain('\ndriftfile ');
  });

  it('claims the port of time where it serves it, and asks the daemon whether it works', () => {
    const plan = planOf(chronyd);
    expect(plan.ports).toEqual([{ port: 123, protocol: 'udp', holders: ['chronyd'] }]);
    expect(plan.probes).toEqual([{ id: 'chronyd', component: 'chronyd', kind: 'command', argv: ['chronyc', '-n', 'tracking'] }]);
    expect(planOf(chronyd, { ...withNode, host: '10.10.10.20' }).ports).toEqual([]);
  });

  it('opens the port where there is somebody to serve', () => {
    expect(commandIds(planOf(chronyd, { ...withNode, facts: FIREWALLD }))).toContain('firewalld: open 123/udp');
    expect(commandIds(planOf(chronyd, { facts: FIREWALLD }))).toEqual([]);
    expect(commandIds(planOf(chronyd, { ...withNode, host: '10.10.10.20', facts: FIREWALLD }))).toEqual([]);
  });

  it('starts in a container that may not set the clock, and as packaged elsewhere', () => {
    expect(textOf(planOf(chronyd, { facts: { canSetClock: false } }), CONTAINER)).toContain(
      'ExecStart=\nExecStart=!/usr/sbin/chronyd -n -x -u _chrony -f /etc/chrony/chrony.conf\n',
    );
    expect(pathsOf(planOf(chronyd, { facts: { canSetClock: true } }))).not.toContain(CONTAINER);
  });

  it('is stopped when it is switched off, and not there when the bundle lacks it', () => {
    const plan = planOf(chronyd, { vars: 'node_ntp_enabled: false' });
    expect(unitOf(plan, 'chrony.service')).toEqual(OFF);
    expect([plan.probes, plan.ports]).toEqual([undefined, undefined]);
    expect(maybePlanOf(chronyd, { change: without('chronyd') })).toBeNull();
  });
});

describe('formatChronyConfig', () => {
  it('lets the admin host serve time without any source, and the others follow it', () => {
    const admin = formatChronyConfig(desiredOf(withNode));
    expect(admin).toContain('\nlocal stratum 10 orphan\n');
    expect(admin).toContain('\nallow 10.0.0.0/8\n');
    expect(admin).not.toMatch(/^(?:server|pool)/m);
    const other = formatChronyConfig(desiredOf({ ...withNode, host: '10.10.10.20' }));
    expect(other).toContain('\nserver 10.10.10.10 iburst\n');
    expect(other).toContain('\nport 0\n');
    expect(other).not.toMatch(/^(?:allow|local)/m);
  });

  it('ranks further INFRA hosts behind the first', () => {
    expect(formatChronyConfig(desiredOf({ hosts: TWO_INFRA_HOSTS, host: '10.10.10.11' }))).toContain('\nlocal stratum 12 orphan\n');
  });
});
