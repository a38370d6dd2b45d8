import { describe, expect, it } from 'vitest';
import { POLICY, POLICY_FILE } from '../../../src/install/apply/policy-file.ts';
import { repairInterrupted } from '../../../src/install/apply/repair-interrupted.ts';
import { readJournal, runPaths } from '../../../src/install/state/journal.ts';
import type { JournalEntry, PendingHandler } from '../../../src/install/state/journal-entry.ts';
import { formatEntry } from '../../../src/install/state/journal-lines.ts';
import { SOME_FACTS } from '../../lab/install/some-facts.ts';
import { FakeHost, on } from '../../support/fake-host.ts';

/** dpkg was not cut off. */
const WHOLE = on('/var/lib/dpkg/updates', { code: 1 });
const RUN = '20260101T000000Z-0001';
const PENDING: PendingHandler = { kind: 'restore', path: POLICY_FILE, blob: null };
const BROKEN = { ...SOME_FACTS, brokenPackages: [{ name: 'nginx', version: '1', state: 'half-configured', needsReinstall: false }] };
const start: JournalEntry = { type: 'run', run: RUN, bundleId: 'id', version: 'v', startedSec: 0, command: {} };
const packages: JournalEntry = {
  type: 'intent',
  seq: 1,
  phase: 'infra',
  step: 'packages:infra',
  before: { kind: 'packages', manager: 'apt', blob: '/b' },
};
const policy = (blob: string | null): JournalEntry => ({
  type: 'intent',
  seq: 2,
  phase: 'infra',
  step: 'policy:infra',
  before: { kind: 'path', path: POLICY_FILE, blob },
  owes: [{ ...PENDING, blob } as PendingHandler],
});

function record(...entries: JournalEntry[]) {
  return readJournal([start, ...entries].map(formatEntry).join(''), RUN);
}

describe('repairing what was interrupted', () => {
  it.each([
    ['there is no run', null],
    ['the run ended', record(packages, policy(null), { type: 'end' })],
    ['nothing was pending', record(packages, policy(null), { type: 'handled', handlers: [PENDING] })],
  ])('does nothing when %s', async (_, newest) => {
    expect(await repairInterrupted(new FakeHost(WHOLE), newest, SOME_FACTS)).toBe(false);
  });

  it('takes the policy away that was there for a transaction, and notes it', async () => {
    const host = new FakeHost(WHOLE);
    host.put(POLICY_FILE, POLICY);
    await repairInterrupted(host, record(packages, policy(null)), SOME_FACTS);
    expect(host.text(POLICY_FILE)).toBeNull();
    expect(host.text(runPaths(RUN).journal)).toBe(formatEntry({ type: 'handled', handlers: [PENDING] }));
  });

  it('puts the policy of somebody else back', async () => {
    const host = new FakeHost(WHOLE);
    host.put('/copy', 'theirs');
    await repairInterrupted(host, record(packages, policy('/copy')), SOME_FACTS);
    expect(host.text(POLICY_FILE)).toBe('theirs');
  });

  it('finishes half-done packages with services kept off, and says that facts are no longer true', async () => {
    const host = new FakeHost(WHOLE, on('dpkg --force-confold --configure -a', ''));
    expect(await repairInterrupted(host, record(packages), BROKEN)).toBe(true);
    const done = host.done.map(({ op, path }) => `${op} ${path}`.trim());
    expect(done.indexOf(`write ${POLICY_FILE}`)).toBeLessThan(done.indexOf('exec'));
    expect(host.text(POLICY_FILE)).toBeNull();
  });

  it('finishes what dpkg was cut off in, where no package shows it', async () => {
    const host = new FakeHost(on('/var/lib/dpkg/updates', ''), on('dpkg --force-confold --configure -a', ''));
    expect(await repairInterrupted(host, record(packages, { type: 'end' }, { type: 'undoing' }), SOME_FACTS)).toBe(true);
    expect(host.commands.at(-1)).toContain('dpkg --force-confold --configure -a');
  });

  it('does not touch packages that somebody else left half done', async () => {
    expect(await repairInterrupted(new FakeHost(WHOLE), record(), BROKEN)).toBe(false);
  });

  it('says what the package manager said when it cannot', async () => {
    const host = new FakeHost(WHOLE, on('dpkg --force-confold', { code: 100, output: 'nginx: no space' }));
    await expect(repairInterrupted(host, record(packages), BROKEN)).rejects.toMatchObject({
      code: 'STEP_FAILED',
      message: expect.stringContaining('nginx (half-configured): nginx: no space'),
    });
    expect(host.text(POLICY_FILE)).toBeNull();
  });
});
