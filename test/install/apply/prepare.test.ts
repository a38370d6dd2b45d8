import { describe, expect, it } from 'vitest';
import { look, prepare, replan } from '../../../src/install/apply/prepare.ts';
import type { Service } from '../../../src/install/contract/declaration.ts';
import { runPaths } from '../../../src/install/state/journal.ts';
import type { JournalEntry } from '../../../src/install/state/journal-entry.ts';
import { formatEntry } from '../../../src/install/state/journal-lines.ts';
import { debianRules } from '../../support/debian-rules.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { BUNDLE_ID, debianHost, recorder, someInput } from '../../support/some-input.ts';

const RUN = '20260101T000000Z-0001';
const RESTART = { kind: 'unit', unit: 'web.service', action: 'restart' } as const;
const web: Service<null> = {
  name: 'web',
  phase: 'infra',
  plan: () => ({
    steps: [
      { kind: 'packages', names: ['web'] },
      { kind: 'file', path: '/etc/web.conf', content: 'x', notify: [RESTART] },
      { kind: 'unit', name: 'web.service', enabled: true, active: true },
    ],
  }),
};

/** A host on which a run was interrupted between writing the file and restarting the unit. */
function interrupted(): FakeHost {
  const { state } = debianHost();
  state.units.set('web.service', { active: 'active', enabled: 'enabled' });
  const host = new FakeHost(...debianRules(state));
  host.put('/etc/web.conf', 'x');
  const start: JournalEntry = { type: 'run', run: RUN, bundleId: BUNDLE_ID, version: 'v', startedSec: 0, command: {} };
  const before = { kind: 'path', path: '/etc/web.conf', blob: null } as const;
  const intent: JournalEntry = { type: 'intent', seq: 1, phase: 'infra', step: 's', before, owes: [RESTART], made: 'd' };
  host.put(runPaths(RUN).journal, formatEntry(start) + formatEntry(intent));
  return host;
}

const own = (host: FakeHost): string[] => host.changes.filter((change) => !change.includes('/run/pigsty-install-preflight'));

describe('preparing', () => {
  it('changes nothing, and holds no lock', async () => {
    const host = interrupted();
    const input = someInput(host, [web]);
    const prepared = await prepare(input, await look(input, recorder()), recorder());
    expect(prepared.plan.steps.filter(({ why }) => why.length > 0).length).toBeGreaterThan(0);
    expect([own(host), host.locks]).toEqual([[], []]);
  });

  it('plans the handlers an interrupted run did not get to, although no file differs', async () => {
    const input = someInput(interrupted(), [web]);
    const { plan, newest } = await prepare(input, await look(input, recorder()), recorder());
    expect(newest?.outcome).toBe('open');
    expect(plan.handlers).toMatchObject([{ handler: RESTART, because: ['an earlier run'] }]);
  });

  it('knows whether the repository of this very bundle is there', async () => {
    const { host, state } = debianHost();
    const input = someInput(host, [web]);
    const isUnpacked = async () => (await prepare(input, await look(input, recorder()), recorder())).isUnpacked;
    expect(await isUnpacked()).toBe(true);
    state.repository = { directory: '/www/pigsty', id: 'c'.repeat(64) };
    expect(await isUnpacked()).toBe(false);
  });

  it('simulates with the metadata of the bundle where nothing is unpacked yet', async () => {
    const { host, state } = debianHost();
    state.repository = null;
    const bundle = { ...someInput(host, []).bundle, metadata: [{ path: 'Packages', content: Buffer.from('Package: web\n') }] };
    const input = someInput(host, [web], { bundle });
    await prepare(input, await look(input, recorder()), recorder());
    expect(host.changes).toContain('write /run/pigsty-install-preflight/repository/Packages');
  });

  it('takes files of earlier runs away only when all services were asked', async () => {
    const absent = async (selection: object) => {
      const input = someInput(interrupted(), [{ ...web, plan: () => ({ steps: [] }) }], { selection });
      const { declaration } = await prepare(input, await look(input, recorder()), recorder());
      return declaration.steps.filter(({ service }) => service === 'earlier run').map(({ key }) => key);
    };
    expect(await absent({})).toEqual(['path:/etc/web.conf']);
    expect(await absent({ only: ['web'] })).toEqual([]);
  });
});

it('planning again looks at the host again, and keeps what was asked for', async () => {
  const { host, state } = debianHost();
  const input = someInput(host, [web]);
  const first = await prepare(input, await look(input, recorder()), recorder());
  state.packages.add('web');
  host.put('/etc/web.conf', 'x');
  state.units.set('web.service', { active: 'active', enabled: 'enabled' });
  const second = await replan(input, first, { pendingHandlers: [RESTART] }, recorder());
  expect(second.plan.steps.filter(({ step, why }) => step.kind === 'packages' && why.length > 0)).toEqual([]);
  expect(second.plan.handlers).toMatchObject([{ handler: RESTART }]);
});
