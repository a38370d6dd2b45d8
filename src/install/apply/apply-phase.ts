/** Carries out one phase of a plan on one host, in one round trip. Everything it does is in the journal before it is done. */

import { AppError } from '../../base/errors.ts';
import type { Context } from '../../base/events.ts';
import { throwIfAborted } from '../../base/interrupted.ts';
import type { HostFacts } from '../../facts/types.ts';
import { type BatchResult, type Operation, outputText, runBatch } from '../../host/batch.ts';
import { diskFault } from '../../host/disk-fault.ts';
import type { Host } from '../../host/host.ts';
import type { CheckStep, ServicePhase } from '../contract/declaration.ts';
import type { HostState } from '../contract/host-state.ts';
import type { PackageSystem } from '../packages/package-system.ts';
import type { HostPlan } from '../plan/plan-host.ts';
import { WORK_LOCK } from '../state/journal.ts';
import type { OpenRun } from './open-run.ts';
import { isCovered, type PhaseOperations, phaseOperations } from './phase-operations.ts';
import { restoreOperation } from './restore-operation.ts';
import type { TracedOperation } from './traced-operation.ts';

/** What applying needs besides host and plan. */
export interface ApplyInput {
  readonly plan: HostPlan;
  readonly facts: HostFacts;
  readonly state: HostState;
  readonly system: PackageSystem;
  readonly systemDirectory: string;
  /** See `PhaseContext.part`. Default `whole`. */
  readonly part?: 'packages' | 'whole';
  /** Passwords and keys that must not appear in any message. */
  readonly mask: readonly string[];
}

/**
 * Applies one phase. Reports `step.start` and `step.end` of everything it changes. An interrupt is honoured between phases only: a
 * package transaction is never cut in half.
 *
 * @returns true when something was done.
 * @throws {AppError} `STEP_FAILED` (`DISK_FULL`, `OUTPUT_UNWRITABLE`) naming host, step, command output and how to go on;
 * `INTERRUPTED`; the codes of {@link Host.run}.
 */
export async function applyPhase(host: Host, run: OpenRun, phase: ServicePhase, input: ApplyInput, context: Context): Promise<boolean> {
  throwIfAborted(context.signal);
  const work = phaseOperations(input.plan, phase, {
    run: run.run,
    nextSeq: run.nextSeq,
    facts: input.facts,
    state: input.state,
    system: input.system,
    systemDirectory: input.systemDirectory,
    isResumed: run.isResumed,
    part: input.part ?? 'whole',
  });
  if (work.operations.length === 0) return false;
  run.nextSeq += work.usedSeqs;
  const results = await send(host, work, input, context);
  const failed = results.findIndex((result, i) => result.code !== 0 && work.operations[i]?.tolerated !== true);
  if (failed >= 0) await fail(host, run, work, results, failed, input);
  return true;
}

async function send(host: Host, work: PhaseOperations, input: ApplyInput, context: Context): Promise<BatchResult> {
  const begun = new Map<string, number>();
  const traced = (index: number): TracedOperation | undefined => work.operations[index];
  return runBatch(
    host,
    work.operations.map((one) => one.operation),
    {
      lock: WORK_LOCK,
      mask: input.mask,
      onBegin: (index) => {
        const step = traced(index)?.step;
        if (step === undefined || begun.has(step.key)) return;
        begun.set(step.key, performance.now());
        context.report({ type: 'step.start', host: host.id, step: step.key, title: step.title });
      },
      onEnd: (index, result) => {
        const one = traced(index);
        const isFailed = result.code !== 0 && one?.tolerated !== true;
        if (one?.step === undefined || (one.ends !== true && !isFailed)) return;
        const durationMs = performance.now() - (begun.get(one.step.key) ?? performance.now());
        const outcome = isFailed ? 'failed' : 'changed';
        context.report({ type: 'step.end', host: host.id, step: one.step.key, outcome, durationMs });
        if (result.code !== 0 && !isFailed) warn(host, one, outputText(result, input.mask), context);
      },
    },
  );
}

function warn(host: Host, one: TracedOperation, output: string, context: Context): void {
  context.report({ type: 'warning', code: 'STEP_TOLERATED', message: `${host.id}: ${one.step?.title}: ${output.trim().slice(-300)}` });
}

async function fail(
  host: Host,
  run: OpenRun,
  work: PhaseOperations,
  results: BatchResult,
  failed: number,
  input: ApplyInput,
): Promise<never> {
  const one = work.operations[failed];
  const title = one?.step?.title ?? one?.operation.op ?? 'operation';
  const output = outputText(results[failed], input.mask).trim().slice(-2_000);
  const check = input.plan.steps.find((step) => step.key === one?.step?.key)?.step;
  const restored = check?.kind === 'check' ? await restoreCovered(host, run, work, check) : 0;
  const note = restored === 0 ? '' : ` (${restored} files were put back as they were)`;
  const disk = diskFault(output);
  throw new AppError(disk?.code ?? 'STEP_FAILED', `${host.id}: ${title} failed${note}: ${output}`, {
    hint: `${disk?.hint ?? 'remove the cause'} and run \`pigsty-install resume\`, or take everything back with \`pigsty-install rollback\``,
    details: { host: host.id, step: one?.step?.key ?? '', status: results[failed]?.code ?? -1 },
  });
}

/**
 * Puts back the files a failed check covers: those of this call, and those an earlier call of the same run changed without getting to the
 * check.
 */
async function restoreCovered(host: Host, run: OpenRun, work: PhaseOperations, check: CheckStep): Promise<number> {
  const intents = [...(run.earlier?.intents ?? []), ...work.intents];
  const first = new Map<string, string | null>();
  for (const { before } of intents) {
    if (before.kind === 'path' && isCovered(check, before.path) && !first.has(before.path)) first.set(before.path, before.blob);
  }
  const operations = [...first].map(([path, blob]): Operation => ({ ...restoreOperation({ path, blob }), tolerant: true }));
  await runBatch(host, operations, { lock: WORK_LOCK });
  return operations.length;
}
