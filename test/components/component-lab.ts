/** The plan of one component in small inventories, with getters that fail when what is asked for is not there. */
import { type Inventory, parseInventory } from '../../src/config/inventory/inventory.ts';
import type { FileStep, Service, ServicePlan, Step } from '../../src/install/contract/declaration.ts';
import type { Desired, HostParams } from '../../src/install/contract/desired.ts';
import { desiredFrom, type LabOptions, labFacts } from '../support/desired-lab.ts';

export const ONE_HOST = '10.10.10.10: { infra_seq: 1 }';
export const TWO_INFRA_HOSTS = '10.10.10.10: { infra_seq: 1 }, 10.10.10.11: { infra_seq: 2 }';

/** One INFRA host and one outside INFRA. */
export const WITH_NODE = 'all: { children: { infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } }, db: { hosts: { 10.10.10.20: } } } }';

export interface ComponentOptions extends LabOptions {
  /** Members of the map `vars` of all hosts. */
  readonly vars?: string;
  /** Members of the map `hosts` of group infra. Default {@link ONE_HOST}. */
  readonly hosts?: string;
  readonly change?: (desired: Desired) => Desired;
}

/** An inventory whose hosts are all in group infra. */
export function inventoryOf(vars: string, hosts = ONE_HOST): Inventory {
  return parseInventory(`all: { children: { infra: { hosts: { ${hosts} } } }, vars: { ${vars} } }`, 'x');
}

/** What the first host shall be, unless another one is named. The flavor has every component. */
export function desiredOf(options: ComponentOptions = {}): Desired {
  const inventory = options.inventory ?? inventoryOf(options.vars ?? '', options.hosts);
  return (options.change ?? ((one) => one))(desiredFrom(inventory, { flavor: 'pigsty', ...options }));
}

/** The component's plan, or null when the host does not get it. */
export function maybePlanOf(service: Service<HostParams>, options: ComponentOptions = {}): ServicePlan | null {
  return service.plan(desiredOf(options), labFacts(options.facts));
}

/** The component's plan. Fails when there is none. */
export function planOf(service: Service<HostParams>, options: ComponentOptions = {}): ServicePlan {
  const plan = maybePlanOf(service, options);
  if (plan === null) throw new Error(`no plan for ${service.name}`);
  return plan;
}

/** A bundle that lacks the components. */
export function without(...components: readonly string[]): (desired: Desired) => Desired {
  return (desired) => ({
    ...desired,
    bundle: {
      ...desired.bundle,
      components: { ...desired.bundle.components, ...Object.fromEntries(components.map((name) => [name, { absent: 'not here' }])) },
    },
  });
}

/** The steps of one kind. */
export function stepsOf<K extends Step['kind']>(steps: readonly Step[], kind: K): Extract<Step, { kind: K }>[] {
  return steps.filter((step): step is Extract<Step, { kind: K }> => step.kind === kind);
}

/** The step that writes a file. Fails when there is not exactly one. */
export function fileOf(plan: ServicePlan, path: string): FileStep {
  const files = stepsOf(plan.steps, 'file');
  const [file, ...more] = files.filter((step) => step.path === path);
  if (file !== undefined && more.length === 0) return file;
  throw new Error(`${more.length === 0 ? 'no file' : 'several files'} ${path}; there are ${files.map((one) => one.path).join(' ')}`);
}

/** The text of a file. Fails when there is not exactly one. */
export function textOf(plan: ServicePlan, path: string): string {
  const { content } = fileOf(plan, path);
  return typeof content === 'string' ? content : new TextDecoder().decode(content);
}

/** Paths of all files. */
export function pathsOf(plan: ServicePlan): string[] {
  return stepsOf(plan.steps, 'file').map((step) => step.path);
}

/** The running unit `name`, not the masked ones. Fails when there is none. */
export function unitOf(plan: ServicePlan, name: string): { readonly enabled: boolean; readonly active: boolean } {
  const step = stepsOf(plan.steps, 'unit').find((one) => one.name === name && one.masked !== true);
  if (step === undefined) throw new Error(`no unit ${name}`);
  return { enabled: step.enabled, active: step.active };
}

/** The words after `NAME=` of the options file of a daemon. */
export function optionsOf(plan: ServicePlan, unit: string): string {
  return textOf(plan, `/etc/default/${unit}`);
}

/** Ids of the commands. */
export function commandIds(plan: ServicePlan): string[] {
  return stepsOf(plan.steps, 'command').map((step) => step.id);
}

export const ON = { enabled: true, active: true };
export const OFF = { enabled: false, active: false };
