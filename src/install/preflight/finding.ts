/** What preflight and `doctor` say about a host. */

/** One finding. `error` stops an installation before its first change; `warning` and `info` do not. */
export interface Finding {
  /** Stable word: `port-taken`. */
  readonly id: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** What was seen. */
  readonly evidence: string;
  /** What to do, as an instruction; empty when nothing has to be. */
  readonly advice: string;
}
