/**
 * Compares what is declared with what was observed: the differences, in order. Pure. A dry run prints what this returns, and `apply/`
 * carries out the same. Changed files name the units to restart; what an interrupted run did not get to is planned as well.
 */
import { createHash } from 'node:crypto';
import type { HostFacts } from '../../facts/types.ts';
import {
  type Declaration,
  type DeclaredStep,
  type FileStep,
  type Handler,
  SERVICE_PHASES,
  type ServicePhase,
  type Step,
  type UnitStep,
  type UserStep,
} from '../contract/declaration.ts';
import { type HostState, MISSING_PATH, type PathState, UNKNOWN_UNIT, type UnitState } from '../contract/host-state.ts';
import { isBare } from '../contract/stages.ts';

/** A step with what has to be done about it. `why` is empty exactly when nothing has. */
export interface PlannedStep extends DeclaredStep {
  /** One line for people: `write /etc/nginx/nginx.conf`. */
  readonly title: string;
  /** `missing`, `content differs`, `mode 600, want 640` … */
  readonly why: readonly string[];
  /** Of a step about a path: what is there now. */
  readonly path?: PathState;
  readonly unit?: UnitState;
  /** Of a packages step: those not installed. Of a sysctl: the running value, or empty. */
  readonly missing?: readonly string[];
  readonly running?: string;
}

/** A handler with the phase at whose end it runs. */
export interface PlannedHandler {
  readonly handler: Handler;
  readonly phase: ServicePhase;
  /** Keys of the steps that ask for it; `an earlier run` when left over. */
  readonly because: readonly string[];
}

/** Everything that would be done to one host. */
export interface HostPlan {
  readonly steps: readonly PlannedStep[];
  /** A restart replaces a reload of the same unit; units that are started anyway have none. */
  readonly handlers: readonly PlannedHandler[];
  /** Some unit file changed on disk without systemd knowing. */
  readonly daemonReload: boolean;
}

/** What the plan needs to know of earlier runs. */
export interface Earlier {
  /** Handlers an interrupted run did not get to. */
  readonly pendingHandlers: readonly Handler[];
  /** The phase that is under way: pending handlers run at its end or later. The first one when left out. */
  readonly underWay?: ServicePhase;
  /** The bundle packages were last installed from; another one now means the transaction is run again. */
  readonly bundleId: string | null;
}

const NOTHING_EARLIER: Earlier = { pendingHandlers: [], bundleId: null };

/** Where unit files and drop-ins of the administrator are: a change there needs a daemon-reload. */
const UNIT_DIRECTORY = '/etc/systemd/system/';

/** Compares. The order of the steps is that of the declaration. */
export function planHost(
  declaration: Declaration,
  facts: HostFacts,
  state: HostState,
  bundleId: string,
  earlier: Earlier = NOTHING_EARLIER,
): HostPlan {
  const isOtherBundle = earlier.bundleId !== null && earlier.bundleId !== bundleId;
  const steps = declaration.steps.map((declared) => planStep(declared, facts, state, isOtherBundle));
  const changed = steps.filter((step) => step.why.length > 0);
  const handlers = planHandlers(steps, changed, earlier, state);
  const commands = new Map(handlers.flatMap((h) => (h.handler.kind === 'command' ? [[h.handler.id, h.because]] : [])));
  return {
    steps: steps.map((step) => withNotification(step, commands)),
    handlers: handlers.filter((h) => h.handler.kind === 'unit'),
    daemonReload: changed.some(changesUnitFile) || [...state.units.values()].some((unit) => unit.needDaemonReload),
  };
}

/** True when there is nothing to do at all. */
export function isConverged(plan: HostPlan): boolean {
  return plan.handlers.length === 0 && plan.steps.every((step) => step.why.length === 0 || step.step.kind === 'check');
}

function changesUnitFile(planned: PlannedStep): boolean {
  return 'path' in planned.step && planned.step.path.startsWith(UNIT_DIRECTORY);
}

/** A `notified` command runs when somebody notified it. */
function withNotification(planned: PlannedStep, commands: ReadonlyMap<string, readonly string[]>): PlannedStep {
  if (planned.step.kind !== 'command' || planned.step.when.kind !== 'notified') return planned;
  const because = commands.get(planned.step.id);
  return because === undefined ? planned : { ...planned, why: because.map((key) => `after ${key}`) };
}

