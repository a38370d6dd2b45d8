/** Shows what a command does: events while it runs, one result or one error at the end. Results go to stdout, all else to stderr. */
import type { Report } from '../../base/events.ts';

/** What the three ways of showing events (NDJSON, a bar, plain lines) have in common. */
export interface Renderer {
  readonly report: Report;
  /** The outcome: `lines` for people, `data` for `--json` (as `{type:'result', …data}`). */
  result(lines: readonly string[], data: Readonly<Record<string, unknown>>): void;
  /** A failure. Called at most once, after everything else. */
  failure(error: unknown, exitCode: number): void;
  /** Leaves the terminal as it was found. */
  close(): void;
}
