/** Writing the journal, as an operation among others. */
import type { Operation } from '../../host/batch.ts';
import { runPaths } from '../state/journal.ts';
import type { JournalEntry } from '../state/journal-entry.ts';
import { formatEntry } from '../state/journal-lines.ts';

/** Notes `entries` in the journal of `run`: they are on the disk when the operation has ended, or none of them is. */
export function appendToJournal(run: string, ...entries: readonly JournalEntry[]): Operation {
  return { op: 'append', path: runPaths(run).journal, data: entries.map(formatEntry).join('') };
}
