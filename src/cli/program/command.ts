/** What a command is: options in, a result out. Commands print nothing; the program shows what they return. */
import type { Context } from '../../base/events.ts';

/** The result of a command, for people and for `--json`. */
export interface CommandResult {
  /** For stdout. */
  readonly lines: readonly string[];
  /** The same as data. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Only when the command finished but its result is bad (`verify` of a damaged bundle). Default 0. */
  readonly exitCode?: number;
}

/** What a command gets from outside (environment, clocks, directory), gathered once in the program. */
export interface CommandContext extends Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Seconds since 1970, for checking the dates of signed metadata; never written anywhere. */
  readonly nowSec: number;
  /** Milliseconds, monotonic, for durations shown to the user. */
  readonly nowMs: () => number;
}

/** Runs `work` as a phase: start and end events around it, `detail` of the end taken from the result. */
export async function runPhase<T>(
  context: CommandContext,
  phase: { readonly phase: string; readonly title: string; readonly totalBytes?: number; readonly totalItems?: number },
  work: () => Promise<T>,
  detail: (result: T) => string,
): Promise<T> {
  context.signal.throwIfAborted();
  context.report({ type: 'phase.start', ...phase });
  const startMs = context.nowMs();
  const result = await work();
  context.report({ type: 'phase.end', phase: phase.phase, durationMs: context.nowMs() - startMs, detail: detail(result) });
  return result;
}
