/** Verbs that only look: `facts`, `doctor`, `status`. */
import { formatBytes } from '../../base/bytes.ts';
import { gatherFacts } from '../../facts/gather.ts';
import { readHostFile } from '../../host/files.ts';
import { prepare } from '../../install/apply/install-host.ts';
import { parseUnits } from '../../install/apply/observe.ts';
import { probeRemotely } from '../../install/apply/remote-installer.ts';
import { DEFAULT_SETTINGS } from '../../install/contract/engine-settings.ts';
import { checkHost } from '../../install/preflight/check-host.ts';
import type { Finding } from '../../install/preflight/finding.ts';
import { runProbes } from '../../install/probes/run-probes.ts';
import { EARLIER_RUNS, type InstallFacts } from '../../install/state/earlier-runs.ts';
import { INSTALLED_PATH, type InstalledState, parseInstalledState } from '../../install/state/installed-state.ts';
import type { CommandContext, CommandResult } from '../program/command.ts';
import { EXIT } from '../program/exit-codes.ts';
import { type OpenHost, withHost } from './connection.ts';
import { installInput } from './install-input.ts';
import type { ConnectionOptions, InstallOptions } from './options.ts';

/** Everything one round trip tells. */
export async function showFacts(options: ConnectionOptions, context: CommandContext): Promise<CommandResult> {
  return withHost(options, context, (open) => factsOf(open, context));
}

async function factsOf({ host }: OpenHost, context: CommandContext): Promise<CommandResult> {
  const facts = await gatherFacts(host, Date.now, EARLIER_RUNS, { signal: context.signal });
  return { lines: factLines(facts), data: { host: host.id, facts: publicFacts(facts) } };
}

function factLines(facts: InstallFacts): string[] {
  const { os, memoryBytes, packageManager } = facts;
  return [
    `system      ${os.prettyName} (${os.distro ?? 'unsupported'}), ${facts.machine}, kernel ${facts.kernel}`,
    `host        ${facts.hostname}, ${facts.addresses.join(' ')}`,
    `privilege   ${facts.privilege.user} (${facts.privilege.how}), systemd ${facts.systemd ?? 'not running'}`,
    `machine     ${facts.cpus} CPUs, ${formatBytes(memoryBytes)}`,
    `packages    ${packageManager === null ? 'no package manager' : `${packageManager.name} ${packageManager.version}`}, ${[...facts.packages.values()].flat().length} installed`,
    `sources     ${facts.sources.map((file) => file.path).join(' ') || 'none'}`,
    `repository  ${facts.repository.complete ? `complete, bundle ${facts.repository.bundleId?.slice(0, 12) ?? 'of somebody else'}` : 'none'}`,
    ...facts.mounts.map(
      (mount) => `disk        ${mount.path}: ${formatBytes(mount.availableBytes)} of ${formatBytes(mount.totalBytes)} free`,
    ),
    ...facts.ports.map((port) => `port        ${port.protocol} ${port.address}:${port.port} ${port.process}`),
  ];
}

/** Facts as plain JSON, without what is secret. */
function publicFacts(facts: InstallFacts): Record<string, unknown> {
  const { kept, journal: _, history: __, packages, users, groups, ...rest } = facts;
  return { ...rest, kept: [...kept.keys()], packages: Object.fromEntries(packages), users: [...users.keys()], groups: [...groups.keys()] };
}

/** Findings about a host, with a bundle or without; exit code 78 when one of them would stop an installation. */
export async function examine(options: InstallOptions, context: CommandContext): Promise<CommandResult> {
  return withHost(options, context, (open) => findingsOf(options, open, context));
}

