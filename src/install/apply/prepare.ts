/** Looks at a host and plans. Asks only: nothing on the host is changed by any function of this file. */
import type { Context } from '../../base/events.ts';
import { gatherFacts } from '../../facts/gather.ts';
import type { Declaration, DesiredState, Service } from '../contract/declaration.ts';
import type { HostState } from '../contract/host-state.ts';
import { packageSystemOf } from '../packages/package-system-of.ts';
import { addSteps, declareHost, isNarrowed } from '../plan/declare-host.ts';
import { orphanSteps, ownFiles } from '../plan/orphaned-files.ts';
import { type Earlier, type HostPlan, planHost } from '../plan/plan-host.ts';
import { engineServices, repositoryView } from '../plan/repository-service.ts';
import { checkHost, type PreflightInput } from '../preflight/check-host.ts';
import type { Finding } from '../preflight/finding.ts';
import { forgottenConfiguration } from '../preflight/forgotten-configuration.ts';
import { simulateInstall, simulationFindings } from '../preflight/simulate.ts';
import { EARLIER_RUNS, type InstallFacts } from '../state/earlier-runs.ts';
import { type RunRecord, readJournal } from '../state/journal.ts';
import type { InstallInput } from './install-input.ts';
import { observe, questionsOf } from './observe.ts';

/** What a first look at a host tells. */
export interface FirstLook {
  readonly facts: InstallFacts;
  readonly newest: RunRecord | null;
}

/** What preflight found out; everything later phases need. */
export interface Prepared<P> extends FirstLook {
  readonly desired: DesiredState<P>;
  readonly declaration: Declaration;
  readonly state: HostState;
  readonly plan: HostPlan;
  readonly findings: readonly Finding[];
  /** The repository of this very bundle is complete on the host. */
  readonly isUnpacked: boolean;
}

/** The facts of the host and its newest run. @throws {AppError} the codes of {@link Host.run}. */
export async function look<P>(input: InstallInput<P>, context: Context): Promise<FirstLook> {
  const facts = await factsOf(input, context);
  return { facts, newest: facts.journal === null ? null : readJournal(facts.journal.text, facts.journal.run) };
}

function factsOf<P>({ host, nowMs, settings }: InstallInput<P>, context: Context): Promise<InstallFacts> {
  return gatherFacts(host, nowMs, EARLIER_RUNS, { signal: context.signal, place: settings });
}

/**
 * Plans from a first look: what is desired, what is there, what differs, and what speaks against doing it.
 *
 * @throws {AppError} `CONFIG_INVALID`, `USAGE`, `BUNDLE_INVALID`; the codes of {@link Host.run}. Findings are no exception: see
 * `assertReady`.
 */
export async function prepare<P>(input: InstallInput<P>, { facts, newest }: FirstLook, context: Context): Promise<Prepared<P>> {
  const desired = await input.desire(facts);
  const declaration = declare(input, desired, facts);
  const isUnpacked = facts.repository.complete && facts.repository.bundleId === input.bundle.index.id;
  const pending = (newest?.outcome === 'open' ? newest.pendingHandlers : []).flatMap((one) => (one.kind === 'restore' ? [] : [one]));
  const { state, plan } = await planFor(
    input,
    declaration,
    facts,
    { pendingHandlers: pending, bundleId: newest?.bundleId ?? null },
    context,
  );
  const findings = [
    ...forgottenConfiguration(newest, input.command),
    ...checkHost(preflightInput(input, facts, declaration)),
    ...(await simulated(input, facts, plan, isUnpacked)),
  ];
  return { facts, newest, desired, declaration, state, plan, findings, isUnpacked };
}

/** Plans the same declaration from what is there now; `pending` handlers are not forgotten, also those whose own phase is over. */
export async function replan<P>(
  input: InstallInput<P>,
  prepared: Prepared<P>,
  pending: Omit<Earlier, 'bundleId'>,
  context: Context,
): Promise<Prepared<P>> {
  const facts = await factsOf(input, context);
  const { declaration } = prepared;
  return { ...prepared, facts, ...(await planFor(input, declaration, facts, { ...pending, bundleId: null }, context)) };
}

async function planFor<P>(
  { host, bundle }: InstallInput<P>,
  declaration: Declaration,
  facts: InstallFacts,
  earlier: Earlier,
  context: Context,
): Promise<{ readonly state: HostState; readonly plan: HostPlan }> {
  const state = await observe(host, questionsOf(declaration, earlier.pendingHandlers), facts, context.signal);
  return { state, plan: planHost(declaration, facts, state, bundle.index.id, earlier) };
}

/** What all services want, and that files of earlier runs go which none of them wants any more: known only when all were asked. */
function declare<P>({ settings, services, selection }: InstallInput<P>, desired: DesiredState<P>, facts: InstallFacts): Declaration {
  const all: readonly Service<P>[] = [...engineServices(settings), ...services];
  const declaration = declareHost(all, desired, facts, selection);
  return isNarrowed(selection) ? declaration : addSteps(declaration, orphanSteps(ownFiles(facts.history), declaration));
}

function preflightInput<P>(input: InstallInput<P>, facts: InstallFacts, declaration: Declaration): PreflightInput {
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

/** Simulates the package transactions of the plan, all at once, unless nothing is missing. */
async function simulated<P>(input: InstallInput<P>, facts: InstallFacts, plan: HostPlan, isUnpacked: boolean): Promise<Finding[]> {
  const names = plan.steps.flatMap(({ step, why }) => (step.kind === 'packages' && why.length > 0 ? step.names : []));
  if (names.length === 0 || facts.packageManager === null || facts.os.distro !== input.bundle.index.target.distro) return [];
  const view = repositoryView(input.settings, input.bundle.view);
  const repository = isUnpacked
    ? ({ kind: 'unpacked', directory: view.directory, keyFile: null } as const)
    : ({ kind: 'metadata', files: input.bundle.metadata, key: null } as const);
  const recommends = input.bundle.index.request.recommends;
  const unique = [...new Set(names)].sort();
  return simulationFindings(await simulateInstall(input.host, packageSystemOf(facts), repository, unique, recommends));
}
