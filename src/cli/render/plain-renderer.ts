/** Lines for logs and pipes: one at the start and one at the end of a phase, and a sign of life during long ones. */
import { formatBytes, formatDuration } from '../../base/bytes.ts';
import type { Event } from '../../base/events.ts';
import { failedTargetLines, failureLines } from './failure-text.ts';
import { RateMeter } from './rate-meter.ts';
import type { Renderer } from './renderer.ts';
import type { RenderStreams } from './streams.ts';

const SIGN_OF_LIFE_MS = 10_000;

interface RunningPhase {
  readonly title: string;
  readonly meter: RateMeter;
  totalBytes: number | undefined;
  lastLineMs: number;
}

export class PlainRenderer implements Renderer {
  readonly #streams: RenderStreams;
  readonly #quiet: boolean;
  readonly #phases = new Map<string, RunningPhase>();

  constructor(streams: RenderStreams, options: { readonly quiet: boolean }) {
    this.#streams = streams;
    this.#quiet = options.quiet;
  }

  readonly report = (event: Event): void => {
    const line = this.#lineFor(event);
    if (line !== null) this.#streams.err.write(`${ofTarget(event, line)}\n`);
  };

  result(lines: readonly string[]): void {
    for (const line of lines) this.#streams.out.write(`${line}\n`);
  }

  failure(error: unknown): void {
    for (const line of failureLines(error)) this.#streams.err.write(`${line}\n`);
  }

  close(): void {}

  #lineFor(event: Event): string | null {
    if (event.type === 'warning') return warningLine(event);
    if (event.type === 'target.end') return eventLine(event);
    if (this.#quiet) return null;
    switch (event.type) {
      case 'phase.start':
        this.#phases.set(event.phase, {
          title: event.title,
          meter: new RateMeter(),
          totalBytes: event.totalBytes,
          lastLineMs: this.#streams.nowMs(),
        });
        return `${event.title} …`;
      case 'phase.progress':
        return this.#progressLine(event);
      case 'phase.end': {
        const title = this.#phases.get(event.phase)?.title ?? event.phase;
        this.#phases.delete(event.phase);
        return `${title}: ${event.detail ?? 'done'} (${formatDuration(event.durationMs)})`;
      }
      default:
        return eventLine(event);
    }
  }

  #progressLine(event: Event & { type: 'phase.progress' }): string | null {
    const phase = this.#phases.get(event.phase);
    if (phase === undefined || event.doneBytes === undefined) return null;
    const now = this.#streams.nowMs();
    phase.meter.sample(now, event.doneBytes);
    phase.totalBytes = event.totalBytes ?? phase.totalBytes;
    if (now - phase.lastLineMs < SIGN_OF_LIFE_MS) return null;
    phase.lastLineMs = now;
    return `${phase.title}: ${progressText(event.doneBytes, phase.totalBytes, phase.meter)}`;
  }
}

/** A line with the target it is about in front, in a run over several; the events of targets themselves name it already. */
export function ofTarget(event: Event, line: string): string {
  return event.target === undefined || event.type === 'target.start' || event.type === 'target.end' ? line : `${event.target}: ${line}`;
}

/** A warning with what to do about it. */
export function warningLine({ message, hint }: Event & { type: 'warning' }): string {
  return `warning: ${message}${hint === undefined ? '' : ` (${hint})`}`;
}

/** `120.0 MiB of 300.0 MiB, 24.1 MiB/s, 8s left`; parts that are unknown are left out. */
export function progressText(doneBytes: number, totalBytes: number | undefined, meter: RateMeter): string {
  const parts = [totalBytes === undefined ? formatBytes(doneBytes) : `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`];
  const rate = meter.bytesPerSecond();
  if (rate > 0) parts.push(`${formatBytes(Math.round(rate))}/s`);
  const leftMs = totalBytes === undefined || doneBytes >= totalBytes ? null : meter.remainingMs(totalBytes);
  if (leftMs !== null) parts.push(`${formatDuration(Math.max(1000, leftMs))} left`);
  return parts.join(', ');
}

/** One line for an event that is not about a phase, or null when it is not worth one. */
export function eventLine(event: Event): string | null {
  switch (event.type) {
    case 'retry':
      return `retry ${event.attempt}: ${event.url}: ${event.reason}; again in ${formatDuration(event.waitMs)}`;
    case 'step.end':
      return `${event.host}: ${event.step}: ${event.outcome}${event.detail === undefined ? '' : ` (${event.detail})`}`;
    case 'note':
      return event.message;
    case 'target.start':
      return `${event.target} (${event.position} of ${event.count})`;
    case 'target.end':
      return event.error === undefined ? null : failedTargetLines(event.target, event.error).join('\n');
    default:
      return null;
  }
}
