/**
 * What happens, as plain data. The core emits these to an injected {@link Report}; only `cli/render` turns them into bars, lines or NDJSON.
 * Every event of one operation repeats the `id` its start carried.
 */

/**
 * One event. `phase` ids are stable words (`metadata`, `solve`, `fetch`, `pack`, `verify`, `unpack`, an install phase's name). `target`
 * says which target of a run over several an event belongs to (`d12.x86_64`).
 */
export type Event = AnyEvent & { readonly target?: string };

type AnyEvent =
  | {
      readonly type: 'phase.start';
      readonly phase: string;
      readonly title: string;
      readonly totalBytes?: number;
      readonly totalItems?: number;
    }
  | {
      readonly type: 'phase.progress';
      readonly phase: string;
      readonly doneBytes?: number;
      readonly doneItems?: number;
      readonly totalBytes?: number;
      readonly totalItems?: number;
    }
  | { readonly type: 'phase.end'; readonly phase: string; readonly durationMs: number; readonly detail?: string }
  | {
      readonly type: 'fetch.start';
      readonly id: number;
      readonly url: string;
      readonly totalBytes: number | null;
      readonly attempt: number;
    }
  | { readonly type: 'fetch.progress'; readonly id: number; readonly receivedBytes: number; readonly totalBytes: number | null }
  | { readonly type: 'fetch.end'; readonly id: number; readonly url: string; readonly receivedBytes: number; readonly fromStore: boolean }
  | {
      readonly type: 'retry';
      readonly id: number;
      readonly url: string;
      readonly attempt: number;
      readonly waitMs: number;
      readonly reason: string;
    }
  | { readonly type: 'step.start'; readonly host: string; readonly step: string; readonly title: string }
  | {
      readonly type: 'step.end';
      readonly host: string;
      readonly step: string;
      readonly outcome: StepOutcome;
      readonly durationMs: number;
      readonly detail?: string;
    }
  | { readonly type: 'warning'; readonly code: string; readonly message: string; readonly hint?: string }
  | { readonly type: 'note'; readonly message: string }
  | { readonly type: 'target.start'; readonly target: string; readonly position: number; readonly count: number }
  /** `error` is left out when the target was finished. */
  | { readonly type: 'target.end'; readonly target: string; readonly exitCode: number; readonly error?: TargetFailure };

/** Why one target of several was not finished; `code` is that of the error, or `BUG`. */
export interface TargetFailure {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** How a step on a host ended. */
export type StepOutcome = 'changed' | 'unchanged' | 'failed' | 'planned' | 'skipped';

/** Receives every event, in order. Must not throw and must not block. */
export type Report = (event: Event) => void;

/** What every long-running function takes as its last argument besides the ports it needs. */
export interface Context {
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** The same for what also needs the time. */
export interface RunContext extends Context {
  /** Seconds since 1970, for checking the dates of signed metadata; never written anywhere. */
  readonly nowSec: number;
  /** Milliseconds, monotonic, for durations shown to the user. */
  readonly nowMs: () => number;
}
