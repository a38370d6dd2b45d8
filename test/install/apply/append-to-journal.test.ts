import { expect, it } from 'vitest';
import { appendToJournal } from '../../../src/install/apply/append-to-journal.ts';
import { formatEntry } from '../../../src/install/state/journal-lines.ts';

it('notes entries in the journal of their run, one line each', () => {
  expect(appendToJournal('r', { type: 'phase', phase: 'ca' }, { type: 'end' })).toEqual({
    op: 'append',
    path: '/var/lib/pigsty-install/runs/r/journal.ndjson',
    data: formatEntry({ type: 'phase', phase: 'ca' }) + formatEntry({ type: 'end' }),
  });
});
