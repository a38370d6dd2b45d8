import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { guardAgainstStall } from '../../../src/fetch/transport/stall-guard.ts';

it('aborts when nothing was heard for too long, and says so in place of the abort error', () => {
  vi.useFakeTimers();
  try {
    const guard = guardAgainstStall(2000, new AbortController().signal);
    vi.advanceTimersByTime(1500);
    guard.heard();
    vi.advanceTimersByTime(1500);
    expect(guard.signal.aborted).toBe(false);
    vi.advanceTimersByTime(500);
    expect(guard.signal.aborted).toBe(true);
    expect(guard.explain(new Error('aborted'))).toMatchObject({ kind: 'interrupted', message: 'nothing received for 2 s' });
  } finally {
    vi.useRealTimers();
  }
});

it.each([true, false])('aborts with the run it belongs to (fired before: %s)', (before) => {
  const run = new AbortController();
  if (before) run.abort();
  const guard = guardAgainstStall(60_000, run.signal);
  run.abort();
  expect(guard.signal.aborted).toBe(true);
  expect(guard.explain(new Error('aborted'))).toMatchObject({ code: 'INTERRUPTED' });
  guard.done();
});

it('lets go when it is over, and passes other errors on', async () => {
  const run = new AbortController();
  const guard = guardAgainstStall(1, run.signal);
  guard.done();
  await sleep(20);
  const error = new Error('reset');
  expect(guard.explain(error)).toBe(error);
  run.abort();
  expect(guard.signal.aborted).toBe(false);
});