function planStep(declared: DeclaredStep, facts: HostFacts, state: HostState, isOtherBundle: boolean): PlannedStep {
  const { step } = declared;
  const at = (path: string): PathState => state.paths.get(path) ?? MISSING_PATH;
  switch (step.kind) {
    case 'group':
      return { ...declared, title: `group ${step.name}`, why: facts.groups.has(step.name) ? [] : ['missing'] };
    case 'user':
      return { ...declared, title: `user ${step.name}`, why: userDifferences(step, facts) };
    case 'directory':
      return { ...declared, title: `directory ${step.path}`, path: at(step.path), why: directoryDifferences(step, at(step.path)) };
    case 'symlink':
      return {
        ...declared,
        title: `link ${step.path} → ${step.target}`,
        path: at(step.path),
        why: symlinkDifferences(step, at(step.path)),
      };
    case 'file':
      return { ...declared, title: `write ${step.path}`, path: at(step.path), why: fileDifferences(step, at(step.path)) };
    case 'absent':
      return planAbsent(declared, step, at);
    case 'packages':
      return planPackages(declared, step, state, isOtherBundle);
    case 'unit':
      return planUnit(declared, step, state.units.get(step.name) ?? UNKNOWN_UNIT);
    case 'sysctl': {
      const running = state.sysctls.get(step.key) ?? '';
      return {
        ...declared,
        title: `sysctl ${step.key}=${step.value}`,
        running,
        // What the kernel does not allow here is in its file for when it does.
        why: running === step.value || state.fixedSysctls.has(step.key) ? [] : [`is ${running || 'unknown'}`],
      };
    }
    case 'command': {
      const isDue = step.when.kind === 'unless' && state.checks.get(step.id) !== 0;
      return { ...declared, title: `run ${step.id}`, why: isDue ? ['its check says so'] : [] };
    }
    case 'check':
      return { ...declared, title: `check ${step.id}`, why: [] };
  }
}

function planAbsent(declared: DeclaredStep, step: Step & { kind: 'absent' }, at: (path: string) => PathState): PlannedStep {
  const path = at(step.path);
  const { original } = step;
  const isThere = path.type !== 'missing' && path.type !== 'directory';
  if (original === undefined) return { ...declared, title: `remove ${step.path}`, path, why: isThere ? ['present'] : [] };
  // With another content somebody took it over.
  const isOurs = original.written.includes(path.sha256 ?? path.target ?? '');
  return { ...declared, title: `put back ${step.path} as it was`, path, why: isOurs ? ['no longer declared'] : [] };
}

function userDifferences(step: UserStep, facts: HostFacts): string[] {
  const primary = facts.users.get(step.name)?.gid;
  if (primary === undefined) return ['missing'];
  const missing = (step.groups ?? []).filter((name) => {
    const group = facts.groups.get(name);
    return group === undefined || (group.gid !== primary && !group.members.includes(step.name));
  });
  return missing.map((name) => `not in group ${name}`);
}

interface Wanted {
  readonly mode?: number;
  readonly owner?: string;
  readonly group?: string;
}

function metadataDifferences(step: Wanted, defaultMode: number, path: PathState): string[] {
  const mode = step.mode ?? defaultMode;
  const owner = `${step.owner ?? 'root'}:${step.group ?? 'root'}`;
  const why: string[] = [];
  if (path.mode !== mode) why.push(`mode ${path.mode.toString(8)}, want ${mode.toString(8)}`);
  if (`${path.owner}:${path.group}` !== owner) why.push(`owner ${path.owner}:${path.group}, want ${owner}`);
  return why;
}

function directoryDifferences(step: Step & { kind: 'directory' }, path: PathState): string[] {
  if (path.type === 'missing') return ['missing'];
  if (path.leadsToDirectory) return [];
  if (path.type !== 'directory') return [`is a ${path.type}`];
  return isBare(step) ? [] : metadataDifferences(step, 0o755, path);
}

function symlinkDifferences(step: Step & { kind: 'symlink' }, path: PathState): string[] {
  if (path.type === 'missing') return ['missing'];
  if (step.keepExisting === true || path.target === step.target) return [];
  return path.type === 'symlink' ? [`leads to ${path.target}`] : [`is a ${path.type}`];
}

