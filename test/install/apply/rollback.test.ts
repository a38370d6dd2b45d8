import { describe, expect, it } from 'vitest';
import { installHost } from '../../../src/install/apply/install-host.ts';
import { listRuns, rollback, rollbackRun, uninstall } from '../../../src/install/apply/rollback.ts';
import type { Service } from '../../../src/install/contract/declaration.ts';
import { apt } from '../../../src/install/packages/apt.ts';
import { readJournal, runPaths } from '../../../src/install/state/journal.ts';
import type { Before, JournalEntry } from '../../../src/install/state/journal-entry.ts';
import { formatEntry } from '../../../src/install/state/journal-lines.ts';
import { debianRules, debianState } from '../../support/debian-rules.ts';
import { FakeHost, on, type Rule } from '../../support/fake-host.ts';
import { BUNDLE_ID, recorder, SOME_OPERATOR, someInput } from '../../support/some-input.ts';

const OLD = '20260101T000000Z-0001';
const NEW = '20260102T000000Z-0002';

/** What `rollback` asks and does beside files. */
const ROLLBACK: Rule[] = [
  on('ls -1 --', (_, host) => {
    const runs = [...host.entries.keys()].flatMap((path) => /\/runs\/([^/]+)\/journal\.ndjson$/.exec(path)?.[1] ?? []);
    return `${runs.sort().reverse().join('\n')}\nlost+found\n`;
  }),
  on('exec head -c', ({ argv }, host) => host.text(argv[4] ?? '') ?? { code: 44 }),
  on('[ -e "$2" ] || [ -L "$2" ] || exit 0', ({ argv }, host) => {
    const copy = host.entries.get(argv[5] ?? '');
    if (copy !== undefined) host.entries.set(argv[4] ?? '', copy);
    return '';
  }),
  on('[ -f "$1.before" ] || exit 0', ''),
  on('for d do [ -d "$d" ]', ''),
  on('systemctl show -p LoadState', ''),
  on('/var/lib/dpkg/updates', ''),
  on('systemctl disable', ''),
  on('groupdel', ''),
  on('userdel', ''),
];

function journalOf(run: string, befores: readonly Before[], ...more: JournalEntry[]): string {
  const start: JournalEntry = { type: 'run', run, bundleId: 'id', version: 'v', startedSec: 0, command: {} };
  const intents = befores.map((before, i): JournalEntry => ({ type: 'intent', seq: i + 1, phase: 'infra', step: 's', before }));
  return [start, ...intents, ...more].map(formatEntry).join('');
}

function hostWith(...before: Rule[]): FakeHost {
  return new FakeHost(...before, ...ROLLBACK, ...debianRules(debianState()));
}

async function undo(befores: readonly Before[], ...rules: Rule[]) {
  const host = hostWith(...rules);
  host.put(runPaths(NEW).journal, journalOf(NEW, befores));
  const [record] = await listRuns(host);
  if (record === undefined) throw new Error('no run');
  host.done.length = 0;
  const context = recorder();
  const result = await rollbackRun(host, record, apt, context);
  return { host, result, context };
}

describe('the runs of a host', () => {
  it('are listed newest first, without those that were undone', async () => {
    const host = hostWith();
    host.put(runPaths(OLD).journal, journalOf(OLD, [], { type: 'end' }));
    host.put(runPaths(NEW).journal, journalOf(NEW, []));
    host.put(runPaths('20260103T000000Z-0003').journal, journalOf('20260103T000000Z-0003', [], { type: 'rolled-back' }));
    expect((await listRuns(host)).map(({ run, outcome }) => [run, outcome])).toEqual([
      [NEW, 'open'],
      [OLD, 'ended'],
    ]);
  });
});

it('a journal that is damaged in the middle is undone as far as it is known, and the rest is told', async () => {
  const host = hostWith();
  for (const path of ['/etc/a', '/etc/b']) host.put(path, 'ours');
  const text = journalOf(NEW, [
    { kind: 'path', path: '/etc/a', blob: null },
    { kind: 'path', path: '/etc/b', blob: null },
  ]);
  host.put(runPaths(NEW).journal, text.replace('/etc/a', '/etc/x'));
  const [result] = await rollback(host, 'newest', SOME_OPERATOR, recorder());
  expect([host.text('/etc/a'), host.text('/etc/b')]).toEqual(['ours', null]);
  expect(result?.left).toEqual([expect.stringContaining('journal.ndjson is damaged at line 2: what was noted there is not undone')]);
});

describe('a run whose batch still works on the host', () => {
  it('is undone when that has ended, from what it noted until then', async () => {
    const host = hostWith();
    host.put(runPaths(NEW).journal, journalOf(NEW, []));
    host.beforeLock = () => {
      host.beforeLock = () => {};
      host.put('/etc/late', 'by the batch');
      host.put(runPaths(NEW).journal, journalOf(NEW, [{ kind: 'path', path: '/etc/late', blob: null }]));
    };
    await rollback(host, 'newest', SOME_OPERATOR, recorder());
    expect(host.text('/etc/late')).toBeNull();
  });
});

