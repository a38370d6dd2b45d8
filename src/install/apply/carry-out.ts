/** Carries out the steps of a service phase, and what they leave to be done again. */
import type { Context } from '../../base/events.ts';
import { SERVICE_PHASES, type ServicePhase } from '../contract/declaration.ts';
import { packageSystemOf } from '../packages/package-system-of.ts';
import type { HostPlan } from '../plan/plan-host.ts';
import { systemDirectory } from '../plan/repository-service.ts';
import { type ApplyInput, applyPhase } from './apply-phase.ts';
import type { Installation } from './installation.ts';
import { maskOf } from './mask-of.ts';
import type { OpenRun } from './open-run.ts';
import { type Prepared, replan } from './prepare.ts';

/**
 * Carries out the steps of one phase. Packages bring files, users and units: when some are due they go first, and the rest of the phase
 * is planned from what is there then. Handlers that were asked for so far are kept.
 */
export async function carryOut<P>(installation: Installation<P>, phase: ServicePhase, context: Context): Promise<void> {
  const { input } = installation;
  const run = runOf(installation);
  if (hasDuePackages(installation.prepared.plan, phase)) {
    await applyPhase(input.host, run, phase, { ...applyInput(installation.prepared), part: 'packages' }, context);
    installation.changed = true;
    installation.installedPackages = true;
    const asked = installation.prepared.plan.handlers.filter((planned) => isAtOrAfter(planned.phase, phase));
    const pendingHandlers = asked.map((planned) => planned.handler);
    installation.prepared = await replan(input, installation.prepared, { pendingHandlers, underWay: phase }, context);
  }
  const isChanged = await applyPhase(input.host, run, phase, applyInput(installation.prepared), context);
  installation.changed ||= isChanged;
}

/** Packages of a later phase may have moved something of an earlier one: it is brought back now rather than by the next run. */
export async function reapply<P>(installation: Installation<P>, context: Context): Promise<void> {
  if (!installation.installedPackages) return;
  const { input } = installation;
  const prepared = await replan(input, installation.prepared, { pendingHandlers: [] }, context);
  for (const phase of SERVICE_PHASES) await applyPhase(input.host, runOf(installation), phase, applyInput(prepared), context);
}

/** The run everything is noted in. */
export function runOf<P>({ run }: Installation<P>): OpenRun {
  if (run === null) throw new Error('no run was begun');
  return run;
}

function hasDuePackages(plan: HostPlan, phase: ServicePhase): boolean {
  return plan.steps.some(({ step, why, phase: own }) => own === phase && step.kind === 'packages' && why.length > 0);
}

function isAtOrAfter(phase: ServicePhase, other: ServicePhase): boolean {
  return SERVICE_PHASES.indexOf(phase) >= SERVICE_PHASES.indexOf(other);
}

function applyInput<P>({ plan, facts, state, desired }: Prepared<P>): ApplyInput {
  const system = packageSystemOf(facts);
  return { plan, facts, state, system, systemDirectory: systemDirectory(system), mask: maskOf(desired) };
}
