/**
 * One host from bundle to running services: the phases in order, each a function of the table below. Orchestrating several hosts means calling this for
 * each; nothing here knows of the others but the desired state.
 */
import { AppError } from '../../base/errors.ts';
import type { Context } from '../../base/events.ts';
import { installerIn } from '../../base/repository-place.ts';
import { gatherFacts } from '../../facts/gather.ts';
import { type Operation, runBatch } from '../../host/batch.ts';
import type { Host } from '../../host/host.ts';
import { unpackBundle } from '../../pack/read/unpack-bundle.ts';
import type { BundleTrust } from '../../pack/read/verify-bundle.ts';
import type { Declaration, Selection } from '../contract/declaration.ts';
import { type DesiredState, type PackagesStep, SERVICE_PHASES, type Service, type ServicePhase } from '../contract/declaration.ts';
import type { EngineSettings } from '../contract/engine-settings.ts';
import type { HostState } from '../contract/host-state.ts';
import { type OpenBundle, readMetadata } from '../desired/open-bundle.ts';
import { packageSystemOf } from '../packages/package-system-of.ts';
import { addSteps, declareHost, isNarrowed } from '../plan/declare-host.ts';
import { goneFiles, ownFiles, staleSteps } from '../plan/orphaned-files.ts';
import { type HostPlan, isConverged, planHost } from '../plan/plan-host.ts';
import { engineServices, repositoryView, systemDirectory } from '../plan/repository-service.ts';
import { checkHost } from '../preflight/check-host.ts';
import type { Finding } from '../preflight/finding.ts';
import { simulateInstall, simulationFindings } from '../preflight/simulate.ts';
import { type ProbeResult, runProbes } from '../probes/run-probes.ts';
import { EARLIER_RUNS, type InstallFacts } from '../state/earlier-runs.ts';
import { INSTALLED_PATH, installedState } from '../state/installed-state.ts';
import { formatEntry, type JournalEntry, type RunCommand, type RunRecord, readJournal, runPaths } from '../state/journal.ts';
import { applyPhase, finishPackages, type OpenRun, openRun, settleOwed, startOperations, WORK_LOCK } from './apply-plan.ts';
import { observe, questionsOf } from './observe.ts';
import { probeRemotely, unpackRemotely } from './remote-installer.ts';

