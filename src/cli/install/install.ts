/** `pigsty-install --offline …`: installs, or with --check shows what it would do. `resume` continues a run that was killed or failed. */

import { formatDuration } from '../../base/bytes.ts';
import { throwIfAborted } from '../../base/interrupted.ts';
import { repositoryDirectory } from '../../base/repository-place.ts';
import { assertReady } from '../../install/apply/assert-ready.ts';
import { type InstallResult, installHost } from '../../install/apply/install-host.ts';
import type { InstallInput } from '../../install/apply/install-input.ts';
import { look, type Prepared, prepare } from '../../install/apply/prepare.ts';
import { readShownFiles } from '../../install/apply/read-shown-files.ts';
import { listRuns } from '../../install/apply/rollback.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { formatPlan } from '../../install/plan/format-plan.ts';
import { isConverged } from '../../install/plan/plan-host.ts';
import type { CommandContext, CommandResult } from '../program/command.ts';
import { readConfiguration } from './configuration.ts';
import { withHost } from './connection.ts';
import { readInput } from './install-source.ts';
import type { InstallOptions } from './options.ts';
import { assertSameRun, resumedOptions } from './run-command.ts';

/** The program's own action. */
export interface CheckOptions extends InstallOptions {
  readonly check?: boolean;
}

/** Installs, or with `check` shows what would be done. */
export async function runInstall(options: CheckOptions, context: CommandContext): Promise<CommandResult> {
  return withHost(options, context, async (open) => {
    const input = await readInput(options, open, context);
    if (options.check === true) return showPlan(input, context);
    return resultOf(await installHost(input, context), context);
  });
}

/**
 * Continues an open run, as it was started. The engine continues an open run by itself: resuming is installing, and says so when there is
 * nothing to continue.
 *
 * @throws {AppError} `RESUME_MISMATCH` when it could not go on as it was started; `USAGE`; the codes of `installHost`.
 */
export async function runResume(options: InstallOptions, context: CommandContext): Promise<CommandResult> {
  return withHost(options, context, async (open) => {
    const [newest] = await listRuns(open.host);
    if (newest?.outcome !== 'open') return { lines: [`${open.host.id}: nothing to resume`], data: { host: open.host.id, changed: false } };
    const resumed = resumedOptions(options, newest);
    const inventory = open.inventory ?? (await readConfiguration(resumed.config, context));
    const input = await readInput(resumed, { ...open, inventory }, context, (source) => assertSameRun(source, newest));
    return resultOf(await installHost(input, context), context);
  });
}

async function showPlan(input: InstallInput<HostParams>, context: CommandContext): Promise<CommandResult> {
  const prepared = await prepare(input, await look(input, context), context);
  const lines = [...findingLines(prepared), ...formatPlan(prepared.plan, await readShownFiles(input.host, prepared.plan))];
  if (!prepared.isUnpacked) lines.unshift(`unpack: ${input.bundle.path} to ${repositoryDirectory(input.settings)}`);
  assertReady({ ...input, replace: true }, prepared);
  const steps = prepared.plan.steps.filter((step) => step.why.length > 0).map(({ key, phase, title, why }) => ({ key, phase, title, why }));
  const changed = !prepared.isUnpacked || !isConverged(prepared.plan);
  return {
    lines,
    data: { host: input.host.id, check: true, changed, findings: prepared.findings, steps, handlers: prepared.plan.handlers },
  };
}

function findingLines(prepared: Prepared<HostParams>): string[] {
  return prepared.findings.map(({ severity, id, evidence }) => `${severity}: ${id}: ${evidence}`);
}

function resultOf(result: InstallResult, context: CommandContext): CommandResult {
  throwIfAborted(context.signal);
  const lines = [
    `${result.host}: ${result.changed ? 'installed' : 'nothing to change'}`,
    ...result.probes.map((probe) => `  ${probe.ok ? 'ok  ' : 'FAIL'} ${probe.id}: ${probe.detail} (${formatDuration(probe.durationMs)})`),
    ...result.urls.map(({ name, url }) => `  ${name}: ${url}`),
    ...result.secrets.map(({ name, path, user }) =>
      user === undefined ? `  ${name}: ${path}` : `  ${name}: user ${user}, password in ${path}`,
    ),
  ];
  const { findings: _, ...data } = result;
  return { lines, data };
}
