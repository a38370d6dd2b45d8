/** A phase as its events: a start, an end with what came of it, nothing in between. */
import type { RunContext } from './events.ts';

/** What the start of a phase tells. */
export interface Phase {
  readonly phase: string;
  readonly title: string;
  readonly totalBytes?: number;
  readonly totalItems?: number;
}

/**
 * Runs `work` as a phase: start and end events around it, `detail` of the end taken from the result. When `work` throws there is no end
 * event.
 *
 * @throws what `work` throws; the reason of `context.signal` when it was aborted before the start.
 */
export async function runPhase<T>(
  context: Pick<RunContext, 'report' | 'signal' | 'nowMs'>,
  phase: Phase,
  work: () => Promise<T>,
  detail?: (result: T) => string,
): Promise<T> {
  context.signal.throwIfAborted();
  context.report({ type: 'phase.start', ...phase });
  const startMs = context.nowMs();
  const result = await work();
  const durationMs = context.nowMs() - startMs;
  context.report({ type: 'phase.end', phase: phase.phase, durationMs, ...(detail === undefined ? {} : { detail: detail(result) }) });
  return result;
}
