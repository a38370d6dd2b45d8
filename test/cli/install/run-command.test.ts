import { describe, expect, it } from 'vitest';
import { assertSameRun, resumedOptions, runCommandOf } from '../../../src/cli/install/run-command.ts';
import type { InstallSource } from '../../../src/install/desired/install-source.ts';
import { type RunRecord, readJournal } from '../../../src/install/state/journal.ts';
import type { RunCommand } from '../../../src/install/state/journal-entry.ts';
import { formatEntry } from '../../../src/install/state/journal-lines.ts';

const SIGNED = { kind: 'verified', fingerprint: 'AA' } as const;

function source(id: string, signature: object = { kind: 'unsigned' }): InstallSource {
  return { bundle: { path: '/b.tgz', index: { id }, signature } } as unknown as InstallSource;
}

function begun(command: RunCommand): RunRecord {
  const record = readJournal(formatEntry({ type: 'run', run: 'r', bundleId: 'id', version: 'v', startedSec: 0, command }), 'r');
  if (record === null) throw new Error('no run');
  return record;
}

describe('a run', () => {
  it('is noted with everything it was begun with, wherever it was typed', () => {
    const options = { config: 'c.yml', key: 'k.asc', only: ['nginx'], skip: ['chronyd'] };
    const noted = { offline: '/b.tgz', config: '/x/c.yml', key: '/x/k.asc', signer: 'AA', only: ['nginx'], skip: ['chronyd'] };
    expect(runCommandOf(options, source('id', SIGNED), '/x')).toEqual(noted);
    expect(runCommandOf({}, source('id'), '/x')).toEqual({ offline: '/b.tgz' });
    const { signer: _, ...again } = noted;
    expect(resumedOptions({ yes: true }, begun(noted))).toEqual({ yes: true, ...again });
  });

  it('goes on with files that lie elsewhere now', () => {
    const noted = { offline: '/b.tgz', config: '/c.yml', key: '/k.asc' };
    expect(resumedOptions({ offline: '/usb/b.tgz', key: '/usb/k.asc' }, begun(noted))).toEqual({
      offline: '/usb/b.tgz',
      config: '/c.yml',
      key: '/usb/k.asc',
    });
  });

  it.each([
    [{ skip: ['dnsmasq'] }, {}, 'without --skip'],
    [{ only: ['nginx'] }, { only: ['grafana'] }, 'with --only grafana'],
  ])('does not go on with other components: %j', (options, noted, words) => {
    expect(() => resumedOptions(options, begun(noted))).toThrow(
      expect.objectContaining({ code: 'USAGE', message: expect.stringContaining(words) }),
    );
    expect(resumedOptions({ ...noted }, begun(noted))).toEqual(noted);
  });

  it.each([
    ['another bundle', source('other'), {}],
    ['one that nobody signed', source('id'), { signer: 'AA' }],
    ['a signature nobody checked', source('id', { kind: 'unchecked' }), { signer: 'AA' }],
    ['another signer', source('id', { ...SIGNED, fingerprint: 'BB' }), { signer: 'AA' }],
  ])('does not go on with %s', (_, now, command) => {
    expect(() => assertSameRun(now, begun(command))).toThrow(expect.objectContaining({ code: 'RESUME_MISMATCH' }));
  });

  it('goes on with the same bundle, as trusted as then or more', () => {
    expect(() => assertSameRun(source('id'), begun({}))).not.toThrow();
    expect(() => assertSameRun(source('id', SIGNED), begun({}))).not.toThrow();
    expect(() => assertSameRun(source('id', SIGNED), begun({ signer: 'AA' }))).not.toThrow();
  });
});
