/** Where a step belongs within its phase, and what it is about. */
import type { DirectoryStep, Stage, Step } from './declaration.ts';

/** Where a step belongs. */
export function stageOf(step: Step): Stage {
  switch (step.kind) {
    case 'unit':
      return step.masked === true ? 'mask' : 'unit';
    case 'symlink':
      return 'directory';
    case 'absent':
      return 'file';
    case 'command':
      return `after-${step.after ?? 'files'}`;
    default:
      return step.kind;
  }
}

/**
 * What a step is about, unique on a host: `file:/etc/hosts`, `unit:nginx.service`. All packages of a phase are one step, keyed by the
 * phase.
 */
export function stepKey(step: Step): string {
  switch (step.kind) {
    case 'group':
    case 'user':
    case 'unit':
      return `${step.kind}:${step.name}`;
    case 'packages':
      return `packages:${step.names.join(',')}`;
    case 'sysctl':
      return `sysctl:${step.key}`;
    case 'command':
    case 'check':
      return `${step.kind}:${step.id}`;
    case 'directory':
      return isBare(step) ? `present:${step.path}` : `path:${step.path}`;
    default:
      return `path:${step.path}`;
  }
}

/** A directory step that only wants the directory to exist. */
export function isBare(step: DirectoryStep): boolean {
  return step.mode === undefined && step.owner === undefined && step.group === undefined;
}
