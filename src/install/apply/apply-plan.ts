/** Carries out a plan on one host, phase by phase, one round trip each. Everything it does is in the journal before it is done. */
import { AppError } from '../../base/errors.ts';
import type { Context } from '../../base/events.ts';
import type { HostFacts } from '../../facts/types.ts';
import { type BatchResult, type Operation, outputText, runBatch } from '../../host/batch.ts';
import type { Host } from '../../host/host.ts';
import type { BundleView, CheckStep, ServicePhase } from '../contract/declaration.ts';
import type { HostState } from '../contract/host-state.ts';
import type { PackageSystem } from '../packages/package-system.ts';
import type { HostPlan } from '../plan/plan-host.ts';
import { STATE_DIRECTORY } from '../state/earlier-runs.ts';
import { formatEntry, type JournalEntry, type Owed, type RunCommand, type RunRecord, runPaths } from '../state/journal.ts';
import { POLICY_FILE } from './observe.ts';
import { isCovered, type PhaseOperations, phaseOperations, type TracedOperation } from './phase-operations.ts';
import { POLICY, restoreOperation } from './step-operations.ts';

/** Held by whatever changes a host; a killed run's last transaction may still be holding it. */
export const WORK_LOCK = `${STATE_DIRECTORY}/work.lock`;

/** A run that is under way on a host. */
export interface OpenRun {
  readonly run: string;
  /** The first free sequence number. */
  nextSeq: number;
  /** It was begun by an earlier, killed or failed call. */
  readonly isResumed: boolean;
  /** What it did so far: for putting files back when a check fails. */
  readonly earlier: RunRecord | null;
}

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
 * Continues the newest run when it is open, else names a new one. Names sort by time: `20260131T120000Z-<bundle id, 8 digits>`.
 * Nothing is written yet.
 */
export function openRun(newest: RunRecord | null, bundleId: string, nowMs: number): OpenRun {
  if (newest !== null && newest.outcome === 'open') {
    const last = newest.intents.reduce((max, intent) => Math.max(max, intent.seq), 0);
    return { run: newest.run, nextSeq: last + 1, isResumed: true, earlier: newest };
  }
  const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return { run: `${stamp}-${bundleId.slice(0, 8)}`, nextSeq: 1, isResumed: false, earlier: null };
}

/** The first line of a new run's journal; of a continued one another such line when it goes on with another bundle. */
export function startOperations(run: OpenRun, bundle: BundleView, command: RunCommand, nowMs: number): Operation[] {
  if (run.isResumed && run.earlier?.bundleId === bundle.id) return [];
  const { id: bundleId, version } = bundle;
  const entry: JournalEntry = { type: 'run', run: run.run, bundleId, version, startedSec: Math.floor(nowMs / 1000), command };
  return [{ op: 'append', path: runPaths(run.run).journal, data: formatEntry(entry) }];
}

/** Takes back what a killed run put in place only for the time of a transaction. Before anything is looked at. */
export async function settleOwed(host: Host, record: RunRecord | null): Promise<void> {
  const owed = (record?.owed ?? []).flatMap((one) => (one.kind === 'restore' ? [one] : []));
  if (record === null || owed.length === 0) return;
  const handled: JournalEntry = { type: 'handled', handlers: owed };
  await runBatch(host, [...owed.map(restoreOperation), { op: 'append', path: runPaths(record.run).journal, data: formatEntry(handled) }], {
    lock: WORK_LOCK,
  });
}

/**
 * Finishes the package transaction of an open run that was cut off in the middle (power, kill): nothing else can be installed before. Services stay off.
 *
 * @returns true when there was one.
 * @throws {AppError} `STEP_FAILED` with the package manager's words.
 */
export async function finishPackages(host: Host, record: RunRecord | null, facts: HostFacts, system: PackageSystem): Promise<boolean> {
  const finish = system.finish(`${STATE_DIRECTORY}/${system.name}`);
  const isOurs = record?.outcome === 'open' && record.intents.some(({ before }) => before.kind === 'packages');
  if (!isOurs || record === null || finish === null || facts.brokenPackages.length === 0) return false;
  const there = record.intents
    .flatMap((intent) => intent.owes ?? [])
    .findLast((owed) => owed.kind === 'restore' && owed.path === POLICY_FILE);
  const owed: Owed & { kind: 'restore' } = there?.kind === 'restore' ? there : { kind: 'restore', path: POLICY_FILE, blob: null };
  const seq = record.intents.reduce((max, intent) => Math.max(max, intent.seq), 0) + 1;
  const before = { kind: 'path', path: POLICY_FILE, blob: owed.blob } as const;
  const journal = (entry: JournalEntry): Operation => ({ op: 'append', path: runPaths(record.run).journal, data: formatEntry(entry) });
  const operations: Operation[] = [
    journal({ type: 'intent', seq, phase: 'preflight', step: 'finish packages', before, owes: [owed] }),
    { op: 'write', path: POLICY_FILE, mode: 0o755, owner: 'root', group: 'root', data: POLICY },
    { op: 'exec', argv: finish, tolerant: true },
    restoreOperation(owed),
    journal({ type: 'handled', handlers: [owed] }),
  ];
  const results = await runBatch(host, operations, { lock: WORK_LOCK });
  if (results[2]?.code === 0) return true;
  const names = facts.brokenPackages.map(({ name, state }) => `${name} (${state})`).join(', ');
  throw new AppError(
    'STEP_FAILED',
    `${host.id}: finishing half-done packages failed: ${names}: ${outputText(results[2]).trim().slice(-2_000)}`,
    {
      hint: 'run `dpkg --configure -a` and `apt-get -f install`, look at what they say, then `pigsty-install resume`',
    },
  );
}

/**
 * Applies one phase. Reports `step.start` and `step.end` of everything it changes. An interrupt is honoured between phases only: a package transaction
 * is never cut in half.
 *
 * @returns true when something was done.
 * @throws {AppError} `STEP_FAILED` naming host, step, command output and how to go on; `INTERRUPTED`; the codes of {@link Host.run}.
 */
export async function applyPhase(host: Host, run: OpenRun, phase: ServicePhase, input: ApplyInput, context: Context): Promise<boolean> {
  if (context.signal.aborted) throw new AppError('INTERRUPTED', 'interrupted', { hint: 'continue with `pigsty-install resume`' });
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
  throw new AppError('STEP_FAILED', `${host.id}: ${title} failed${note}: ${output}`, {
    hint: 'remove the cause and run `pigsty-install resume`, or take everything back with `pigsty-install rollback`',
    details: { host: host.id, step: one?.step?.key ?? '', status: results[failed]?.code ?? -1 },
  });
}

/** Puts back the files a failed check covers: those of this call, and those an earlier call of the same run changed without getting to the check. */
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
