/** Progress of a phase from the downloads it makes. */
import { expect, it } from 'vitest';
import type { Event } from '../../../src/base/events.ts';
import { tallyFetches } from '../../../src/cli/render/tally-fetches.ts';

function progressFor(events: readonly Event[]) {
  const heard: Event[] = [];
  const report = tallyFetches((event) => heard.push(event));
  for (const event of events) report(event);
  return heard.filter((event) => event.type === 'phase.progress').map(({ phase: _phase, type: _type, ...rest }) => rest);
}

const url = 'http://example.test/a';

it('adds what is under way to what the phase has counted, and never counts a file twice', () => {
  const shown = progressFor([
    { type: 'phase.start', phase: 'fetch', title: 'Fetching', totalBytes: 100, totalItems: 2 },
    { type: 'fetch.start', id: 1, url, totalBytes: 80, attempt: 1 },
    { type: 'fetch.progress', id: 1, receivedBytes: 40, totalBytes: 80 },
    { type: 'fetch.end', id: 2, url, receivedBytes: 20, fromStore: false },
    { type: 'phase.progress', phase: 'fetch', doneBytes: 20, doneItems: 1, totalBytes: 100, totalItems: 2 },
    { type: 'fetch.progress', id: 1, receivedBytes: 70, totalBytes: 80 },
    { type: 'fetch.end', id: 1, url, receivedBytes: 80, fromStore: false },
    { type: 'phase.progress', phase: 'fetch', doneBytes: 100, doneItems: 2, totalBytes: 100, totalItems: 2 },
    { type: 'phase.end', phase: 'fetch', durationMs: 1 },
  ]);
  expect(shown.map(({ doneBytes }) => doneBytes)).toEqual([40, 60, 90, 100]);
  expect(shown.every(({ totalBytes }) => totalBytes === 100)).toBe(true);
});

it('counts for a phase that does not, with the total as far as it is known', () => {
  const shown = progressFor([
    { type: 'phase.start', phase: 'metadata', title: 'Reading' },
    { type: 'fetch.start', id: 1, url, totalBytes: null, attempt: 1 },
    { type: 'fetch.end', id: 1, url, receivedBytes: 10, fromStore: false },
    { type: 'fetch.start', id: 2, url, totalBytes: 50, attempt: 1 },
    { type: 'fetch.progress', id: 2, receivedBytes: 30, totalBytes: 50 },
    { type: 'fetch.end', id: 3, url, receivedBytes: 0, fromStore: true },
  ]);
  expect(shown).toEqual([{ doneBytes: 10 }, { doneBytes: 40, totalBytes: 50 }]);
});

it('leaves a phase that counts things alone', () => {
  const progress = { type: 'phase.progress', phase: 'contents', doneItems: 1, totalItems: 2 } as const;
  expect(progressFor([{ type: 'phase.start', phase: 'contents', title: 'Looking', totalItems: 2 }, progress])).toEqual([
    { doneItems: 1, totalItems: 2 },
  ]);
});

it('says nothing outside of a phase', () => {
  expect(progressFor([{ type: 'fetch.progress', id: 1, receivedBytes: 1, totalBytes: null }])).toEqual([]);
});

it('says whose progress it is in a run over several targets', () => {
  const shown = progressFor([
    { type: 'phase.start', phase: 'metadata', title: 'Reading', target: 'd12.x86_64' },
    { type: 'fetch.end', id: 1, url, receivedBytes: 10, fromStore: false, target: 'd12.x86_64' },
    { type: 'phase.end', phase: 'metadata', durationMs: 1, target: 'd12.x86_64' },
    { type: 'phase.start', phase: 'fetch', title: 'Fetching', totalBytes: 100, target: 'd13.x86_64' },
    { type: 'fetch.progress', id: 2, receivedBytes: 40, totalBytes: 80, target: 'd13.x86_64' },
    { type: 'phase.progress', phase: 'fetch', doneBytes: 80, totalBytes: 100, target: 'd13.x86_64' },
  ]);
  expect(shown.map(({ target }) => target)).toEqual(['d12.x86_64', 'd13.x86_64', 'd13.x86_64']);
});
