import { describe, expect, it } from 'vitest';
import { carryOut, reapply, runOf } from '../../../src/install/apply/carry-out.ts';
import { Installation } from '../../../src/install/apply/installation.ts';
import { openRun } from '../../../src/install/apply/open-run.ts';
import { look, prepare } from '../../../src/install/apply/prepare.ts';
import type { Service, Step } from '../../../src/install/contract/declaration.ts';
import { on, type Rule } from '../../support/fake-host.ts';
import { debianHost, recorder, someInput } from '../../support/some-input.ts';

const RESTART = { kind: 'unit', unit: 'base.service', action: 'restart' } as const;

async function begin(steps: Readonly<Record<'node' | 'infra', readonly Step[]>>, ...rules: Rule[]) {
  const { host, state } = debianHost(undefined, ...rules);
  state.units.set('base.service', { active: 'active', enabled: 'enabled' });
  const services = (['node', 'infra'] as const).map(
    (phase): Service<null> => ({ name: phase, phase, plan: () => ({ steps: steps[phase] }) }),
  );
  const input = someInput(host, services);
  const installation = new Installation(input);
  installation.prepared = await prepare(input, await look(input, recorder()), recorder());
  installation.run = openRun(null, input.bundle.index.id, 0);
  host.done.length = 0;
  return { host, state, installation };
}

const FILE: Step = { kind: 'file', path: '/etc/base.conf', content: 'ours', notify: [RESTART] };
const UNIT: Step = { kind: 'unit', name: 'base.service', enabled: true, active: true };
const PACKAGES: Step = { kind: 'packages', names: ['p'] };

describe('carrying out a phase', () => {
  it('is one round trip when it has no packages', async () => {
    const { host, installation } = await begin({ node: [FILE], infra: [] });
    await carryOut(installation, 'node', recorder());
    expect(host.locks).toHaveLength(1);
    expect([installation.changed, installation.installedPackages]).toEqual([true, false]);
  });

  it('keeps a restart that was asked for before the packages made the host be looked at again', async () => {
    const bringing = on('apt-get -q -y install', (_, there) => {
      there.put('/etc/base.conf', 'ours');
      return '';
    });
    const { host, installation } = await begin({ node: [PACKAGES, FILE, UNIT], infra: [] }, bringing);
    await carryOut(installation, 'node', recorder());
    expect(host.changes).not.toContain('write /etc/base.conf');
    expect(host.commands).toContain('systemctl try-restart -- base.service');
  });

  it('changes nothing in a phase where nothing differs', async () => {
    const { host, installation } = await begin({ node: [], infra: [] });
    await carryOut(installation, 'node', recorder());
    expect([installation.changed, host.done]).toEqual([false, []]);
  });
});

describe('applying once more', () => {
  it('brings back what packages of a later phase moved', async () => {
    const moving = on('apt-get -q -y install', (_, there) => {
      there.put('/etc/base.conf', 'theirs');
      state.packages.add('p');
      return '';
    });
    const { host, state, installation } = await begin({ node: [FILE], infra: [PACKAGES] }, moving);
    await carryOut(installation, 'node', recorder());
    await carryOut(installation, 'infra', recorder());
    expect(host.text('/etc/base.conf')).toBe('theirs');
    await reapply(installation, recorder());
    expect(host.text('/etc/base.conf')).toBe('ours');
  });

  it('asks nothing when no packages were installed', async () => {
    const { host, installation } = await begin({ node: [FILE], infra: [] });
    await reapply(installation, recorder());
    expect(host.done).toEqual([]);
  });
});

it('nothing is changed outside a run', () => {
  const { host } = debianHost();
  expect(() => runOf(new Installation(someInput(host, [])))).toThrow('no run was begun');
});
