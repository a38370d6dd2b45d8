import { expect, it } from 'vitest';
import { forgottenConfiguration } from '../../../src/install/preflight/forgotten-configuration.ts';
import { readJournal } from '../../../src/install/state/journal.ts';
import type { JournalEntry, RunCommand } from '../../../src/install/state/journal-entry.ts';
import { formatEntry } from '../../../src/install/state/journal-lines.ts';

const ran = (command: RunCommand, ...more: JournalEntry[]) => {
  const start: JournalEntry = { type: 'run', run: 'r', bundleId: 'id', version: 'v', startedSec: 0, command };
  return readJournal([start, ...more].map(formatEntry).join(''), 'r');
};

it.each([
  ['it is named', ran({ config: '/c.yml' }, { type: 'end' }), { config: '/other.yml' }],
  ['there was none', ran({}, { type: 'end' }), {}],
  ['the run was undone', ran({ config: '/c.yml' }, { type: 'rolled-back' }), {}],
  ['there was no run', null, {}],
])('says nothing when %s', (_, newest, command) => {
  expect(forgottenConfiguration(newest, command)).toEqual([]);
});

it('warns when the last run had one, with what to type', () => {
  expect(forgottenConfiguration(ran({ config: '/c.yml' }, { type: 'end' }), {})).toEqual([
    expect.objectContaining({ severity: 'warning', evidence: expect.stringContaining('/c.yml'), advice: 'use it again: --config /c.yml' }),
  ]);
});