function fileDifferences(step: FileStep, path: PathState): string[] {
  if (path.type === 'missing') return ['missing'];
  if (step.initial === true) return [];
  if (path.type !== 'file') return [`is a ${path.type}`];
  const differs = path.sha256 !== createHash('sha256').update(step.content).digest('hex');
  return [...(differs ? ['content differs'] : []), ...metadataDifferences(step, 0o644, path)];
}

function planPackages(declared: DeclaredStep, step: Step & { kind: 'packages' }, state: HostState, isOtherBundle: boolean): PlannedStep {
  const missing = step.names.filter((name) => !state.provided.has(name));
  const title = isOtherBundle ? `install or upgrade ${step.names.length} packages` : `install ${missing.join(' ')}`;
  const why = isOtherBundle ? ['another bundle'] : missing.length > 0 ? [`${missing.length} missing`] : [];
  return { ...declared, title: step.names.length === 0 ? 'no packages' : title, missing, why: step.names.length === 0 ? [] : why };
}

function planUnit(declared: DeclaredStep, step: UnitStep, unit: UnitState): PlannedStep {
  if (step.masked === true) return { ...declared, title: `mask ${step.name}`, unit, why: unit.load === 'masked' ? [] : ['not masked'] };
  const isEnabled = unit.unitFile === 'enabled' || unit.unitFile === 'static' || unit.unitFile === 'alias' || unit.unitFile === 'indirect';
  const isActive = unit.active === 'active' || unit.active === 'reloading';
  const why: string[] = [];
  if (unit.load === 'masked') why.push('masked');
  if (step.enabled && !isEnabled) why.push('not enabled');
  if (!step.enabled && unit.unitFile === 'enabled') why.push('enabled');
  if (step.active && !isActive) why.push(unit.load === 'not-found' ? 'not there yet' : unit.active);
  if (!step.active && (isActive || unit.active === 'activating')) why.push(unit.active);
  return { ...declared, title: `${step.active ? 'run' : 'stop'} ${step.name}`, unit, why };
}

function planHandlers(
  steps: readonly PlannedStep[],
  changed: readonly PlannedStep[],
  { pendingHandlers, underWay = SERVICE_PHASES[0] }: Earlier,
  state: HostState,
): PlannedHandler[] {
  const wanted = new Map<string, { handler: Handler; phase: ServicePhase; because: string[] }>();
  const ask = (handler: Handler, phase: ServicePhase, because: string): void => {
    const key = handler.kind === 'unit' ? `unit:${handler.unit}` : `command:${handler.id}`;
    const one = wanted.get(key);
    if (one === undefined) wanted.set(key, { handler, phase, because: [because] });
    else {
      one.because.push(because);
      one.phase = later(one.phase, phase);
      if (handler.kind === 'unit' && handler.action === 'restart') one.handler = handler;
    }
  };
  for (const planned of changed) for (const handler of notified(planned)) ask(handler, planned.phase, planned.key);
  for (const handler of pendingHandlers) ask(handler, underWay, 'an earlier run');
  return [...wanted.values()].flatMap((one) => {
    const target = steps.find(
      (step) => step.key === (one.handler.kind === 'unit' ? `unit:${one.handler.unit}` : `command:${one.handler.id}`),
    );
    const phase = target === undefined ? one.phase : later(one.phase, target.phase);
    return isNeeded(one.handler, target, state) ? [{ handler: one.handler, phase, because: one.because }] : [];
  });
}

/** A unit that runs already is restarted; one that shall be stopped, or is started by its own step, is not. */
function isNeeded(handler: Handler, target: PlannedStep | undefined, state: HostState): boolean {
  if (handler.kind === 'command') return target !== undefined;
  const isRunning = (state.units.get(handler.unit) ?? UNKNOWN_UNIT).active === 'active';
  const mustStop = target?.step.kind === 'unit' && !target.step.active;
  return isRunning && !mustStop;
}

function notified(planned: PlannedStep): readonly Handler[] {
  return 'notify' in planned.step ? (planned.step.notify ?? []) : [];
}

function later(a: ServicePhase, b: ServicePhase): ServicePhase {
  return SERVICE_PHASES.indexOf(a) >= SERVICE_PHASES.indexOf(b) ? a : b;
}
