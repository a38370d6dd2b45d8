/** Brings the plans of all services of a host together: one ordered list, nothing claimed twice with different values. */
import { isDeepStrictEqual } from 'node:util';
import { AppError } from '../../base/errors.ts';
import type { HostFacts } from '../../facts/types.ts';
import {
  type Declaration,
  type DeclaredStep,
  type DesiredState,
  type PackagesStep,
  SERVICE_PHASES,
  type Service,
  type ServicePhase,
  type ServiceSelection,
  STAGES,
  type Step,
} from '../contract/declaration.ts';
import { stageOf, stepKey } from '../contract/stages.ts';

/**
 * Asks every selected service and merges the answers.
 *
 * @throws {AppError} `USAGE` for an unknown name in `selection`; `CONFIG_INVALID` with every clash when two services claim one thing
 * differently.
 */
export function declareHost<P>(
  services: readonly Service<P>[],
  desired: DesiredState<P>,
  facts: HostFacts,
  selection: ServiceSelection = {},
): Declaration {
  const selected = selectServices(services, selection);
  const plans = selected.flatMap((service) => {
    const plan = service.plan(desired, facts);
    return plan === null ? [] : [{ service, plan }];
  });
  const leftOut = new Set(services.filter((service) => !selected.includes(service)).map((service) => service.name));
  const steps = mergeSteps(plans.flatMap(({ service, plan }) => plan.steps.map((step) => declare(service, step))));
  return {
    steps: steps.sort(compareSteps),
    // A component that was left out is not asked, not even through another one.
    probes: plans.flatMap(({ plan }) => plan.probes ?? []).filter(({ component }) => !leftOut.has(component)),
    ports: plans.flatMap(({ service, plan }) => (plan.ports ?? []).map((port) => ({ ...port, service: service.name }))),
    urls: plans.flatMap(({ plan }) => plan.urls ?? []),
    secrets: plans.flatMap(({ plan }) => plan.secrets ?? []),
    services: plans.map(({ service }) => service.name),
  };
}

/** The declaration with more steps, each where it belongs. Their keys must be new. */
export function addSteps(declaration: Declaration, steps: readonly DeclaredStep[]): Declaration {
  return { ...declaration, steps: [...declaration.steps, ...steps].sort(compareSteps) };
}

/** True when some of the services are left out. */
export function isNarrowed({ only, skip }: ServiceSelection): boolean {
  return only !== undefined || (skip ?? []).length > 0;
}

const FOUNDATION: readonly ServicePhase[] = ['unpack', 'repo', 'ca'];

function selectServices<P>(services: readonly Service<P>[], { only, skip }: ServiceSelection): Service<P>[] {
  const names = new Set(services.map((service) => service.name));
  const unknown = [...(only ?? []), ...(skip ?? [])].filter((name) => !names.has(name));
  if (unknown.length > 0) {
    throw new AppError('USAGE', `no such component: ${unknown.join(', ')}`, { hint: `there are: ${[...names].join(' ')}` });
  }
  const isWanted = ({ name, phase }: Service<P>): boolean => only === undefined || only.includes(name) || FOUNDATION.includes(phase);
  return services.filter((service) => isWanted(service) && !(skip ?? []).includes(service.name));
}

function declare<P>(service: Service<P>, step: Step): DeclaredStep {
  return { key: stepKey(step), phase: service.phase, service: service.name, stage: stageOf(step), step };
}

/** Stable: equal keys keep the order in which they were declared. */
function compareSteps(a: DeclaredStep, b: DeclaredStep): number {
  return SERVICE_PHASES.indexOf(a.phase) - SERVICE_PHASES.indexOf(b.phase) || STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage);
}

function mergeSteps(declared: readonly DeclaredStep[]): DeclaredStep[] {
  const merged = new Map<string, DeclaredStep>();
  const clashes: string[] = [];
  for (const one of declared) {
    if (one.step.kind === 'packages') {
      mergePackages(merged, one, one.step);
      continue;
    }
    const other = merged.get(one.key);
    if (other === undefined) merged.set(one.key, one);
    else if (!isDeepStrictEqual(other.step, one.step)) clashes.push(`${one.key}: ${other.service} and ${one.service} want it differently`);
  }
  if (clashes.length > 0)
    throw new AppError('CONFIG_INVALID', `the plan contradicts itself:\n  ${clashes.join('\n  ')}`, { details: { clashes } });
  return [...merged.values()];
}

function mergePackages(merged: Map<string, DeclaredStep>, one: DeclaredStep, step: PackagesStep): void {
  const key = `packages:${one.phase}`;
  const before = merged.get(key)?.step as PackagesStep | undefined;
  const names = [...new Set([...(before?.names ?? []), ...step.names])].sort();
  const notify = [...(before?.notify ?? []), ...(step.notify ?? [])];
  merged.set(key, { ...one, key, service: 'packages', step: { kind: 'packages', names, notify } });
}
