import { beforeEach, describe, expect, it, vi } from 'vitest';
import { runDoctor, showFacts, showStatus } from '../../../src/cli/install/look-verbs.ts';
import { osRelease } from '../../../src/facts/os-release.ts';
import { INSTALLED_PATH } from '../../../src/install/state/installed-state.ts';
import { runPaths } from '../../../src/install/state/journal.ts';
import { formatEntry } from '../../../src/install/state/journal-lines.ts';
import { commandContext } from '../../support/command-context.ts';
import { debianRules, debianState } from '../../support/debian-rules.ts';
import { FakeHost, on, type Rule } from '../../support/fake-host.ts';
import { SOME_OPERATOR } from '../../support/some-input.ts';

const local = vi.hoisted(() => ({ host: null as unknown }));
vi.mock('../../../src/host/local.ts', () => ({ localHost: () => local.host }));

const read = on('exec head -c', ({ argv }, host) => host.text(argv[4] ?? '') ?? { code: 44 });
const lockedBy = (owner: string): Rule => on('flock -n', owner);
const runs = on('ls -1 --', (_, there) =>
  [...there.entries.keys()].flatMap((path) => /runs\/([^/]+)\/journal/.exec(path)?.[1] ?? []).join('\n'),
);
// The clock of the fake host does not run.
const clock: Rule = ({ stdin }) =>
  stdin.includes('echo "clock=')
    ? `machine=x86_64\nuid=0\nuser=root\nsystemd=systemd 252\nclock=${Math.floor(Date.now() / 1000)}\n`
    : undefined;

function hostWith(...rules: Rule[]): FakeHost {
  const host = new FakeHost(...rules, read, lockedBy(''), runs, clock, ...debianRules(debianState()));
  local.host = host;
  return host;
}

beforeEach(() => void hostWith());

describe('facts', () => {
  it('are shown without what is secret', async () => {
    hostWith().put('/etc/pigsty/secrets.yml', 'hunter2');
    const { data, lines } = await showFacts({}, commandContext());
    expect(JSON.stringify(data)).toContain('/etc/pigsty/secrets.yml');
    expect(JSON.stringify([data, lines])).not.toContain('hunter2');
    expect(lines[0]).toContain('d12');
  });
});

describe('doctor', () => {
  it('has nothing to say of a host that is fine', async () => {
    expect(await runDoctor({}, commandContext())).toMatchObject({ lines: ['fake: no findings'] });
    expect(await runDoctor({}, commandContext())).not.toHaveProperty('exitCode');
  });

  it('says what would stop an installation, and ends with 78', async () => {
    hostWith(({ stdin }) => (stdin === osRelease.script ? 'ID=slackware\n' : undefined));
    const { lines, exitCode } = await runDoctor({}, commandContext());
    expect(lines[0]).toMatch(/^error: os-unsupported: /);
    expect(exitCode).toBe(78);
  });
});

describe('status', () => {
  const installed = {
    schema: 1,
    bundleId: 'b'.repeat(64),
    version: 'v1',
    services: ['web'],
    components: [{ name: 'web', version: '1.2', packages: [] }],
    units: [{ service: 'web', unit: 'web.service', active: true }],
    ports: [],
    urls: [{ name: 'Packages', url: 'http://10.0.0.1/pigsty' }],
    secrets: [],
    probes: [],
  };

  it('ends with 66 where nothing is installed', async () => {
    expect(await showStatus({}, commandContext())).toMatchObject({ exitCode: 66, data: { installed: false } });
  });

  it('ends with 69 when a component is not well', async () => {
    hostWith().put(INSTALLED_PATH, JSON.stringify(installed));
    const { lines, exitCode } = await showStatus({}, commandContext());
    expect(exitCode).toBe(69);
    expect(lines[1]).toContain('web.service inactive');
    expect(lines.at(-1)).toBe('Packages: http://10.0.0.1/pigsty');
  });

  it('says first that a run is under way, and ends with 75', async () => {
    hostWith(lockedBy(`3 ${JSON.stringify({ doing: 'install', ...SOME_OPERATOR })}`));
    const { lines, exitCode } = await showStatus({}, commandContext());
    expect(lines[0]).toMatch(/^a run is under way: install by ann@laptop .*, last sign of life 3 s ago$/);
    expect(exitCode).toBe(75);
  });

  it('says first that a run was interrupted, and what to type', async () => {
    const host = hostWith();
    const run = '20260101T000000Z-0001';
    host.put(runPaths(run).journal, formatEntry({ type: 'run', run, bundleId: 'id', version: 'v', startedSec: 0, command: {} }));
    const { lines, exitCode } = await showStatus({}, commandContext());
    expect(lines).toEqual([
      `run ${run} was interrupted in phase preflight: go on with \`pigsty-install resume\`, or take it back with \`pigsty-install rollback\``,
      'fake: not installed',
    ]);
    expect(exitCode).toBe(66);
  });

  it('ends well when all is', async () => {
    const state = debianState();
    state.units.set('web.service', { active: 'active', enabled: 'enabled' });
    const host = new FakeHost(read, lockedBy(''), runs, ...debianRules(state));
    host.put(INSTALLED_PATH, JSON.stringify(installed));
    local.host = host;
    expect(await showStatus({}, commandContext())).not.toHaveProperty('exitCode');
  });
});
