/** Where renderers write, and the clock they measure rates with; the process's own streams or a test's. */

export interface RenderStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface RenderStreams {
  readonly out: RenderStream;
  readonly err: RenderStream;
  /** Milliseconds, monotonic. */
  readonly nowMs: () => number;
}
