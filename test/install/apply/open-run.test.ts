import { expect, it } from 'vitest';
import { openRun, startOperations } from '../../../src/install/apply/open-run.ts';
import { readJournal, runPaths } from '../../../src/install/state/journal.ts';
import type { JournalEntry } from '../../../src/install/state/journal-entry.ts';
import { formatEntry } from '../../../src/install/state/journal-lines.ts';
import { someBundle } from '../../support/some-input.ts';

const NOW = Date.UTC(2026, 0, 31, 12, 0, 0, 123);
const { view } = someBundle();
const start: JournalEntry = { type: 'run', run: '20260101T000000Z-0001', bundleId: view.id, version: 'v', startedSec: 0, command: {} };
const intent: JournalEntry = { type: 'intent', seq: 7, phase: 'ca', step: 's', before: { kind: 'directory', path: '/x' } };
const newest = (...more: JournalEntry[]) => readJournal([start, ...more].map(formatEntry).join(''), start.run);

it('a new run is named by the time and the bundle', () => {
  expect(openRun(null, 'abcdef0123456789', NOW)).toEqual({ run: '20260131T120000Z-abcdef01', nextSeq: 1, isResumed: false, earlier: null });
});

it('an ended run is not continued', () => {
  expect(openRun(newest(intent, { type: 'end' }), view.id, NOW).isResumed).toBe(false);
});

it('an open run is continued behind its last number', () => {
  expect(openRun(newest(intent), view.id, NOW)).toMatchObject({ run: '20260101T000000Z-0001', nextSeq: 8, isResumed: true });
});

it('its first line says what it was started with', () => {
  const run = openRun(null, view.id, NOW);
  expect(startOperations(run, view, { offline: '/b.tgz' }, NOW)).toEqual([
    {
      op: 'append',
      path: runPaths(run.run).journal,
      data: formatEntry({
        type: 'run',
        run: run.run,
        bundleId: view.id,
        version: view.version,
        startedSec: Math.floor(NOW / 1000),
        command: { offline: '/b.tgz' },
      }),
    },
  ]);
});

it('a continued run has another such line only when it goes on with another bundle', () => {
  const run = openRun(newest(intent), view.id, NOW);
  expect(startOperations(run, view, {}, NOW)).toEqual([]);
  expect(startOperations(run, { ...view, id: 'other' }, {}, NOW)).toHaveLength(1);
});
