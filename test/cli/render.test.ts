import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import type { Event } from '../../src/base/events.ts';
import { failureLines } from '../../src/cli/render/failure-text.ts';
import { NdjsonRenderer } from '../../src/cli/render/ndjson-renderer.ts';
import { PlainRenderer } from '../../src/cli/render/plain-renderer.ts';
import { RateMeter } from '../../src/cli/render/rate-meter.ts';
import { TtyRenderer } from '../../src/cli/render/tty-renderer.ts';

function capture() {
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

const MIB = 1024 * 1024;
const EVENTS: readonly Event[] = [
  { type: 'phase.start', phase: 'fetch', title: 'Downloading', totalBytes: 100 * MIB },
  { type: 'fetch.start', id: 1, url: 'http://example.test/a.deb', totalBytes: 5, attempt: 1 },
  { type: 'phase.progress', phase: 'fetch', doneBytes: 10 * MIB },
  { type: 'retry', id: 1, url: 'http://example.test/a.deb', attempt: 2, waitMs: 500, reason: 'HTTP 503' },
  { type: 'warning', code: 'X', message: 'an upstream is unsigned', hint: 'pin its key' },
  { type: 'phase.end', phase: 'fetch', durationMs: 4200, detail: '3 files, 100.0 MiB' },
];

describe('plain lines', () => {
  it('tell start, end, retries and warnings, and nothing per file', () => {
    const { written, streams } = capture();
    const renderer = new PlainRenderer(streams, { quiet: false });
    for (const event of EVENTS) renderer.report(event);
    expect(written.err.split('\n')).toEqual([
      'Downloading …',
      'retry 2: http://example.test/a.deb: HTTP 503; again in 500ms',
      'warning: an upstream is unsigned (pin its key)',
      'Downloading: 3 files, 100.0 MiB (4.2s)',
      '',
    ]);
    expect(written.out).toBe('');
  });

  it('give a sign of life with rate and time left during a long phase', () => {
    const { written, streams, tick } = capture();
    const renderer = new PlainRenderer(streams, { quiet: false });
    renderer.report({ type: 'phase.start', phase: 'fetch', title: 'Downloading', totalBytes: 100 * MIB });
    for (let second = 1; second <= 11; second++) {
      tick(1000);
      renderer.report({ type: 'phase.progress', phase: 'fetch', doneBytes: second * 5 * MIB });
    }
    expect(written.err).toContain('Downloading: 50.0 MiB of 100.0 MiB, 5.0 MiB/s, 10.0s left');
  });

  it('keep only warnings when quiet', () => {
    const { written, streams } = capture();
    const renderer = new PlainRenderer(streams, { quiet: true });
    for (const event of EVENTS) renderer.report(event);
    expect(written.err).toBe('warning: an upstream is unsigned (pin its key)\n');
  });
});

describe('a terminal', () => {
  it('shows a bar with bytes while a phase runs and a line when it ended', () => {
    const { written, streams } = capture();
    const renderer = new TtyRenderer({ ...streams, err: { ...streams.err, isTTY: true } });
    for (const event of EVENTS) renderer.report(event);
    renderer.close();
    expect(written.err).toContain('Downloading: 3 files, 100.0 MiB (4.2s)\n');
    expect(written.err).toContain('warning: an upstream is unsigned');
  });
});

describe('NDJSON', () => {
  it('ends with the result, one object a line', () => {
    const { written, streams } = capture();
    const renderer = new NdjsonRenderer(streams);
    for (const event of EVENTS) renderer.report(event);
    renderer.result(['ignored'], { packages: 3 });
    const lines = written.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.at(-1)).toEqual({ type: 'result', packages: 3 });
    expect(lines[0]).toMatchObject({ type: 'phase.start', phase: 'fetch' });
  });

  it('ends a failure with code, exit code and hint', () => {
    const { written, streams } = capture();
    new NdjsonRenderer(streams).failure(new AppError('LOCK_STALE', 'no', { hint: 'resolve' }), 65);
    expect(JSON.parse(written.out)).toEqual({ type: 'exit', exitCode: 65, code: 'LOCK_STALE', message: 'no', hint: 'resolve' });
  });
});

describe('failureLines', () => {
  it('say what, cause and hint without a stack', () => {
    const error = new AppError('DISK_FULL', '/srv is full', { hint: 'free 3 GiB', cause: new Error('ENOSPC') });
    expect(failureLines(error)).toEqual(['error: /srv is full [DISK_FULL]', 'cause: ENOSPC', 'hint: free 3 GiB']);
  });

  it('put the code behind the first of several lines', () => {
    expect(failureLines(new AppError('SOLVE_UNKNOWN_NAME', 'no upstream has:\n  x'))).toEqual([
      'error: no upstream has: [SOLVE_UNKNOWN_NAME]',
      '  x',
    ]);
  });

  it('tell every host of an aggregate', () => {
    expect(failureLines(new AggregateError([new AppError('STEP_FAILED', 'a'), new AppError('STEP_FAILED', 'b')]))).toHaveLength(2);
  });

  it('call anything unexpected a bug', () => {
    expect(failureLines(new TypeError('x is undefined'))[0]).toContain('this is a bug');
  });
});

describe('RateMeter', () => {
  it('forgets old samples so that a stall shows', () => {
    const meter = new RateMeter();
    meter.sample(0, 0);
    meter.sample(1000, 1000);
    expect(meter.bytesPerSecond()).toBe(1000);
    meter.sample(9000, 1000);
    expect(meter.bytesPerSecond()).toBe(0);
    expect(meter.remainingMs(2000)).toBeNull();
  });
});
