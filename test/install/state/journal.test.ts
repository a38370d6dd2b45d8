import { describe, expect, it } from 'vitest';
import { readJournal } from '../../../src/install/state/journal.ts';
import type { JournalEntry, PendingHandler } from '../../../src/install/state/journal-entry.ts';
import { formatEntry } from '../../../src/install/state/journal-lines.ts';

const START: JournalEntry = {
  type: 'run',
  run: '20260101T000000Z-0123',
  bundleId: 'id',
  version: 'v',
  startedSec: 0,
  command: { offline: '/b.tgz' },
};
const RESTART: PendingHandler = { kind: 'unit', unit: 'a.service', action: 'restart' };
const RELOAD: PendingHandler = { kind: 'unit', unit: 'a.service', action: 'reload' };
const LIFT: PendingHandler = { kind: 'restore', path: '/p', blob: null };
const intent = (seq: number, ...owes: PendingHandler[]): JournalEntry => ({
  type: 'intent',
  seq,
  phase: 'infra',
  step: 's',
  before: { kind: 'directory', path: '/x' },
  owes,
});
const read = (...entries: JournalEntry[]) => readJournal(entries.map(formatEntry).join(''), 'j');

describe('a journal', () => {
  it.each<[string, JournalEntry[], readonly PendingHandler[]]>([
    ['owes what was announced', [intent(1, RESTART), intent(2, LIFT)], [RESTART, LIFT]],
    ['a restart pays a reload', [intent(1, RELOAD), { type: 'handled', handlers: [RESTART] }], []],
    ['a reload does not pay a restart', [intent(1, RESTART), { type: 'handled', handlers: [RELOAD] }], [RESTART]],
    [
      'what is asked for again is owed again',
      [intent(1, RESTART), { type: 'handled', handlers: [RESTART] }, intent(2, RESTART)],
      [RESTART],
    ],
    [
      'restoring is told by the path',
      [intent(1, LIFT), { type: 'handled', handlers: [{ ...LIFT, path: '/q' } as PendingHandler] }],
      [LIFT],
    ],
    ['an ended run owes nothing', [intent(1, RESTART), { type: 'end' }], []],
    ['nor one that was taken back', [intent(1, RESTART), { type: 'rolled-back' }], []],
  ])('%s', (_, entries, owed) => {
    expect(read(START, ...entries)?.pendingHandlers).toEqual(owed);
  });

  it('knows whether a run is open', () => {
    expect(read(START)?.outcome).toBe('open');
    expect(read(START, intent(1), { type: 'end' })?.outcome).toBe('ended');
    expect(read(START, { type: 'end' }, intent(1))?.outcome).toBe('open');
    expect(read(START, { type: 'end' }, { type: 'undoing' })?.outcome).toBe('open');
    expect(read(START, intent(1), { type: 'rolled-back' })?.outcome).toBe('rolled-back');
    expect(readJournal('', 'j')).toBeNull();
  });

  it('is read as far as it is whole, wherever it was cut off', () => {
    const text = formatEntry(START) + formatEntry(intent(1, RESTART));
    const last = formatEntry(intent(2, RELOAD));
    for (let length = 0; length < last.length - 1; length++) {
      const record = readJournal(text + last.slice(0, length), 'j');
      expect(record).toMatchObject({ run: 'j', bundleId: 'id', outcome: 'open', damaged: [] });
      expect(record?.intents.map(({ seq }) => seq)).toEqual([1]);
    }
    expect(readJournal(text + last.trimEnd(), 'j')?.intents).toHaveLength(2);
  });

  it('tells which lines are damaged, and knows the rest, whatever was damaged', () => {
    const lines = [START, intent(1, RESTART), intent(2, RELOAD), intent(3)].map(formatEntry);
    const damage = (i: number) => lines.map((line, j) => (i === j ? line.replace('"type"', '"tipe"') : line)).join('');
    expect(readJournal(damage(0), 'j')).toMatchObject({ run: 'j', bundleId: '', command: {}, outcome: 'open', damaged: [1] });
    expect(readJournal(damage(2), 'j')).toMatchObject({ bundleId: 'id', pendingHandlers: [RESTART], damaged: [3] });
    // Nothing is noted after the last line: it was never on the disk, and what it announced was never done.
    expect(readJournal(damage(3), 'j')).toMatchObject({ damaged: [], intents: [{ seq: 1 }, { seq: 2 }] });
  });
});
