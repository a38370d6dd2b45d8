/**
 * chronyd on every host (https://chrony-project.org/doc/4.3/chrony.conf.html). The admin host serves time to the others also when it has no source
 * itself, because there is none behind an air gap; the others follow it.
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

/** A host alone has nobody to serve, but those of its networks who have nothing else; Pigsty opens it, and so do we for private networks. */
function opensPort(desired: Desired): boolean {
  return desired.params.node_firewall_intranet.length > 0;
}

/** Text of chrony.conf. */
export function formatChronyConfig(desired: Desired): string {
  const { params, host } = desired;
  // A line that leads to this very host is for the others.
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

/** Further INFRA hosts stand behind the first: with equal rank they would drift apart. */
function stratum(desired: Desired): string[] {
  return [`local stratum ${desired.host.address === desired.adminIp ? 10 : 12} orphan`];
}

/** Most containers may not set the clock, and the packaged unit then does not start: here it serves the time the host keeps. */
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
