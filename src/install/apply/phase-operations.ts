/**
 * One phase of a plan as operations for one round trip: journal first, copies next, then the changes in order, handlers last. Pure;
 * `apply-phase.ts` sends it.
 */
import { type CheckStep, type ServicePhase, STAGES, type Stage } from '../contract/declaration.ts';
import type { HostPlan, PlannedHandler, PlannedStep } from '../plan/plan-host.ts';
import type { JournalEntry, PendingHandler } from '../state/journal-entry.ts';
import { ancestorsOf } from './ancestors-of.ts';
import { appendToJournal } from './append-to-journal.ts';
import { IntentLog } from './intent-log.ts';
import type { PhaseContext } from './phase-context.ts';
import { stepOperations } from './step-operations.ts';
import type { TracedOperation } from './traced-operation.ts';

/** Operations of one phase, and how many sequence numbers they used. */
export interface PhaseOperations {
  readonly operations: readonly TracedOperation[];
  readonly intents: readonly (JournalEntry & { type: 'intent' })[];
  readonly usedSeqs: number;
}

/** Operations for everything of `plan` that belongs to `phase`; none when nothing changes. */
export function phaseOperations(plan: HostPlan, phase: ServicePhase, context: PhaseContext): PhaseOperations {
  const steps = plan.steps.filter((step) => step.phase === phase && isInPart(step.stage, context.part));
  const due = steps.filter((step) => step.why.length > 0 || (step.step.kind === 'check' && isCheckDue(step.step, steps, context)));
  const handlers = context.part === 'packages' ? [] : plan.handlers.filter((planned) => planned.phase === phase);
  const isIdle = due.every((step) => step.step.kind === 'check') && handlers.length === 0;
  if (isIdle) return { operations: [], intents: [], usedSeqs: 0 };
  const log = new IntentLog(context.run, phase, context.nextSeq);
  noteNewParents(due, context, log);
  const work = stepOperations(due, log, context, plan.daemonReload && context.part === 'whole');
  const append = (entries: readonly JournalEntry[]): TracedOperation => ({ operation: appendToJournal(context.run, ...entries) });
  return {
    operations: [
      ...(log.entries.length === 0 ? [] : [append(log.entries)]),
      ...log.entries.flatMap(backupOperation),
      ...work,
      ...handlers.map(handlerOperation),
      append([...handledEntry(due, handlers), ...(context.part === 'whole' ? [{ type: 'phase', phase } as const] : [])]),
    ],
    intents: log.entries,
    usedSeqs: log.entries.length,
  };
}

function isInPart(stage: Stage, part: PhaseContext['part']): boolean {
  return part === 'whole' || STAGES.indexOf(stage) <= STAGES.indexOf('packages');
}

/**
 * A check is due when one of the files it covers changes now, or an earlier run may have changed one without getting as far as checking.
 */
function isCheckDue(check: CheckStep, steps: readonly PlannedStep[], context: PhaseContext): boolean {
  return context.isResumed || steps.some((step) => step.why.length > 0 && 'path' in step.step && isCovered(check, step.step.path));
}

/** True when `path` is one of the check's files. */
export function isCovered(check: CheckStep, path: string): boolean {
  return check.covers.some((covered) => (covered.endsWith('/') ? path.startsWith(covered) : path === covered));
}

/** Directories that appear on the way to a new file are taken back too. Outermost first, so that the reverse order empties them. */
function noteNewParents(due: readonly PlannedStep[], context: PhaseContext, log: IntentLog): void {
  const noted = new Set<string>();
  for (const { step, key } of due) {
    if (!('path' in step) || step.kind === 'absent') continue;
    for (const ancestor of ancestorsOf(step.path).reverse()) {
      if (noted.has(ancestor) || context.state.paths.get(ancestor)?.type !== 'missing') continue;
      noted.add(ancestor);
      log.add(key, () => ({ kind: 'directory', path: ancestor }));
    }
  }
}

function backupOperation(entry: JournalEntry & { type: 'intent' }): TracedOperation[] {
  const { before } = entry;
  return before.kind === 'path' && before.blob !== null ? [{ operation: { op: 'backup', path: before.path, blob: before.blob } }] : [];
}

function handlerOperation({ handler, because }: PlannedHandler): TracedOperation {
  if (handler.kind !== 'unit') throw new Error('command handlers are steps');
  const title = `${handler.action} ${handler.unit}`;
  // A unit that has no reload is restarted; one that stopped meanwhile is left alone.
  const verb = handler.action === 'reload' ? 'try-reload-or-restart' : 'try-restart';
  return {
    operation: { op: 'exec', argv: ['systemctl', verb, '--', handler.unit] },
    step: { key: `handler:${handler.unit}`, title: `${title} (${because.join(', ')})` },
    ends: true,
  };
}

/** What is no longer pending after the phase: its own handlers, and those of units it starts anyway. */
function handledEntry(due: readonly PlannedStep[], handlers: readonly PlannedHandler[]): JournalEntry[] {
  const started = due.flatMap(({ step }): PendingHandler[] =>
    step.kind === 'unit' ? [{ kind: 'unit', unit: step.name, action: 'restart' }] : [],
  );
  const commands = due.flatMap(({ step }): PendingHandler[] => (step.kind === 'command' ? [{ kind: 'command', id: step.id }] : []));
  const handled = [...handlers.map((planned) => planned.handler), ...started, ...commands];
  return handled.length === 0 ? [] : [{ type: 'handled', handlers: handled }];
}
