/** Verbs that only look: `facts`, `doctor`, `status`. */
import { formatBytes } from '../../base/bytes.ts';
import { gatherFacts } from '../../facts/gather.ts';
import { sayOwner } from '../../host/lease-owner.ts';
import { doctor } from '../../install/apply/doctor.ts';
import { hostStatus } from '../../install/apply/host-status.ts';
import type { InstallInput } from '../../install/apply/install-input.ts';
import { look, prepare } from '../../install/apply/prepare.ts';
import { followRun, type RunStatus, runStatus } from '../../install/apply/run-status.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { adminHost } from '../../install/desired/admin-host.ts';
import { settingsOf } from '../../install/desired/settings-of.ts';
import type { Finding } from '../../install/preflight/finding.ts';
import { EARLIER_RUNS, type InstallFacts } from '../../install/state/earlier-runs.ts';
import type { CommandContext, CommandResult } from '../program/command.ts';
import { EXIT } from '../program/exit-codes.ts';
import { type Connection, withHost } from './connection.ts';
import { readInput } from './install-source.ts';
import type { ConnectionOptions, InstallOptions, StatusOptions } from './options.ts';

/** Everything one round trip tells. */
export async function showFacts(options: ConnectionOptions, context: CommandContext): Promise<CommandResult> {
  return withHost(options, context, (open) => factsOf(open, context));
}

async function factsOf({ host }: Connection, context: CommandContext): Promise<CommandResult> {
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
  const { retained, journal: _, history: __, packages, users, groups, ...rest } = facts;
  return {
    ...rest,
    kept: [...retained.keys()],
    packages: Object.fromEntries(packages),
    users: [...users.keys()],
    groups: [...groups.keys()],
  };
}

/** Findings about a host, with a bundle or without; exit code 78 when one of them would stop an installation. */
export async function runDoctor(options: InstallOptions, context: CommandContext): Promise<CommandResult> {
  return withHost(options, context, (open) => findingsOf(options, open, context));
}

async function findingsOf(options: InstallOptions, open: Connection, context: CommandContext): Promise<CommandResult> {
  const findings =
    options.offline === undefined
      ? await doctor(open.host, settingsOf(open.inventory === null ? null : adminHost(open.inventory), null), Date.now, context.signal)
      : await findingsFor(await readInput(options, open, context), context);
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

async function findingsFor(input: InstallInput<HostParams>, context: CommandContext): Promise<readonly Finding[]> {
  return (await prepare(input, await look(input, context), context)).findings;
}

/**
 * Every component as it is now, and whether a run is under way or was interrupted. Exit code 75 while one is under way, 69 when a component
 * is not well or a run was interrupted, 66 when nothing is installed.
 */
export async function showStatus(options: StatusOptions, context: CommandContext): Promise<CommandResult> {
  return withHost(options, context, async (open) => {
    if (options.follow === true) await followRun(open.host, context);
    return withRun(await runStatus(open.host), await statusOf(open));
  });
}

/** What is known of runs stands before everything else: it explains the rest. */
function withRun({ underWay, interrupted }: RunStatus, { lines, data, exitCode }: CommandResult): CommandResult {
  if (underWay !== null) {
    const words = `a run is under way: ${sayOwner(underWay.owner)}, last sign of life ${underWay.silentSec} s ago`;
    return { lines: [words, ...lines], data: { ...data, underWay }, exitCode: EXIT.tryAgain };
  }
  if (interrupted === null) return { lines, data, ...(exitCode === undefined ? {} : { exitCode }) };
  const { run, intents } = interrupted;
  const words = `run ${run} was interrupted in phase ${intents.at(-1)?.phase ?? 'preflight'}: go on with \`pigsty-install resume\`, or take it back with \`pigsty-install rollback\``;
  return { lines: [words, ...lines], data: { ...data, interrupted: run }, exitCode: exitCode ?? EXIT.unavailable };
}

async function statusOf(open: Connection): Promise<CommandResult> {
  const { id: host } = open.host;
  const status = await hostStatus(open);
  if (status === null) return { lines: [`${host}: not installed`], data: { host, installed: false }, exitCode: EXIT.inputMissing };
  const { installed, components } = status;
  const lines = components.map(
    ({ name, version, units, ports, url, answers }) =>
      `${name.padEnd(15)} ${version.padEnd(18)} ${units.padEnd(33)} ${ports.padEnd(15)} ${url.padEnd(28)} ${answers}`,
  );
  return {
    lines: [
      `bundle ${installed.bundleId.slice(0, 12)} (${installed.version})`,
      ...lines.map((line) => line.trimEnd()),
      ...installed.urls.filter(({ name }) => !installed.services.includes(name)).map(({ name, url }) => `${name}: ${url}`),
      ...installed.secrets.map(({ name, path }) => `${name}: ${path}`),
    ],
    data: { host, installed: true, bundleId: installed.bundleId, version: installed.version, components, urls: installed.urls },
    ...(components.every((one) => one.ok) ? {} : { exitCode: EXIT.unavailable }),
  };
}
