import { describe, expect, it } from 'vitest';
import { repositoryDirectory } from '../../../src/base/repository-place.ts';
import { SERVICES } from '../../../src/components/services.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { installHost } from '../../../src/install/apply/install-host.ts';
import type { InstallInput } from '../../../src/install/apply/install-input.ts';
import { SERVICE_PHASES, type Service } from '../../../src/install/contract/declaration.ts';
import type { HostParams } from '../../../src/install/contract/desired.ts';
import { DEFAULT_SETTINGS } from '../../../src/install/contract/engine-settings.ts';
import { settingsOf } from '../../../src/install/desired/settings-of.ts';
import { INSTALLED_PATH } from '../../../src/install/state/installed-state.ts';
import { readJournal, WORK_LOCK } from '../../../src/install/state/journal.ts';
import { debianRules, debianState } from '../../support/debian-rules.ts';
import { desiredFrom } from '../../support/desired-lab.ts';
import { FakeHost, on, type Rule } from '../../support/fake-host.ts';
import { debianHost, recorder, someBundle, someInput } from '../../support/some-input.ts';

const RESTART = { kind: 'unit', unit: 'web.service', action: 'restart' } as const;

function web(content = 'one'): Service<null> {
  return {
    name: 'web',
    phase: 'infra',
    plan: () => ({
      steps: [
        { kind: 'group', name: 'web' },
        { kind: 'packages', names: ['web'] },
        { kind: 'file', path: '/etc/web/web.conf', content, notify: [RESTART] },
        { kind: 'unit', name: 'web.service', enabled: true, active: true },
      ],
      probes: [{ id: 'web', component: 'web', kind: 'command', argv: ['true'] }],
    }),
  };
}

const journalOf = (host: FakeHost) => {
  const [path] = [...host.entries.keys()]
    .filter((one) => one.endsWith('journal.ndjson'))
    .sort()
    .slice(-1);
  return readJournal(host.text(path ?? '') ?? '', path?.split('/').at(-2) ?? '');
};

describe.each(['pigsty', 'mypkg'])('installing with a repository called %s', (repoName) => {
  const settings = { ...DEFAULT_SETTINGS, repoName };
  const install = async (host: FakeHost, content?: string) => {
    const context = recorder();
    return { context, result: await installHost(someInput(host, [web(content)], { settings }), context) };
  };

  it('brings everything there, and a second run finds nothing to do', async () => {
    const { host, state } = debianHost(settings);
    const { context, result } = await install(host);
    expect(result).toMatchObject({ changed: true, probes: [{ id: 'web', ok: true }] });
    expect(context.events.flatMap((event) => (event.type === 'phase.start' ? [event.phase] : []))).toEqual([
      'preflight',
      ...SERVICE_PHASES,
      'verify',
    ]);
    expect(host.text('/etc/web/web.conf')).toBe('one');
    expect(host.text(`/etc/apt/sources.list.d/${repoName}-local.sources`)).toContain(`URIs: file:/www/${repoName}\n`);
    expect(state.units.get('web.service')).toEqual({ active: 'active', enabled: 'enabled' });
    expect(JSON.parse(host.text(INSTALLED_PATH) ?? '')).toMatchObject({ program: `/www/${repoName}/pigsty-install` });
    expect(journalOf(host)?.outcome).toBe('ended');

    const before = host.changes.length;
    const second = await install(host);
    expect(second.result).toMatchObject({ changed: false, run: null, probes: [{ ok: true }] });
    expect(host.changes.slice(before).filter((change) => !change.includes('/run/pigsty-install-preflight'))).toEqual([]);
  });

  it('moves the sources of others away once, and never its own', async () => {
    const { host } = debianHost(settings);
    host.put('/etc/apt/sources.list', 'deb http://archive.example.test/ x main\n');
    await install(host);
    expect([host.text('/etc/apt/sources.list'), host.text('/etc/apt/backup/sources.list')]).toEqual([
      null,
      'deb http://archive.example.test/ x main\n',
    ]);
    expect((await install(host)).result.changed).toBe(false);
  });

  it('restarts what a changed file belongs to', async () => {
    const { host } = debianHost(settings);
    await install(host);
    const before = host.commands.length;
    await install(host, 'two');
    expect(host.commands.slice(before)).toContain('systemctl try-restart -- web.service');
  });
});

