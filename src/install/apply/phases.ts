/**
 * An installation of one host, from beginning to end: the list `installHost` goes through. Each entry is a title for the person who
 * watches, and a function that works on the {@link Installation}. What it needs of another host, or of the command line, it does not
 * have.
 */
import type { Context } from '../../base/events.ts';
import { installerIn } from '../../base/repository-place.ts';
import { type Operation, runBatchChecked } from '../../host/batch.ts';
import type { ServicePhase } from '../contract/declaration.ts';
import { isNarrowed } from '../plan/declare-host.ts';
import { removedFiles } from '../plan/orphaned-files.ts';
import { isConverged } from '../plan/plan-host.ts';
import { INSTALLED_PATH, installedState } from '../state/installed-state.ts';
import { WORK_LOCK } from '../state/journal.ts';
import { appendToJournal } from './append-to-journal.ts';
import { assertReady } from './assert-ready.ts';
import { carryOut, reapply, runOf } from './carry-out.ts';
import type { Installation } from './installation.ts';
import { openRun, startOperations } from './open-run.ts';
import { type FirstLook, look, prepare } from './prepare.ts';
import { awaitEarlierBatch, repairInterrupted } from './repair-interrupted.ts';
import { unpackRepository } from './unpack-repository.ts';
import { verify } from './verify.ts';

/** One phase. */
export interface InstallPhase {
  /** As in events. */
  readonly name: string;
  /** Null: nothing is shown for it. */
  readonly title: string | null;
  /** `changing`: left out when the host is already as it shall be. */
  readonly runs: 'always' | 'changing';
  readonly run: <P>(installation: Installation<P>, context: Context) => Promise<void>;
}

/** In order. The names with steps of services are those of `SERVICE_PHASES`. */
export const PHASES: readonly InstallPhase[] = [
  { name: 'preflight', title: 'Looking at the host', runs: 'always', run: repairThenPrepare },
  { name: 'ready', title: null, runs: 'always', run: assertPrepared },
  { name: 'begin', title: null, runs: 'changing', run: begin },
  { name: 'unpack', title: 'Unpacking the bundle', runs: 'changing', run: unpack },
  { name: 'repo', title: 'Setting up package sources', runs: 'changing', run: steps('repo') },
  { name: 'ca', title: 'Certificates', runs: 'changing', run: steps('ca') },
  { name: 'node', title: 'Preparing the node', runs: 'changing', run: steps('node') },
  { name: 'infra', title: 'Setting up INFRA', runs: 'changing', run: steps('infra') },
  { name: 'node-monitor', title: 'Setting up monitoring of the node', runs: 'changing', run: steps('node-monitor') },
  { name: 'reapply', title: null, runs: 'changing', run: reapply },
  { name: 'verify', title: 'Asking every service', runs: 'always', run: askServices },
  { name: 'end', title: null, runs: 'changing', run: end },
];

function steps(phase: ServicePhase): InstallPhase['run'] {
  return (installation, context) => carryOut(installation, phase, context);
}

/** Repairs what an interrupted run left half done, which acts on the host, then plans, which only asks. */
async function repairThenPrepare<P>(installation: Installation<P>, context: Context): Promise<void> {
  const { input } = installation;
  const first = await lookAtRest(input, context);
  const isRepaired = await repairInterrupted(input.host, first.newest, first.facts);
  const prepared = await prepare(input, isRepaired ? await look(input, context) : first, context);
  installation.prepared = prepared;
  installation.isIdle = prepared.isUnpacked && isConverged(prepared.plan) && prepared.newest?.outcome !== 'open';
}

/** A first look. An open run may have left a batch that still works: then the host is looked at again when that has ended. */
async function lookAtRest<P>(input: Installation<P>['input'], context: Context): Promise<FirstLook> {
  const first = await look(input, context);
  if (first.newest?.outcome !== 'open') return first;
  await awaitEarlierBatch(input.host);
  return look(input, context);
}

async function assertPrepared<P>({ input, prepared }: Installation<P>, context: Context): Promise<void> {
  for (const finding of prepared.findings) {
    if (finding.severity === 'warning')
      context.report({ type: 'warning', code: finding.id, message: `${input.host.id}: ${finding.evidence}`, hint: finding.advice });
  }
  assertReady(input, prepared);
}

/** The journal of the run is there before anything is touched. */
async function begin<P>(installation: Installation<P>): Promise<void> {
  const { host, bundle, command, nowMs } = installation.input;
  const run = openRun(installation.prepared.newest, bundle.index.id, nowMs());
  await runBatchChecked(host, startOperations(run, bundle.view, command, nowMs()), { lock: WORK_LOCK });
  installation.run = run;
}

/** The web root first, then the repository in it. */
async function unpack<P>(installation: Installation<P>, context: Context): Promise<void> {
  await carryOut(installation, 'unpack', context);
  await unpackRepository(installation, context);
}

async function askServices<P>(installation: Installation<P>): Promise<void> {
  installation.probes = await verify(installation);
}

/** Notes what is installed now, for `status`, and that the run has come to its end. */
async function end<P>(installation: Installation<P>): Promise<void> {
  const { input, prepared } = installation;
  const { declaration, desired } = prepared;
  const data = `${JSON.stringify(installedState(declaration, desired.bundle, installerIn(input.settings)), null, 1)}\n`;
  // A run of a few components says nothing of the others an earlier one set up.
  const isPartial = isNarrowed(input.selection) && prepared.newest !== null;
  const operations: Operation[] = [
    ...(isPartial ? [] : [{ op: 'write', path: INSTALLED_PATH, data, mode: 0o600, owner: 'root', group: 'root' } as const]),
    appendToJournal(runOf(installation).run, { type: 'end', gone: removedFiles(declaration) }),
  ];
  await runBatchChecked(input.host, operations, { lock: WORK_LOCK });
}
