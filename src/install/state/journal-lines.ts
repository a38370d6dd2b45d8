/**
 * A journal on disk: one JSON object a line, each with a checksum of itself as its last member, so that half a line, a line written into
 * another, and a damaged block are all told from what was really noted.
 */
import { createHash } from 'node:crypto';
import type { JournalEntry } from './journal-entry.ts';

const SUM = /,"sum":"([0-9a-f]{16})"\}$/;

/** One line with its line break. */
export function formatEntry(entry: JournalEntry): string {
  const text = JSON.stringify(entry);
  return `${text.slice(0, -1)},"sum":"${sumOf(text)}"}\n`;
}

/** The entry of a line without its line break; null when it is not as it was written. */
export function parseEntry(line: string): JournalEntry | null {
  const sum = SUM.exec(line);
  if (sum === null) return null;
  const text = `${line.slice(0, sum.index)}}`;
  return sumOf(text) === sum[1] ? (JSON.parse(text) as JournalEntry) : null;
}

/** What a journal's text holds. */
export interface JournalLines {
  readonly entries: readonly JournalEntry[];
  /** Numbers of the lines that are damaged, from 1. What follows the last good line was cut off while it was written: not counted. */
  readonly damaged: readonly number[];
}

/** Reads every line that is whole. Never fails: what is damaged costs itself. */
export function parseLines(text: string): JournalLines {
  const parsed = text.split('\n').map(parseEntry);
  const last = parsed.findLastIndex((entry) => entry !== null);
  return {
    entries: parsed.filter((entry) => entry !== null),
    damaged: parsed.slice(0, last + 1).flatMap((entry, i) => (entry === null ? [i + 1] : [])),
  };
}

/** The first 16 hex digits of the SHA-256: against accidents, not against whoever may write the file. */
function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
