/** What a command needs to be heard: events while it runs, one result or one error at the end. Results go to stdout, all else to stderr. */
import type { Report } from '../../base/events.ts';

/** The three ways of telling the same events. */
export interface Renderer {
  readonly report: Report;
  /** The outcome: `lines` for people, `data` for `--json` (as `{type:'result', …data}`). */
  result(lines: readonly string[], data: Readonly<Record<string, unknown>>): void;
  /** A failure, told once, last. */
  failure(error: unknown, exitCode: number): void;
  /** Leaves the terminal as it was found. */
  close(): void;
}
