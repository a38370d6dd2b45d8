import type { Event } from '../../../src/base/events.ts';

/** Streams that keep what is written, and a clock that stands still until it is told to tick. */
export function capture() {
  const written = { out: '', err: '' };
  let now = 0;
  return {
    written,
    tick: (ms: number) => {
      now += ms;
    },
    streams: {
      out: { write: (text: string) => (written.out += text) },
      err: { write: (text: string) => (written.err += text) },
      nowMs: () => now,
    },
  };
}

export const MIB = 1024 * 1024;

/** Two targets of one run, of which the second fails. */
export const TARGETS: readonly Event[] = [
  { type: 'target.start', target: 'd12.x86_64', position: 1, count: 2 },
  { type: 'phase.start', phase: 'solve', title: 'Resolving', target: 'd12.x86_64' },
  { type: 'warning', code: 'X', message: 'odd', target: 'd12.x86_64' },
  { type: 'phase.end', phase: 'solve', durationMs: 5, detail: '3 packages', target: 'd12.x86_64' },
  { type: 'target.end', target: 'd12.x86_64', exitCode: 0 },
  { type: 'target.start', target: 'el9.x86_64', position: 2, count: 2 },
  {
    type: 'target.end',
    target: 'el9.x86_64',
    exitCode: 69,
    error: { code: 'FETCH_NOT_FOUND', message: 'cannot fetch:\n  http://host/x', hint: 'look there' },
  },
];

/** One phase with everything that can happen in it. */
export const EVENTS: readonly Event[] = [
  { type: 'phase.start', phase: 'fetch', title: 'Downloading', totalBytes: 100 * MIB },
  { type: 'fetch.start', id: 1, url: 'http://example.test/a.deb', totalBytes: 5, attempt: 1 },
  { type: 'phase.progress', phase: 'fetch', doneBytes: 10 * MIB },
  { type: 'retry', id: 1, url: 'http://example.test/a.deb', attempt: 2, waitMs: 500, reason: 'HTTP 503' },
  { type: 'warning', code: 'X', message: 'an upstream is unsigned', hint: 'pin its key' },
  { type: 'phase.end', phase: 'fetch', durationMs: 4200, detail: '3 files, 100.0 MiB' },
];
