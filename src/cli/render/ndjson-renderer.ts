/**
 * `--json`: every event as a line on stdout, the result or the failure as the last one. Progress is thinned to one line a second per phase.
 */
import type { Event } from '../../base/events.ts';
import { failureData } from './failure-text.ts';
import type { Renderer } from './renderer.ts';
import type { RenderStreams } from './streams.ts';

const PROGRESS_EVERY_MS = 1000;

export class NdjsonRenderer implements Renderer {
  readonly #streams: RenderStreams;
  readonly #quiet: boolean;
  readonly #lastProgress = new Map<string, number>();

  constructor(streams: RenderStreams, options: { readonly quiet: boolean } = { quiet: false }) {
    this.#streams = streams;
    this.#quiet = options.quiet;
  }

  readonly report = (event: Event): void => {
    if (event.type === 'fetch.progress' || (this.#quiet && event.type !== 'warning')) return;
    if (event.type === 'phase.progress') {
      const now = this.#streams.nowMs();
      const last = this.#lastProgress.get(event.phase);
      if (last !== undefined && now - last < PROGRESS_EVERY_MS) return;
      this.#lastProgress.set(event.phase, now);
    }
    this.#line(event);
  };

  result(_lines: readonly string[], data: Readonly<Record<string, unknown>>): void {
    this.#line({ type: 'result', ...data });
  }

  failure(error: unknown, exitCode: number): void {
    this.#line(failureData(error, exitCode));
  }

  close(): void {}

  #line(value: unknown): void {
    this.#streams.out.write(`${JSON.stringify(value)}\n`);
  }
}
