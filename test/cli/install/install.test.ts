import { beforeEach, describe, expect, it, vi } from 'vitest';
import { runInstall, runResume } from '../../../src/cli/install/install.ts';
import { runPaths } from '../../../src/install/state/journal.ts';
import type { JournalEntry } from '../../../src/install/state/journal-entry.ts';
import { formatEntry } from '../../../src/install/state/journal-lines.ts';
import { scratchDir, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { commandContext } from '../../support/command-context.ts';
import { debianRules, debianState } from '../../support/debian-rules.ts';
import { FakeHost, on } from '../../support/fake-host.ts';

const local = vi.hoisted(() => ({ host: null as unknown }));
vi.mock('../../../src/host/local.ts', () => ({ localHost: () => local.host }));

const RUN = '20260101T000000Z-0001';
const LOOKING = [
  on('ls -1 --', (_, there) => [...there.entries.keys()].flatMap((path) => /runs\/([^/]+)\/journal/.exec(path)?.[1] ?? []).join('\n')),
  on('exec head -c', ({ argv }, there) => there.text(argv[4] ?? '') ?? { code: 44 }),
];
let host: FakeHost;

beforeEach(() => {
  // The clock of the fake host does not run.
  const clock = { ...debianState() };
  host = new FakeHost(
    ...LOOKING,
    ({ stdin }) =>
      stdin.includes('echo "clock=')
        ? `machine=x86_64\nhostname=h\nuid=0\nuser=root\nMemTotal=4000000\nsystemd=systemd 252\nclock=${Math.floor(Date.now() / 1000)}\n`
        : undefined,
    ...debianRules(clock),
    ({ argv }) => (argv[0] === 'test' || argv[0] === 'sh' ? { code: 1 } : undefined),
  );
  local.host = host;
});

const own = (): string[] => host.changes.filter((change) => !change.includes('/run/pigsty-install-preflight'));

describe('--check', () => {
  it('shows what would be done and changes nothing', async () => {
    const cwd = await scratchDir();
    await writeToy(cwd, { assets: [] });
    const { lines, data } = await runInstall({ offline: 'toy.tgz', check: true }, commandContext({ cwd }));
    expect(lines[0]).toBe(`unpack: ${cwd}/toy.tgz to /www/pigsty`);
    expect(lines.filter((line) => line.startsWith('repo: write '))).not.toEqual([]);
    expect(data).toMatchObject({ check: true, changed: true });
    expect([own(), host.locks]).toEqual([[], []]);
  });
});

describe('resume', () => {
  const start: JournalEntry = {
    type: 'run',
    run: RUN,
    bundleId: 'id',
    version: 'v',
    startedSec: 0,
    command: { offline: '/gone/bundle.tgz' },
  };

  it.each<[string, JournalEntry[]]>([
    ['no run at all', []],
    ['a run that ended', [start, { type: 'end' }]],
  ])('has nothing to continue with %s', async (_, entries) => {
    if (entries.length > 0) host.put(runPaths(RUN).journal, entries.map(formatEntry).join(''));
    expect(await runResume({}, commandContext())).toMatchObject({ lines: ['fake: nothing to resume'], data: { changed: false } });
  });

  it('goes on with the bundle the run was started with, or with the one that is named', async () => {
    host.put(runPaths(RUN).journal, formatEntry(start));
    await expect(runResume({}, commandContext())).rejects.toMatchObject({
      code: 'BUNDLE_MISSING',
      message: expect.stringContaining('/gone/'),
    });
    await expect(runResume({ offline: '/other.tgz' }, commandContext())).rejects.toMatchObject({
      code: 'BUNDLE_MISSING',
      message: expect.stringContaining('/other.tgz'),
    });
  });
});
