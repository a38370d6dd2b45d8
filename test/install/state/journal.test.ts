import { describe, expect, it } from 'vitest';
import { formatEntry, type JournalEntry, type PendingHandler, readJournal } from '../../../src/install/state/journal.ts';

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
    expect(read(START, intent(1), { type: 'rolled-back' })?.outcome).toBe('rolled-back');
    expect(readJournal('', 'j')).toBeNull();
  });

  it('forgives an unfinished last line and nothing else', () => {
    const text = formatEntry(START) + formatEntry(intent(1));
    expect(readJournal(`${text}{"type":"inte`, 'j')?.intents).toHaveLength(1);
    expect(() => readJournal(`${formatEntry(START)}rubbish\n${formatEntry(intent(1))}`, 'j')).toThrow(
      expect.objectContaining({ code: 'JOURNAL_INVALID' }),
    );
    expect(() => readJournal(`${formatEntry(START)}rubbish\n`, 'j')).toThrow(expect.objectContaining({ code: 'JOURNAL_INVALID' }));
  });
});
