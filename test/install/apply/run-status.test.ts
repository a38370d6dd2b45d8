import { describe, expect, it } from 'vitest';
import { followRun, runStatus } from '../../../src/install/apply/run-status.ts';
import { runPaths } from '../../../src/install/state/journal.ts';
import type { JournalEntry } from '../../../src/install/state/journal-entry.ts';
import { formatEntry } from '../../../src/install/state/journal-lines.ts';
import { FakeHost, on, type Rule } from '../../support/fake-host.ts';
import { recorder, SOME_OPERATOR } from '../../support/some-input.ts';

const RUN = '20260101T000000Z-0001';
const OWNER = { doing: 'install', ...SOME_OPERATOR };
const START: JournalEntry = { type: 'run', run: RUN, bundleId: 'id', version: 'v', startedSec: 0, command: {} };
const intent = (seq: number, step: string): JournalEntry => ({
  type: 'intent',
  seq,
  phase: 'infra',
  step,
  before: { kind: 'directory', path: '/x' },
});

function hostWith(held: Rule, ...entries: JournalEntry[]): FakeHost {
  const journal = on('exec head -c', ({ argv }, there) => there.text(argv[4] ?? '') ?? { code: 44 });
  const host = new FakeHost(held, on('ls -1 --', `${RUN}\n`), journal);
  host.put(runPaths(RUN).journal, entries.map(formatEntry).join(''));
  return host;
}
const held = on('flock -n', `5 ${JSON.stringify(OWNER)}`);
const free = on('flock -n', '');

describe('the run of a host', () => {
  it('is under way while somebody holds the host', async () => {
    expect(await runStatus(hostWith(held, START))).toEqual({ underWay: { owner: OWNER, silentSec: 5 }, interrupted: null });
  });

  it('was interrupted when it is open and nobody does', async () => {
    expect(await runStatus(hostWith(free, START))).toMatchObject({ underWay: null, interrupted: { run: RUN } });
    expect(await runStatus(hostWith(free, START, { type: 'end' }))).toEqual({ underWay: null, interrupted: null });
  });

  it('is followed step by step until it has ended', async () => {
    let asked = 0;
    const host = hostWith(
      on('flock -n', (_, there) => {
        asked += 1;
        if (asked === 2)
          there.put(runPaths(RUN).journal, [START, intent(1, 'a'), intent(2, 'a'), intent(3, 'b')].map(formatEntry).join(''));
        return asked < 3 ? `1 ${JSON.stringify(OWNER)}` : '';
      }),
      START,
      intent(1, 'a'),
    );
    const context = recorder();
    await followRun(host, context, 1);
    expect(context.events.map((event) => ('message' in event ? event.message : event.type))).toEqual(['fake: infra: a', 'fake: infra: b']);
  });
});
