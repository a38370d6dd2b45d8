/** `pigsty-install --offline …`: installs, or with --check shows what it would do. `resume` continues a run that was killed or failed. */
import { formatDuration } from '../../base/bytes.ts';
import { AppError } from '../../base/errors.ts';
import { type BatchResult, runBatch } from '../../host/batch.ts';
import {
  assertReady,
  type InstallInput,
  type InstallResult,
  installHost,
  type Prepared,
  prepare,
} from '../../install/apply/install-host.ts';
import { listRuns } from '../../install/apply/rollback.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { formatPlan, pathsToShow } from '../../install/plan/format-plan.ts';
import { isConverged } from '../../install/plan/plan-host.ts';
import type { CommandContext, CommandResult } from '../program/command.ts';
import { withHost } from './connection.ts';
import { installInput } from './install-input.ts';
import type { InstallOptions } from './options.ts';

/** The program's own action. */
export interface CheckOptions extends InstallOptions {
  readonly check?: boolean;
}

/** Installs, or with `check` shows what would be done. */
export async function runInstall(options: CheckOptions, context: CommandContext): Promise<CommandResult> {
  return withHost(options, context, async (open) => {
    const input = await installInput(options, open, context);
    if (options.check === true) return showPlan(input, context);
    return resultOf(await installHost(input, context), context);
  });
}

/** Continues an open run. The journal tells what is open; the engine continues it by itself, so resuming is installing with the assertion that there is something to continue. */
export async function runResume(options: InstallOptions, context: CommandContext): Promise<CommandResult> {
  return withHost(options, context, async (open) => {
    const [newest] = await listRuns(open.host);
    if (newest?.outcome !== 'open') return { lines: [`${open.host.id}: nothing to resume`], data: { host: open.host.id, changed: false } };
    const offline = options.offline ?? newest.command.offline;
    const config = options.config ?? newest.command.config;
    const merged = { ...options, ...(offline === undefined ? {} : { offline }), ...(config === undefined ? {} : { config }) };
    return resultOf(await installHost(await installInput(merged, open, context), context), context);
  });
}

async function showPlan(input: InstallInput<HostParams>, context: CommandContext): Promise<CommandResult> {
  const prepared = await prepare(input, context, false);
  const lines = [...findingLines(prepared), ...formatPlan(prepared.plan, await contentsOf(input, prepared))];
  if (!prepared.isUnpacked) lines.unshift(`unpack: ${input.bundle.path} to ${input.settings.webRoot}/${input.settings.repoName}`);
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

async function contentsOf(input: InstallInput<HostParams>, prepared: Prepared<HostParams>): Promise<Map<string, Buffer>> {
  const paths = pathsToShow(prepared.plan);
  const results: BatchResult = await runBatch(
    input.host,
    paths.map((path) => ({ op: 'exec', argv: ['cat', '--', path], errors: 'drop', tolerant: true }) as const),
  );
  return new Map(paths.map((path, i) => [path, results[i]?.output ?? Buffer.alloc(0)]));
}

function resultOf(result: InstallResult, context: CommandContext): CommandResult {
  if (context.signal.aborted) throw new AppError('INTERRUPTED', 'interrupted', { hint: 'continue with `pigsty-install resume`' });
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
