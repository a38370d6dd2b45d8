/** A terminal: one bar for the phase that runs, with bytes, rate and time left; finished phases become a line. */
import { SingleBar } from 'cli-progress';
import { formatDuration } from '../../base/bytes.ts';
import type { Event } from '../../base/events.ts';
import { barLine } from './bar-line.ts';
import { failureLines } from './failure-text.ts';
import { eventLine, ofTarget, progressText, warningLine } from './plain-renderer.ts';
import { RateMeter } from './rate-meter.ts';
import type { Renderer } from './renderer.ts';
import type { RenderStreams } from './streams.ts';

interface ShownPhase {
  readonly phase: string;
  readonly title: string;
  readonly meter: RateMeter;
  totalBytes: number | undefined;
  totalItems: number | undefined;
  bar: SingleBar | null;
}

export class TtyRenderer implements Renderer {
  readonly #streams: RenderStreams;
  #shown: ShownPhase | null = null;

  constructor(streams: RenderStreams) {
    this.#streams = streams;
  }

  readonly report = (event: Event): void => {
    switch (event.type) {
      case 'phase.start':
        this.#hideBar();
        this.#shown = {
          phase: event.phase,
          title: ofTarget(event, event.title),
          meter: new RateMeter(),
          totalBytes: event.totalBytes,
          totalItems: event.totalItems,
          bar: null,
        };
        this.#draw(null, '…');
        return;
      case 'phase.progress':
        this.#progress(event);
        return;
      case 'phase.end':
        this.#end(event);
        return;
      case 'warning':
        this.#print(ofTarget(event, warningLine(event)));
        return;
      default: {
        const line = eventLine(event);
        if (line !== null) this.#print(ofTarget(event, line));
      }
    }
  };

  result(lines: readonly string[]): void {
    this.#hideBar();
    for (const line of lines) this.#streams.out.write(`${line}\n`);
  }

  failure(error: unknown): void {
    this.#hideBar();
    for (const line of failureLines(error)) this.#streams.err.write(`${line}\n`);
  }

  close(): void {
    this.#hideBar();
  }

  #progress(event: Event & { type: 'phase.progress' }): void {
    const shown = this.#shown;
    if (shown === null || shown.phase !== event.phase) return;
    shown.totalBytes = event.totalBytes ?? shown.totalBytes;
    shown.totalItems = event.totalItems ?? shown.totalItems;
    if (event.doneBytes !== undefined) {
      shown.meter.sample(this.#streams.nowMs(), event.doneBytes);
      this.#draw(fractionOf(event.doneBytes, shown.totalBytes), progressText(event.doneBytes, shown.totalBytes, shown.meter));
    } else if (event.doneItems !== undefined) {
      const total = shown.totalItems;
      this.#draw(fractionOf(event.doneItems, total), `${event.doneItems}${total === undefined ? '' : ` of ${total}`}`);
    }
  }

  #end(event: Event & { type: 'phase.end' }): void {
    const title = this.#shown?.phase === event.phase ? this.#shown.title : event.phase;
    this.#hideBar();
    if (this.#shown?.phase === event.phase) this.#shown = null;
    this.#streams.err.write(`${title}: ${event.detail ?? 'done'} (${formatDuration(event.durationMs)})\n`);
  }

  #draw(fraction: number | null, text: string): void {
    const shown = this.#shown;
    if (shown === null) return;
    const line = barLine({ title: shown.title, fraction, text }, this.#streams.err.columns ?? 80);
    if (shown.bar === null) {
      shown.bar = new SingleBar({
        format: (_options, _params, payload: { readonly line: string }) => payload.line,
        stream: this.#streams.err as NodeJS.WritableStream,
        hideCursor: true,
        clearOnComplete: true,
        fps: 8,
      });
      shown.bar.start(1000, 0, { line });
    }
    shown.bar.update(Math.round((fraction ?? 0) * 1000), { line });
  }

  #print(line: string): void {
    this.#hideBar();
    this.#streams.err.write(`${line}\n`);
  }

  #hideBar(): void {
    if (this.#shown === null || this.#shown.bar === null) return;
    this.#shown.bar.stop();
    this.#shown.bar = null;
  }
}

/** Null when the total is unknown. */
function fractionOf(done: number, total: number | undefined): number | null {
  if (total === undefined) return null;
  return total === 0 ? 1 : Math.min(1, done / total);
}
