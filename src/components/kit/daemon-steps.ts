/**
 * Components that are one program with command line options: an environment file `/etc/default/<unit>` with the options, as in Pigsty, and
 * a systemd unit of our own with as much hardening as the program bears.
 */

import type { ComponentEntry, FileStep, Step } from '../../install/contract/declaration.ts';
import { formatExec, formatOptionsFile, formatUnit } from '../../template/systemd-unit.ts';
import { installSteps } from './base-steps.ts';
import { restartOf, unitOf, unitStep } from './unit-step.ts';

/** How a daemon is run. */
export interface Daemon {
  readonly component: string;
  readonly entry: ComponentEntry;
  readonly description: string;
  /** Command line after the program. */
  readonly options: readonly string[];
  readonly user: string;
  readonly group: string;
  readonly isEnabled: boolean;
  /** Directories it writes to. Everything else is read-only for it. */
  readonly writable?: readonly string[];
  /** Capabilities it keeps. Default none. */
  readonly capabilities?: readonly string[];
  /** Sees the host as it is: no mount namespace of its own. For what measures the host. */
  readonly seesHost?: boolean;
  /** It re-reads its configuration on SIGHUP. Default true. */
  readonly reloads?: boolean;
  readonly after?: readonly string[];
  readonly wants?: readonly string[];
  readonly maxFiles?: number;
  readonly settings?: readonly (readonly [string, string])[];
}

/** The kernel's default of fs.nr_open. A unit that asks for more does not start. */
export const MAX_FILES = 1_048_576;

const COMMENT = 'Written by pigsty-install from pigsty.yml; changes here are put back.';

/** Packages, environment file, unit file, unit. */
export function daemonSteps(daemon: Daemon): Step[] {
  const unit = unitOf(daemon.entry, daemon.component);
  const name = unit.replace(/\.service$/, '');
  const variable = `${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_OPTS`;
  const environment: FileStep = {
    kind: 'file',
    path: `/etc/default/${name}`,
    content: formatOptionsFile(COMMENT, variable, daemon.options),
    notify: restartOf(unit),
  };
  const unitFile: FileStep = {
    kind: 'file',
    path: `/etc/systemd/system/${unit}`,
    content: unitText(daemon, name, variable),
    notify: restartOf(unit),
  };
  return [...installSteps(daemon.entry, restartOf(unit)), environment, unitFile, unitStep(unit, daemon.isEnabled)];
}

function unitText(daemon: Daemon, name: string, variable: string): string {
  if (daemon.entry.binary === null) throw new Error(`component ${daemon.component} has no program`);
  const after = ['network.target', ...(daemon.after ?? [])];
  return formatUnit(COMMENT, [
    {
      name: 'Unit',
      settings: [
        ['Description', daemon.description],
        ['After', after.join(' ')],
        ...(daemon.wants === undefined ? [] : [['Wants', daemon.wants.join(' ')] as const]),
      ],
    },
    {
      name: 'Service',
      settings: [
        ['Type', 'simple'],
        ['User', daemon.user],
        ['Group', daemon.group],
        ['EnvironmentFile', `-/etc/default/${name}`],
        ['ExecStart', `${formatExec([daemon.entry.binary])} $${variable}`],
        ...(daemon.reloads === false ? [] : [['ExecReload', '/bin/kill -HUP $MAINPID'] as const]),
        ['Restart', 'on-failure'],
        ['RestartSec', '5s'],
        ['LimitNOFILE', String(Math.min(daemon.maxFiles ?? 65_536, MAX_FILES))],
        ...hardening(daemon),
        ...(daemon.settings ?? []),
      ],
    },
    { name: 'Install', settings: [['WantedBy', 'multi-user.target']] },
  ]);
}

/** Understood by systemd 239 (EL 8) and later. */
function hardening(daemon: Daemon): [string, string][] {
  const capabilities = (daemon.capabilities ?? []).join(' ');
  const everywhere: [string, string][] = [
    ['NoNewPrivileges', 'yes'],
    ['CapabilityBoundingSet', capabilities],
    ...(capabilities === '' || daemon.user === 'root' ? [] : [['AmbientCapabilities', capabilities] as [string, string]]),
    ['RestrictAddressFamilies', 'AF_UNIX AF_INET AF_INET6 AF_NETLINK'],
    ['RestrictNamespaces', 'yes'],
    ['RestrictRealtime', 'yes'],
    ['LockPersonality', 'yes'],
    ['SystemCallArchitectures', 'native'],
  ];
  if (daemon.seesHost === true) return everywhere;
  return [
    ...everywhere,
    ['ProtectSystem', 'strict'],
    ['ProtectHome', 'read-only'],
    ['PrivateTmp', 'yes'],
    ['PrivateDevices', 'yes'],
    ['ProtectKernelTunables', 'yes'],
    ['ProtectKernelModules', 'yes'],
    ['ProtectControlGroups', 'yes'],
    ['UMask', '0027'],
    ...(daemon.writable ?? []).map((path): [string, string] => ['ReadWritePaths', path]),
  ];
}
