import { expect, it } from 'vitest';
import type { Event } from '../../src/base/events.ts';
import { runPhase } from '../../src/base/run-phase.ts';

function contextOf(events: Event[], signal = new AbortController().signal) {
  let now = 0;
  const nowMs = () => {
    now += 250;
    return now;
  };
  return { report: (event: Event) => void events.push(event), signal, nowMs };
}

const PHASE = { phase: 'solve', title: 'Solving', totalItems: 2 };

it('tells start and end with what came of it, and gives the result', async () => {
  const events: Event[] = [];
  expect(
    await runPhase(
      contextOf(events),
      PHASE,
      async () => 7,
      (count) => `${count} packages`,
    ),
  ).toBe(7);
  expect(events).toEqual([
    { type: 'phase.start', ...PHASE },
    { type: 'phase.end', phase: 'solve', durationMs: 250, detail: '7 packages' },
  ]);
});

it('does not say that a phase ended which failed', async () => {
  const events: Event[] = [];
  const failing = runPhase(
    contextOf(events),
    PHASE,
    () => Promise.reject(new Error('no')),
    () => '',
  );
  await expect(failing).rejects.toThrow('no');
  expect(events.map(({ type }) => type)).toEqual(['phase.start']);
});

it('does not begin when the run was interrupted', async () => {
  const events: Event[] = [];
  const reason = new Error('stop');
  await expect(
    runPhase(
      contextOf(events, AbortSignal.abort(reason)),
      PHASE,
      async () => 1,
      () => '',
    ),
  ).rejects.toBe(reason);
  expect(events).toEqual([]);
});