describe('undoing a run', () => {
  it('puts a file back from its copy, and takes away what was not there', async () => {
    const { host } = await undo(
      [
        { kind: 'path', path: '/etc/new', blob: null },
        { kind: 'path', path: '/etc/old', blob: '/copy' },
      ],
      (_, there) => {
        if (!there.entries.has('/copy')) there.put('/copy', 'as before');
        return undefined;
      },
    );
    expect(host.text('/etc/old')).toBe('as before');
    expect(host.changes).toContain('remove /etc/new');
  });

  it('goes from the end to the beginning', async () => {
    const { host } = await undo([
      { kind: 'directory', path: '/a' },
      { kind: 'path', path: '/a/b', blob: null },
    ]);
    expect(host.changes.indexOf('rmdir /a')).toBeGreaterThan(host.changes.indexOf('remove /a/b'));
  });

  it('stops what did not run before anything else, and starts again at the end what did', async () => {
    const { host } = await undo([
      { kind: 'unit', unit: 'new.service', enabled: false, active: false, masked: false },
      { kind: 'unit', unit: 'old.service', enabled: true, active: true, masked: false },
      { kind: 'path', path: '/x', blob: null },
    ]);
    const { commands } = host;
    expect(commands[0]).toBe('systemctl stop -- new.service');
    expect(commands.filter((line) => line.endsWith('restart old.service'))).toHaveLength(1);
    expect(commands.filter((line) => line.endsWith('restart new.service'))).toEqual([]);
  });

  it('only the first note of a unit counts: a resumed run noted it twice', async () => {
    const { host } = await undo([
      { kind: 'unit', unit: 'a.service', enabled: true, active: true, masked: false },
      { kind: 'unit', unit: 'a.service', enabled: false, active: false, masked: false },
    ]);
    expect(host.commands).not.toContain('systemctl stop -- a.service');
  });

  it('removes the packages the run brought', async () => {
    const { host } = await undo(
      [{ kind: 'packages', manager: 'apt', blob: '/b' }],
      on('[ -f "$1.before" ]', 'nginx\n'),
      on('purge nginx', ''),
    );
    expect(host.commands.filter((line) => line.includes('purge nginx'))).toHaveLength(1);
  });

  it('runs what undoes a command after the files are back', async () => {
    const { host } = await undo(
      [
        { kind: 'command', id: 'c', undo: ['undo-it'] },
        { kind: 'path', path: '/x', blob: null },
      ],
      on('undo-it', ''),
    );
    const done = host.done.map(({ op, path, argv }) => (op === 'exec' ? argv.join(' ') : `${op} ${path}`));
    expect(done.indexOf('undo-it')).toBeGreaterThan(done.indexOf('remove /x'));
  });

  it('says what it had to leave, and notes at the end that the run is undone', async () => {
    const { host, result, context } = await undo([{ kind: 'directory', path: '/data/db' }], on('for d do', '/data/db\n'));
    expect(result.left).toEqual(['/data/db is kept: it holds data']);
    expect(context.events).toMatchObject([{ type: 'warning', code: 'ROLLBACK_LEFT' }]);
    expect(readJournal(host.text(runPaths(NEW).journal) ?? '', 'j')?.outcome).toBe('rolled-back');
  });

  it('is not done when a file cannot be put back', async () => {
    const failing = undo([{ kind: 'path', path: '/etc/old', blob: '/copy' }], on('[ -e "$2" ]', { code: 1, output: 'read-only' }));
    await expect(failing).rejects.toMatchObject({ code: 'STEP_FAILED', message: expect.stringContaining('read-only') });
  });
});

describe('a host that was installed', () => {
  const before = 'deb http://archive.example.test/ x main\n';
  const web: Service<null> = {
    name: 'web',
    phase: 'infra',
    plan: () => ({ steps: [{ kind: 'file', path: '/etc/web.conf', content: 'ours' }] }),
  };
  const installed = async (): Promise<FakeHost> => {
    const state = debianState();
    state.repository = { directory: '/www/pigsty', id: BUNDLE_ID };
    const host = new FakeHost(...ROLLBACK, ...debianRules(state), on('rm -rf --one-file-system', ''));
    host.put('/etc/web.conf', 'theirs');
    host.put('/etc/apt/sources.list', before);
    await installHost(someInput(host, [web]), recorder());
    return host;
  };

  it('is as before after its newest run was undone', async () => {
    const host = await installed();
    expect(host.text('/etc/web.conf')).toBe('ours');
    expect(await rollback(host, 'newest', SOME_OPERATOR, recorder())).toHaveLength(1);
    expect([host.text('/etc/web.conf'), host.text('/etc/apt/sources.list')]).toEqual(['theirs', before]);
    expect(await rollback(host, 'newest', SOME_OPERATOR, recorder())).toEqual([]);
  });

  it('is undone run by run, back to the first', async () => {
    const host = await installed();
    const other: Service<null> = { ...web, plan: () => ({ steps: [{ kind: 'file', path: '/etc/web.conf', content: 'ours too' }] }) };
    await installHost(someInput(host, [other], { nowMs: () => 1_800_000_100_000 }), recorder());
    await rollback(host, 'newest', SOME_OPERATOR, recorder());
    expect(host.text('/etc/web.conf')).toBe('ours');
    await rollback(host, 'all', SOME_OPERATOR, recorder());
    expect(host.text('/etc/web.conf')).toBe('theirs');
  });

  it('forgets us when it is uninstalled', async () => {
    const host = await installed();
    await uninstall(host, SOME_OPERATOR, recorder());
    expect(host.commands.at(-1)).toBe('rm -rf --one-file-system -- /var/lib/pigsty-install');
  });
});
