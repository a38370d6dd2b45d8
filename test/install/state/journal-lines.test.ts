import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../src/install/state/journal-entry.ts';
import { formatEntry, parseEntry, parseLines } from '../../../src/install/state/journal-lines.ts';

const ENTRIES: readonly JournalEntry[] = [
  { type: 'run', run: 'r', bundleId: 'i', version: 'v', startedSec: 1, command: { only: ['a'], signer: 'F' } },
  { type: 'intent', seq: 1, phase: 'infra', step: 'ö "quoted"', before: { kind: 'path', path: '/a\\b', blob: null } },
  { type: 'end', gone: [] },
];

describe('a line of a journal', () => {
  it.each(ENTRIES)('$type is read as it was written', (entry) => {
    expect(parseEntry(formatEntry(entry).trimEnd())).toEqual(entry);
  });

  it.each(ENTRIES)('$type with any byte changed is none', (entry) => {
    const line = formatEntry(entry).trimEnd();
    for (let i = 0; i < line.length; i++) {
      const other = line[i] === '0' ? '1' : '0';
      expect(parseEntry(line.slice(0, i) + other + line.slice(i + 1))).toBeNull();
    }
  });

  it('begins with its type: the shell looks for that', () => {
    expect(ENTRIES.map((entry) => formatEntry(entry).slice(0, 9))).toEqual(['{"type":"', '{"type":"', '{"type":"']);
  });

  it.each(['', '{}', 'null', '{"type":"end"}', '{"type":"end","sum":"0123456789abcdef"}'])('%s is none', (line) => {
    expect(parseEntry(line)).toBeNull();
  });
});

describe('the lines of a journal', () => {
  it('holds what is whole; a line written behind half a line costs itself', () => {
    const [a = '', b = '', c = ''] = ENTRIES.map(formatEntry);
    expect(parseLines(a + b + c)).toEqual({ entries: ENTRIES, damaged: [] });
    expect(parseLines(`${a}${b.slice(0, 20)}${b}${c}`)).toEqual({ entries: [ENTRIES[0], ENTRIES[2]], damaged: [2] });
    expect(parseLines(`${a}${'\0'.repeat(512)}`)).toEqual({ entries: [ENTRIES[0]], damaged: [] });
  });
});
