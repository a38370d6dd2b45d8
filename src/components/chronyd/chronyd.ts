/**
 * chronyd on every host (https://chrony-project.org/doc/4.3/chrony.conf.html). INFRA hosts serve time to the others. They do so even
 * without a time source of their own, because behind an air gap there is none. The other hosts follow the admin host.
 */

import type { ComponentEntry, FileStep, Service, Step } from '../../install/contract/declaration.ts';
import type { Desired, HostParams } from '../../install/contract/desired.ts';
import { formatLineFile } from '../../template/line-file.ts';
import { formatExec, formatUnit } from '../../template/systemd-unit.ts';
import { installSteps } from '../kit/base-steps.ts';
import { entryOf } from '../kit/component-entry.ts';
import { openPortSteps } from '../kit/open-port-steps.ts';
import { restartOf, unitOf, unitStep } from '../kit/unit-step.ts';

export const chronyd: Service<HostParams> = {
  name: 'chronyd',
  phase: 'node',
  plan(desired, facts) {
    const entry = entryOf(desired, 'chronyd');
    if (entry === null || entry.binary === null) return null;
    const unit = unitOf(entry, 'chronyd');
    const isOn = desired.params.node_ntp_enabled;
    const serves = isOn && servesTime(desired);
    const steps: Step[] = [
      ...installSteps(entry, restartOf(unit)),
      { kind: 'file', path: configPath(entry), content: formatChronyConfig(desired), notify: restartOf(unit) },
      ...(!facts.canSetClock ? clocklessSteps(entry, unit) : []),
      unitStep(unit, isOn),
    ];
    if (!isOn) return { steps };
    return {
      steps: serves && desired.hosts.length > 1 ? [...steps, ...openPortSteps(facts, 123, 'udp')] : steps,
      probes: [{ id: 'chronyd', component: 'chronyd', kind: 'command', argv: ['chronyc', '-n', 'tracking'] }],
      ports: serves && opensPort(desired) ? [{ port: 123, protocol: 'udp', holders: ['chronyd'] }] : [],
    };
  },
};

function configPath(entry: ComponentEntry): string {
  return entry.config[0] ?? '/etc/chrony.conf';
}

/** INFRA hosts serve: any of them can be `admin_ip` for some host. */
function servesTime(desired: Desired): boolean {
  return desired.host.infraSeq !== undefined;
}

/** True when hosts of the private networks may ask for time, as in Pigsty. */
function opensPort(desired: Desired): boolean {
  return desired.params.node_firewall_intranet.length > 0;
}

/** Text of chrony.conf. */
export function formatChronyConfig(desired: Desired): string {
  const { params, host } = desired;
  // A source that is this host itself is meant for the other hosts.
  const sources = (params.node_ntp_servers ?? []).filter((line) => line.split(/\s+/)[1] !== host.address);
  const serving = servesTime(desired)
    ? [...params.node_firewall_intranet.map((network) => `allow ${network}`), 'allow 127.0.0.1/32', ...stratum(desired)]
    : ['port 0'];
  return formatLineFile('Written by pigsty-install from node_ntp_servers.', [
    ...sources,
    ...serving,
    'driftfile /var/lib/chrony/drift',
    'makestep 10 120',
    'rtcsync',
    'logdir /var/log/chrony',
    // Administration over the local socket only.
    'cmdport 0',
  ]);
}

/** Further INFRA hosts have a lower rank than the first: with equal rank their clocks would drift apart. */
function stratum(desired: Desired): string[] {
  return [`local stratum ${desired.host.address === desired.adminIp ? 10 : 12} orphan`];
}

/** Most containers may not set the clock, and the packaged unit does not start there. With `-x` chronyd serves the time the host has. */
function clocklessSteps(entry: ComponentEntry, unit: string): FileStep[] {
  const content = formatUnit('Written by pigsty-install: this host may not set its clock.', [
    { name: 'Unit', settings: [['ConditionCapability', '']] },
    {
      name: 'Service',
      settings: [
        ['Type', 'simple'],
        ['PIDFile', ''],
        ['ExecStart', ''],
        // As packaged: started with root's rights (`!`), in a run-time directory of its user.
        ['ExecStart', `!${formatExec([entry.binary ?? 'chronyd', '-n', '-x', '-u', entry.user, '-f', configPath(entry)])}`],
      ],
    },
  ]);
  return [{ kind: 'file', path: `/etc/systemd/system/${unit}.d/pigsty.conf`, content, notify: restartOf(unit) }];
}
