/**
 * Adds to a phase's progress the bytes of downloads that are under way, so that one large file moves the bar as well as many small ones. A
 * phase that counts nothing itself (reading metadata) gets its progress from its downloads alone; its total grows with what is known of
 * them.
 */
import type { Event, Report } from '../../base/events.ts';

type Progress = Omit<Event & { type: 'phase.progress' }, 'type' | 'phase' | 'target'>;

interface Running {
  readonly phase: string;
  /** Of several. */
  readonly target: string | undefined;
  /** What the phase said last; null when it leaves counting to its downloads. */
  own: Progress | null;
  readonly totals: Map<number, number>;
  readonly received: Map<number, number>;
}

/** Passes every event on to `report`; progress with what is under way added, and some more of it between. */
export function tallyFetches(report: Report): Report {
  let running: Running | null = null;
  return (event) => {
    if (event.type === 'phase.progress' && running?.phase === event.phase) {
      running.own = event;
      report({ ...event, ...progressOf(running) });
      return;
    }
    report(event);
    if (event.type === 'phase.start') running = start(event);
    else if (event.type === 'phase.end') running = null;
    else if (running !== null && note(running, event))
      report({ type: 'phase.progress', phase: running.phase, ...targetOf(running), ...progressOf(running) });
  };
}

function targetOf({ target }: Running): { readonly target?: string } {
  return target === undefined ? {} : { target };
}

function start({ phase, target, totalBytes, totalItems }: Event & { type: 'phase.start' }): Running {
  const countsItself = totalBytes !== undefined || totalItems !== undefined;
  const own = countsItself ? { doneBytes: 0, ...(totalBytes === undefined ? {} : { totalBytes }) } : null;
  return { phase, target, own, totals: new Map(), received: new Map() };
}

/** True when the progress changed enough to be told. */
function note(running: Running, event: Event): boolean {
  switch (event.type) {
    case 'fetch.start':
      if (event.totalBytes !== null) running.totals.set(event.id, event.totalBytes);
      return false;
    case 'fetch.progress':
      running.received.set(event.id, event.receivedBytes);
      return true;
    case 'fetch.end':
      // A phase that counts itself counts the finished file a moment later.
      if (running.own !== null || event.fromStore) running.received.delete(event.id);
      else running.received.set(event.id, event.receivedBytes);
      if (event.fromStore) running.totals.delete(event.id);
      return running.own === null && !event.fromStore;
    default:
      return false;
  }
}

function progressOf({ own, totals, received }: Running): Progress {
  const underWay = sum(received);
  if (own === null) return { doneBytes: underWay, ...(totals.size === 0 ? {} : { totalBytes: Math.max(underWay, sum(totals)) }) };
  const { totalBytes, totalItems, doneItems, doneBytes } = own;
  const isAboutBytes = doneBytes !== undefined || underWay > 0;
  return {
    ...(isAboutBytes ? { doneBytes: Math.min((doneBytes ?? 0) + underWay, totalBytes ?? Number.POSITIVE_INFINITY) } : {}),
    ...(totalBytes === undefined ? {} : { totalBytes }),
    ...(totalItems === undefined ? {} : { totalItems }),
    ...(doneItems === undefined ? {} : { doneItems }),
  };
}

function sum(values: ReadonlyMap<number, number>): number {
  let total = 0;
  for (const value of values.values()) total += value;
  return total;
}