/** Everything an installation of one host is made from. */
export interface InstallInput<P> {
  readonly host: Host;
  /** The host is this machine: unpacking and probing happen in this process. */
  readonly isLocal: boolean;
  readonly bundle: OpenBundle;
  readonly trust: BundleTrust | null;
  readonly settings: EngineSettings;
  readonly services: readonly Service<P>[];
  /** Turns configuration, kept secrets and facts into the desired state. May generate keys and passwords; must not change the host. */
  desire(facts: InstallFacts): Promise<DesiredState<P>>;
  readonly selection: Selection;
  /** A repository of another bundle may be replaced. */
  readonly replace: boolean;
  /** For the journal, so that `resume` knows. */
  readonly command: RunCommand;
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** What preflight found out; everything later phases need. */
export interface Prepared<P> {
  readonly facts: InstallFacts;
  readonly newest: RunRecord | null;
  readonly desired: DesiredState<P>;
  readonly declaration: Declaration;
  readonly state: HostState;
  readonly plan: HostPlan;
  readonly findings: readonly Finding[];
  /** The repository of this very bundle is complete on the host. */
  readonly isUnpacked: boolean;
}

/** How an installation ended. */
export interface InstallResult {
  readonly host: string;
  /** Something was changed. */
  readonly changed: boolean;
  readonly run: string | null;
  readonly probes: readonly ProbeResult[];
  readonly urls: Declaration['urls'];
  readonly secrets: Declaration['secrets'];
  readonly findings: readonly Finding[];
}

/**
 * Asks and plans; changes nothing, except that with `settle` what a killed run left in place for a moment is taken away first.
 *
 * @throws {AppError} `CONFIG_INVALID`, `USAGE`, `BUNDLE_INVALID`; the codes of {@link Host.run}. Findings are no exception: see {@link assertReady}.
 */
export async function prepare<P>(input: InstallInput<P>, context: Context, settle: boolean): Promise<Prepared<P>> {
  const { host, bundle } = input;
  const { facts, newest } = await lookFirst(input, context, settle);
  const desired = await input.desire(facts);
  const declaration = declare(input, desired, facts);
  const isUnpacked = facts.repository.complete && facts.repository.bundleId === bundle.index.id;
  const owed = (newest?.outcome === 'open' ? newest.owed : []).flatMap((one) => (one.kind === 'restore' ? [] : [one]));
  const state = await observe(host, questionsOf(declaration, owed), facts, context.signal);
  const plan = planHost(declaration, facts, state, bundle.index.id, { owed, bundleId: newest?.bundleId ?? null });
  const findings = [...checkHost(preflightInput(input, facts, declaration)), ...(await simulated(input, facts, plan, isUnpacked, context))];
  return { facts, newest, desired, declaration, state, plan, findings, isUnpacked };
}

/** Facts and the newest run. With `settle` what a killed run left half done is put in order, and the host looked at again if that took a transaction. */
async function lookFirst<P>(
  input: InstallInput<P>,
  context: Context,
  settle: boolean,
): Promise<{ facts: InstallFacts; newest: RunRecord | null }> {
  const { host, settings } = input;
  const look = async () => {
    const facts = await gatherFacts(host, input.nowMs, EARLIER_RUNS, { signal: context.signal, place: settings });
    return { facts, newest: readJournal(facts.journal, `${host.id}: journal of the newest run`) };
  };
  const first = await look();
  if (!settle) return first;
  await settleOwed(host, first.newest);
  return (await finishPackages(host, first.newest, first.facts, packageSystemOf(first.facts))) ? look() : first;
}

/** What all services want, and that files of earlier runs go which none of them wants any more: known only when all were asked. */
function declare<P>({ settings, services, selection }: InstallInput<P>, desired: DesiredState<P>, facts: InstallFacts): Declaration {
  const all = [...(engineServices(settings) as unknown as Service<P>[]), ...services];
  const declaration = declareHost(all, desired, facts, selection);
  return isNarrowed(selection) ? declaration : addSteps(declaration, staleSteps(ownFiles(facts.history), declaration));
}

function preflightInput<P>(input: InstallInput<P>, facts: InstallFacts, declaration: Declaration) {
  const { bundle, settings } = input;
  const needs = {
    target: bundle.index.target,
    id: bundle.index.id,
    snapshotSec: bundle.index.snapshotSec,
    unpackedBytes: bundle.unpackedBytes,
    installedBytes: bundle.index.installedBytes,
    uploadBytes: input.isLocal ? 0 : bundle.packedBytes,
  };
  return {
    facts,
    bundle: needs,
    ports: declaration.ports,
    webRoot: settings.webRoot,
    repoName: settings.repoName,
    webData: settings.webData,
  };
}

/** Rehearses the package transactions of the plan, all at once, unless nothing is missing. */
async function simulated<P>(
  input: InstallInput<P>,
  facts: InstallFacts,
  plan: HostPlan,
  isUnpacked: boolean,
  context: Context,
): Promise<Finding[]> {
  const names = plan.steps.flatMap(({ step, why }) => (step.kind === 'packages' && why.length > 0 ? (step as PackagesStep).names : []));
  if (names.length === 0 || facts.packageManager === null || facts.os.distro !== input.bundle.index.target.distro) return [];
  const view = repositoryView(input.settings, input.bundle.view);
  const repository = isUnpacked
    ? ({ kind: 'unpacked', directory: view.directory, keyFile: null } as const)
    : ({ kind: 'metadata', files: await readMetadata(input.bundle, context.signal), key: null } as const);
  const recommends = input.bundle.index.request.recommends;
  const unique = [...new Set(names)].sort();
  return simulationFindings(await simulateInstall(input.host, packageSystemOf(facts), repository, unique, recommends));
}

/** @throws {AppError} `PREFLIGHT_FAILED` with every error found; `CONFIRMATION_NEEDED` when another repository would be replaced. */
export function assertReady<P>(input: InstallInput<P>, prepared: Prepared<P>): void {
  const errors = prepared.findings.filter((finding) => finding.severity === 'error');
  if (errors.length > 0) {
    const lines = errors.map(
      (finding) => `  ${finding.id}: ${finding.evidence}${finding.advice === '' ? '' : `\n    → ${finding.advice}`}`,
    );
    throw new AppError('PREFLIGHT_FAILED', `${input.host.id} is not ready, and nothing was changed:\n${lines.join('\n')}`, {
      details: { host: input.host.id, findings: prepared.findings },
    });
  }
  const other = prepared.findings.find((finding) => finding.id === 'other-repository');
  if (other !== undefined && !input.replace) {
    throw new AppError('CONFIRMATION_NEEDED', `${input.host.id}: ${other.evidence}`, { hint: 'use --yes to replace it' });
  }
}

/**
 * Installs: preflight, unpack, repo, ca, node, infra, node-monitor, verify. A run that was killed is continued; when nothing differs nothing is written.
 *
 * @throws {AppError} the codes of {@link prepare} and {@link assertReady}, `STEP_FAILED`, `PROBE_FAILED`, `INTERRUPTED`, those of `unpackBundle`.
 */
export async function installHost<P>(input: InstallInput<P>, context: Context): Promise<InstallResult> {
  const prepared = await inPhase(context, 'preflight', 'Looking at the host', () => prepare(input, context, true));
  for (const finding of prepared.findings) {
    if (finding.severity === 'warning')
      context.report({ type: 'warning', code: finding.id, message: `${input.host.id}: ${finding.evidence}`, hint: finding.advice });
  }
  assertReady(input, prepared);
  const isIdle = prepared.isUnpacked && isConverged(prepared.plan) && prepared.newest?.outcome !== 'open';
  const done = isIdle ? null : await change(input, prepared, context);
  const probes = await inPhase(context, 'verify', 'Asking every service', () => verify(input, prepared.declaration));
  if (done !== null) await finish(input, prepared, done.run);
  const { urls, secrets } = prepared.declaration;
  return {
    host: input.host.id,
    changed: done?.changed === true,
    run: done?.run.run ?? null,
    probes,
    urls,
    secrets,
    findings: prepared.findings,
  };
}

async function change<P>(input: InstallInput<P>, prepared: Prepared<P>, context: Context): Promise<{ run: OpenRun; changed: boolean }> {
  const { host, bundle } = input;
  const run = openRun(prepared.newest, bundle.index.id, input.nowMs());
  await runBatch(host, startOperations(run, bundle.view, input.command, input.nowMs()), { lock: WORK_LOCK });
  let current = prepared;
  let installed = false;
  let changed = !prepared.isUnpacked;
  for (const phase of SERVICE_PHASES) {
    await inPhase(context, phase, PHASE_TITLES[phase], async () => {
      if (hasDuePackages(current.plan, phase)) {
        changed = await applyPhase(host, run, phase, { ...applyInput(current), part: 'packages' }, context);
        current = await lookAgain(input, current, phase, context);
        installed = true;
      }
      changed = (await applyPhase(host, run, phase, applyInput(current), context)) || changed;
      if (phase === 'unpack' && !prepared.isUnpacked) await unpack(input, prepared, run, context);
    });
  }
  if (installed) await settle(input, current, run, context);
  return { run, changed };
}

function hasDuePackages(plan: HostPlan, phase: ServicePhase): boolean {
  return plan.steps.some(({ step, why, phase: own }) => own === phase && step.kind === 'packages' && why.length > 0);
}

/** Packages bring files, users and units: what is left to do is planned from what is there now. Handlers asked for so far are not forgotten. */
async function lookAgain<P>(input: InstallInput<P>, prepared: Prepared<P>, phase: ServicePhase, context: Context): Promise<Prepared<P>> {
  const facts = await gatherFacts(input.host, input.nowMs, EARLIER_RUNS, { signal: context.signal, place: input.settings });
  const asked = prepared.plan.handlers.filter((planned) => SERVICE_PHASES.indexOf(planned.phase) >= SERVICE_PHASES.indexOf(phase));
  const owed = asked.map((planned) => planned.handler);
  const state = await observe(input.host, questionsOf(prepared.declaration, owed), facts, context.signal);
  const plan = planHost(prepared.declaration, facts, state, input.bundle.index.id, { owed, bundleId: null });
  return { ...prepared, facts, state, plan };
}

/** Packages of a later phase may have moved something of an earlier one; it is brought back at once rather than by the next run. */
async function settle<P>(input: InstallInput<P>, prepared: Prepared<P>, run: OpenRun, context: Context): Promise<void> {
  const facts = await gatherFacts(input.host, input.nowMs, EARLIER_RUNS, { signal: context.signal, place: input.settings });
  const state = await observe(input.host, questionsOf(prepared.declaration), facts, context.signal);
  const plan = planHost(prepared.declaration, facts, state, input.bundle.index.id);
  for (const phase of SERVICE_PHASES) await applyPhase(input.host, run, phase, applyInput({ ...prepared, facts, state, plan }), context);
}

function applyInput<P>({ plan, facts, state, desired }: Prepared<P>) {
  const system = packageSystemOf(facts);
  return { plan, facts, state, system, systemDirectory: systemDirectory(system), mask: maskOf(desired) };
}

/** What no message may show: passwords, and keys as a whole and line by line. */
function maskOf({ secrets, pki }: DesiredState): string[] {
  const keys = [pki.caKey, pki.infraKey, pki.nginxKey].flatMap((key) => key ?? []);
  const lines = keys.flatMap((key) => key.split('\n').filter((line) => line.length >= 32 && !line.startsWith('-----')));
  return [...Object.values(secrets), ...keys, ...lines];
}

async function unpack<P>(input: InstallInput<P>, prepared: Prepared<P>, run: OpenRun, context: Context): Promise<void> {
  const { host, bundle, settings, replace } = input;
  const { webRoot, repoName } = settings;
  const isNoted = run.earlier?.intents.some(({ before }) => before.kind === 'tree') === true;
  const isNew = !prepared.facts.repository.complete && !isNoted;
  const paths = isNew ? [`${webRoot}/${repoName}`, `${webRoot}/pigsty.sources`, `${webRoot}/pigsty.repo`] : [];
  const intents = paths.map(
    (path): JournalEntry => ({ type: 'intent', seq: run.nextSeq++, phase: 'unpack', step: 'unpack', before: { kind: 'tree', path } }),
  );
  if (intents.length > 0) {
    await runBatch(host, [{ op: 'append', path: runPaths(run.run).journal, data: intents.map(formatEntry).join('') }], { lock: WORK_LOCK });
  }
  if (!input.isLocal) {
    await unpackRemotely(host, prepared.facts, { bundle, webRoot, repoName, replace, key: settings.key }, context);
    return;
  }
  const outcome = await unpackBundle(bundle.path, { webRoot, repoName, trust: input.trust, replace }, context);
  if (outcome.kind === 'other-present')
    throw new AppError('CONFIRMATION_NEEDED', `${webRoot}/${repoName} holds another repository`, { hint: 'use --yes to replace it' });
}

async function verify<P>(input: InstallInput<P>, declaration: Declaration): Promise<ProbeResult[]> {
  const program = installerIn(input.settings);
  const results = input.isLocal ? await runProbes(declaration.probes) : await probeRemotely(input.host, program, declaration.probes, false);
  const failed = results.filter((result) => !result.ok);
  if (failed.length === 0) return results;
  const lines = failed.map((result) => `  ${result.id}: ${result.detail}`);
  throw new AppError('PROBE_FAILED', `${input.host.id}: ${failed.length} of ${results.length} probes failed:\n${lines.join('\n')}`, {
    hint: 'look at the unit (journalctl -u UNIT), then run `pigsty-install resume`',
    details: { host: input.host.id, probes: results },
  });
}

async function finish<P>(input: InstallInput<P>, prepared: Prepared<P>, run: OpenRun): Promise<void> {
  const data = `${JSON.stringify(installedState(prepared.declaration, prepared.desired.bundle, installerIn(input.settings)), null, 1)}\n`;
  // A run of a few components says nothing of the others an earlier one set up.
  const isPartial = isNarrowed(input.selection) && prepared.newest !== null;
  const operations: Operation[] = [
    ...(isPartial ? [] : [{ op: 'write', path: INSTALLED_PATH, data, mode: 0o600, owner: 'root', group: 'root' } as const]),
    { op: 'append', path: runPaths(run.run).journal, data: formatEntry({ type: 'end', gone: goneFiles(prepared.declaration) }) },
  ];
  await runBatch(input.host, operations, { lock: WORK_LOCK });
}

const PHASE_TITLES: Readonly<Record<ServicePhase, string>> = {
  unpack: 'Unpacking the bundle',
  repo: 'Setting up package sources',
  ca: 'Certificates',
  node: 'Preparing the node',
  infra: 'Setting up INFRA',
  'node-monitor': 'Setting up monitoring of the node',
};

async function inPhase<T>(context: Context, phase: string, title: string, work: () => Promise<T>): Promise<T> {
  context.report({ type: 'phase.start', phase, title });
  const started = performance.now();
  const result = await work();
  context.report({ type: 'phase.end', phase, durationMs: performance.now() - started });
  return result;
}
