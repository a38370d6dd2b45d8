/** A plan as people read it: one line a step, unified diffs of text files, nothing of secrets. */
import { createTwoFilesPatch } from 'diff';
import type { FileStep } from '../contract/declaration.ts';
import type { HostPlan, PlannedStep } from './plan-host.ts';

/** Larger files are only named. */
const MAX_DIFF_BYTES = 256 * 1024;

/** Paths whose present content is needed to show the plan: changed text files that are not secret. */
export function pathsToShow(plan: HostPlan): string[] {
  return plan.steps.flatMap((planned) => {
    const { step, path } = planned;
    const isShown = step.kind === 'file' && step.secret !== true && planned.why.includes('content differs');
    return isShown && path !== undefined && path.sizeBytes <= MAX_DIFF_BYTES ? [step.path] : [];
  });
}

/** Lines of the whole plan. `contents` holds what {@link pathsToShow} asked for. An empty plan is one line. */
export function formatPlan(plan: HostPlan, contents: ReadonlyMap<string, Buffer>): string[] {
  const due = plan.steps.filter((planned) => planned.why.length > 0);
  const lines = due.flatMap((planned) => [
    `${planned.phase}: ${planned.title} (${planned.why.join('; ')})`,
    ...diffLines(planned, contents),
  ]);
  for (const { handler, phase, because } of plan.handlers) {
    if (handler.kind === 'unit') lines.push(`${phase}: ${handler.action} ${handler.unit} (${because.join(', ')})`);
  }
  return lines.length === 0 ? ['nothing to change'] : lines;
}

function diffLines(planned: PlannedStep, contents: ReadonlyMap<string, Buffer>): string[] {
  const { step } = planned;
  if (step.kind !== 'file' || !(planned.why.includes('missing') || planned.why.includes('content differs'))) return [];
  if (step.secret === true) return ['    (secret: not shown)'];
  const after = textOf(step);
  const before = planned.why.includes('missing') ? Buffer.alloc(0) : contents.get(step.path);
  if (after === null || before === undefined) return [`    (${Buffer.byteLength(step.content)} bytes)`];
  const from = planned.why.includes('missing') ? '/dev/null' : step.path;
  const patch = createTwoFilesPatch(from, step.path, before.toString(), after, undefined, undefined, { context: 3 });
  return patch
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => `    ${line}`);
}

function textOf(step: FileStep): string | null {
  const bytes = Buffer.from(step.content);
  return bytes.length > MAX_DIFF_BYTES || bytes.includes(0) ? null : bytes.toString();
}