describe('installing', () => {
  it('writes the journal before it touches anything, and holds the lock while it changes', async () => {
    const { host } = debianHost();
    await installHost(someInput(host, [web()]), recorder());
    const changes = host.changes.filter((change) => !change.includes('/run/pigsty-install-preflight'));
    expect(changes[0]).toMatch(/^append .*journal\.ndjson$/);
    expect(new Set(host.locks)).toEqual(new Set([WORK_LOCK]));
  });

  it('changes nothing when a finding speaks against it', async () => {
    const { host } = debianHost(DEFAULT_SETTINGS, on('apt-get -q -s install', { code: 100, output: 'E: Unable to locate package web' }));
    await expect(installHost(someInput(host, [web()]), recorder())).rejects.toMatchObject({ code: 'PREFLIGHT_FAILED' });
    expect(host.locks).toEqual([]);
    expect(host.changes.filter((change) => !change.includes('/run/pigsty-install-preflight'))).toEqual([]);
  });

  it('does not replace the repository of another bundle unless that was agreed to', async () => {
    const { host, state } = debianHost();
    state.repository = { directory: '/www/pigsty', id: 'c'.repeat(64) };
    await expect(installHost(someInput(host, [web()]), recorder())).rejects.toMatchObject({ code: 'CONFIRMATION_NEEDED' });
    expect(host.locks).toEqual([]);
  });

  it('leaves the run open when a service does not answer, and continues it', async () => {
    const { host } = debianHost();
    let isWell = false;
    const probing: Service<null> = {
      ...web(),
      plan: () => ({ ...plan, probes: [{ id: 'web', component: 'web', kind: 'command', argv: [isWell ? 'true' : 'false'], withinMs: 0 }] }),
    };
    const plan = web().plan({} as never, {} as never) ?? { steps: [] };
    await expect(installHost(someInput(host, [probing]), recorder())).rejects.toMatchObject({ code: 'PROBE_FAILED' });
    const open = journalOf(host);
    expect(open?.outcome).toBe('open');
    isWell = true;
    const result = await installHost(someInput(host, [probing]), recorder());
    expect(result.run).toBe(open?.run);
    expect(journalOf(host)?.outcome).toBe('ended');
  });

  it('looks at the host when the batch of a lost connection has ended there, not before', async () => {
    const { host } = debianHost();
    const failing: Service<null> = {
      ...web(),
      plan: () => ({ ...plan, probes: [{ id: 'w', component: 'web', kind: 'command', argv: ['false'], withinMs: 0 }] }),
    };
    const plan = web().plan({} as never, {} as never) ?? { steps: [] };
    await expect(installHost(someInput(host, [failing]), recorder())).rejects.toMatchObject({ code: 'PROBE_FAILED' });
    host.beforeLock = () => {
      host.put('/etc/web/web.conf', 'as the batch left it');
      host.beforeLock = () => {};
    };
    expect((await installHost(someInput(host, [web('two')]), recorder())).changed).toBe(true);
    expect(host.text('/etc/web/web.conf')).toBe('two');
  });

  it('removes a file that nobody declares any more', async () => {
    const { host } = debianHost();
    await installHost(someInput(host, [web()]), recorder());
    const without: Service<null> = { ...web(), plan: () => ({ steps: [{ kind: 'packages', names: ['web'] }] }) };
    await installHost(someInput(host, [without], { nowMs: () => 1_800_000_100_000 }), recorder());
    expect(host.text('/etc/web/web.conf')).toBeNull();
    expect((await installHost(someInput(host, [without]), recorder())).changed).toBe(false);
  });

  it('plans anew after packages, so that what they brought is not brought again', async () => {
    const installing = on('apt-get -q -y install', (_, there) => {
      there.put('/etc/web/web.conf', 'one');
      state.packages.add('web');
      return '';
    });
    const { host, state } = debianHost(DEFAULT_SETTINGS, installing);
    await installHost(someInput(host, [web()]), recorder());
    expect(host.changes).not.toContain('write /etc/web/web.conf');
  });

  it('stops between two phases when it is interrupted', async () => {
    const { host } = debianHost();
    const context = recorder();
    const stopping: Service<null> = { name: 'ca', phase: 'ca', plan: () => ({ steps: [{ kind: 'file', path: '/etc/ca', content: 'x' }] }) };
    const report = (event: Parameters<typeof context.report>[0]) => {
      if (event.type === 'phase.start' && event.phase === 'infra') context.abort();
    };
    await expect(installHost(someInput(host, [stopping, web()]), { ...context, report })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect([host.text('/etc/ca'), host.text('/etc/web/web.conf')]).toEqual(['x', null]);
  });
});

/** Commands of the components themselves: each does what it should, and its check says so. */
const anything: Rule = () => '';

it('every component of this program is installed once, with a repository of another name too', async () => {
  const inventory = parseInventory(
    'all: { children: { infra: { hosts: { 10.10.10.10: { infra_seq: 1 } } } }, vars: { admin_ip: 10.10.10.10, repo_name: mypkg } }',
    'pigsty.yml',
  );
  const desired = desiredFrom(inventory);
  const settings = settingsOf(inventory.hosts[0] ?? null, null);
  const state = debianState();
  state.repository = { directory: repositoryDirectory(settings), id: desired.bundle.id };
  const host = new FakeHost(...debianRules(state), anything);
  const services = SERVICES.map((service) => ({
    ...service,
    plan: (...given: Parameters<typeof service.plan>) => {
      const plan = service.plan(...given);
      return plan === null ? null : { ...plan, probes: [] };
    },
  }));
  const bundle = someBundle();
  const own = { ...bundle, view: desired.bundle, index: { ...bundle.index, id: desired.bundle.id } };
  const input = {
    ...someInput(host, [], { bundle: own }),
    settings,
    services,
    desire: async () => desired,
  } as unknown as InstallInput<HostParams>;
  expect((await installHost(input, recorder())).changed).toBe(true);
  const second = recorder();
  await installHost(input, second);
  expect(second.events.flatMap((event) => (event.type === 'step.end' ? [event.step] : []))).toEqual([]);
});