async function findingsOf(options: InstallOptions, open: OpenHost, context: CommandContext): Promise<CommandResult> {
  const findings =
    options.offline === undefined
      ? await examineAlone(open, context)
      : (await prepare(await installInput(options, open, context), context, false)).findings;
  const lines = findings.flatMap(({ severity, id, evidence, advice }) => [
    `${severity}: ${id}: ${evidence}`,
    ...(advice === '' ? [] : [`  → ${advice}`]),
  ]);
  const isBad = findings.some((finding) => finding.severity === 'error');
  return {
    lines: lines.length === 0 ? [`${open.host.id}: no findings`] : lines,
    data: { host: open.host.id, findings },
    ...(isBad ? { exitCode: EXIT.configuration } : {}),
  };
}

async function examineAlone({ host }: OpenHost, context: CommandContext): Promise<readonly Finding[]> {
  const facts = await gatherFacts(host, Date.now, EARLIER_RUNS, { signal: context.signal });
  return checkHost({ facts, bundle: null, ports: [], ...DEFAULT_SETTINGS });
}

/** Every component as it is now; exit code 69 when one is not well, 66 when nothing is installed. */
export async function showStatus(options: ConnectionOptions, context: CommandContext): Promise<CommandResult> {
  return withHost(options, context, statusOf);
}

async function statusOf({ host, isLocal }: OpenHost): Promise<CommandResult> {
  const text = await readHostFile(host, INSTALLED_PATH);
  const installed = text === null ? null : parseInstalledState(text.toString());
  if (installed === null)
    return { lines: [`${host.id}: not installed`], data: { host: host.id, installed: false }, exitCode: EXIT.inputMissing };
  const units = installed.units.map((one) => one.unit);
  const shown = await host.run({
    argv: ['systemctl', 'show', '--property=Id,LoadState,ActiveState,SubState,UnitFileState', '--', ...units],
  });
  const states = units.length === 0 ? new Map() : parseUnits(shown.stdout.toString(), units);
  const probes = isLocal
    ? await runProbes(installed.probes, { once: true })
    : await probeRemotely(host, installed.program, installed.probes, true);
  const components = installed.services.map((name) => componentStatus(name, installed, states, probes));
  const isWell = components.every((one) => one.ok);
  const lines = components.map(
    ({ name, version, units: list, ports, url, answers }) =>
      `${name.padEnd(15)} ${version.padEnd(18)} ${list.padEnd(33)} ${ports.padEnd(15)} ${url.padEnd(28)} ${answers}`,
  );
  return {
    lines: [
      `bundle ${installed.bundleId.slice(0, 12)} (${installed.version})`,
      ...lines.map((line) => line.trimEnd()),
      ...installed.urls.filter(({ name }) => !installed.services.includes(name)).map(({ name, url }) => `${name}: ${url}`),
      ...installed.secrets.map(({ name, path }) => `${name}: ${path}`),
    ],
    data: { host: host.id, installed: true, bundleId: installed.bundleId, version: installed.version, components, urls: installed.urls },
    ...(isWell ? {} : { exitCode: EXIT.unavailable }),
  };
}

function componentStatus(
  name: string,
  installed: InstalledState,
  states: ReadonlyMap<string, { active: string; sub: string }>,
  probes: readonly { component: string; ok: boolean; detail: string; id: string }[],
) {
  const units = installed.units.filter((one) => one.service === name);
  const answers = probes.filter((probe) => probe.component === name);
  const stateOf = (unit: string): string => states.get(unit)?.active ?? 'unknown';
  return {
    name,
    version: installed.components.find((one) => one.name === name)?.version ?? '',
    units: units.map((one) => `${one.unit} ${stateOf(one.unit)}`).join(', '),
    ports: [...new Set(installed.ports.filter((port) => port.service === name).map((port) => `${port.port}/${port.protocol}`))].join(' '),
    url: installed.urls.find((one) => one.name === name)?.url ?? '',
    answers: answers.map((probe) => `${probe.id}: ${probe.ok ? 'ok' : probe.detail}`).join('; '),
    ok: units.every((one) => (stateOf(one.unit) === 'active') === one.active) && answers.every((probe) => probe.ok),
  };
}
