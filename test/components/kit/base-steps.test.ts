import { describe, expect, it } from 'vitest';
import { infraBaseSteps, installSteps, userSteps } from '../../../src/components/kit/base-steps.ts';
import type { ComponentEntry } from '../../../src/install/contract/declaration.ts';
import { desiredOf } from '../component-lab.ts';

const entry: ComponentEntry = { packages: ['p', 'q'], binary: null, unit: null, masks: [], user: 'root', config: [], version: null };

describe('installSteps', () => {
  it('mask the packaged units that would run beside ours, then install', () => {
    expect(installSteps({ ...entry, masks: ['x', 'y.timer'] })).toEqual([
      { kind: 'unit', name: 'x.service', enabled: false, active: false, masked: true },
      { kind: 'unit', name: 'y.timer', enabled: false, active: false, masked: true },
      { kind: 'packages', names: ['p', 'q'], notify: [] },
    ]);
  });

  it('are none for what needs no package', () => {
    expect(installSteps({ ...entry, packages: [] })).toEqual([]);
  });
});

describe('userSteps', () => {
  it('make a user that cannot log in, with its own group', () => {
    expect(userSteps('x', '/home/x', ['infra'])).toEqual([
      { kind: 'group', name: 'x' },
      { kind: 'user', name: 'x', group: 'x', groups: ['infra'], home: '/home/x', shell: '/usr/sbin/nologin' },
    ]);
  });

  it('are none for root', () => {
    expect(userSteps('root', '/root', [])).toEqual([]);
  });
});

describe('infraBaseSteps', () => {
  it('make /infra a link to where the data is, which may have been made before', () => {
    expect(infraBaseSteps(desiredOf({ vars: 'infra_data: /big/infra' }))).toEqual([
      { kind: 'group', name: 'infra' },
      { kind: 'directory', path: '/big/infra', mode: 0o771, owner: 'root', group: 'infra' },
      { kind: 'symlink', path: '/infra', target: '/big/infra', keepExisting: true },
    ]);
  });

  it('make no link to itself', () => {
    expect(infraBaseSteps(desiredOf({ vars: 'infra_data: /infra' })).map(({ kind }) => kind)).toEqual(['group', 'directory']);
  });
});
