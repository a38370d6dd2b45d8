import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Declaration, DesiredState, Handler, Service, ServicePhase, Step } from '../../../src/install/contract/declaration.ts';
import { type HostState, MISSING_PATH, type PathState, type UnitState } from '../../../src/install/contract/host-state.ts';
import { declareHost } from '../../../src/install/plan/declare-host.ts';
import { isConverged, planHost } from '../../../src/install/plan/plan-host.ts';
import { SOME_FACTS } from '../../lab/install/some-facts.ts';

const NOTHING: HostState = {
  paths: new Map(),
  units: new Map(),
  sysctls: new Map(),
  fixedSysctls: new Set<string>(),
  checks: new Map(),
  provided: new Set(),
};
const RESTART: Handler = { kind: 'unit', unit: 'a.service', action: 'restart' };
const RELOAD: Handler = { kind: 'unit', unit: 'a.service', action: 'reload' };
const RUN_A: Step = { kind: 'unit', name: 'a.service', enabled: true, active: true };
const running: UnitState = { load: 'loaded', active: 'active', sub: 'running', unitFile: 'enabled', needDaemonReload: false };

function service(name: string, phase: ServicePhase, ...steps: Step[]): Service<null> {
  return { name, phase, plan: () => ({ steps }) };
}

function declare(...services: Service<null>[]): Declaration {
  return declareHost(services, {} as DesiredState<null>, SOME_FACTS);
}

function fileState(content: string, more: Partial<PathState> = {}): PathState {
  const sha256 = createHash('sha256').update(content).digest('hex');
  return { ...MISSING_PATH, type: 'file', mode: 0o644, owner: 'root', group: 'root', sizeBytes: content.length, sha256, ...more };
}

function why(step: Step, state: Partial<HostState>): readonly string[] {
  const plan = planHost(declare(service('s', 'infra', step)), SOME_FACTS, { ...NOTHING, ...state }, 'id');
  return plan.steps[0]?.why ?? [];
}

describe('a step', () => {
  const file: Step = { kind: 'file', path: '/etc/a', content: 'new' };
  const at = (state: PathState): Partial<HostState> => ({ paths: new Map([['/etc/a', state]]) });

  it.each<[string, Step, Partial<HostState>, readonly string[]]>([
    ['a file that is not there', file, {}, ['missing']],
    ['a file that is right', file, at(fileState('new')), []],
    ['a file with other content', file, at(fileState('old')), ['content differs']],
    [
      'a file with another mode and owner',
      file,
      at(fileState('new', { mode: 0o600, owner: 'bob' })),
      ['mode 600, want 644', 'owner bob:root, want root:root'],
    ],
    ['a file that is a directory', file, at({ ...MISSING_PATH, type: 'directory' }), ['is a directory']],
    ['an initial file its owner changed', { ...file, initial: true } as Step, at(fileState('mine', { mode: 0o600 })), []],
    ['something that shall not be', { kind: 'absent', path: '/etc/a' }, at(fileState('x')), ['present']],
    ['something that is not', { kind: 'absent', path: '/etc/a' }, {}, []],
    [
      'a directory that only has to exist',
      { kind: 'directory', path: '/etc/a' },
      at({ ...MISSING_PATH, type: 'directory', mode: 0o700, owner: 'x' }),
      [],
    ],
    [
      'a directory reached by a link',
      { kind: 'directory', path: '/etc/a', mode: 0o700 },
      at({ ...MISSING_PATH, type: 'symlink', leadsToDirectory: true }),
      [],
    ],
    [
      'a link elsewhere',
      { kind: 'symlink', path: '/etc/a', target: '/b' },
      at({ ...MISSING_PATH, type: 'symlink', target: '/c' }),
      ['leads to /c'],
    ],
    [
      'a link elsewhere that may stay',
      { kind: 'symlink', path: '/etc/a', target: '/b', keepExisting: true },
      at({ ...MISSING_PATH, type: 'directory' }),
      [],
    ],
    ['a unit nobody knows', RUN_A, {}, ['not enabled', 'not there yet']],
    ['a failed unit', RUN_A, { units: new Map([['a.service', { ...running, active: 'failed' }]]) }, ['failed']],
    ['a running unit', RUN_A, { units: new Map([['a.service', running]]) }, []],
    [
      'a unit that shall not run',
      { ...RUN_A, enabled: false, active: false } as Step,
      { units: new Map([['a.service', running]]) },
      ['enabled', 'active'],
    ],
    [
      'a masked unit that shall run',
      RUN_A,
      { units: new Map([['a.service', { ...running, load: 'masked', active: 'inactive', unitFile: 'masked' }]]) },
      ['masked', 'not enabled', 'inactive'],
    ],
    ['packages', { kind: 'packages', names: ['a', 'b'] }, { provided: new Set(['a']) }, ['1 missing']],
    [
      'a check that fails',
      { kind: 'command', id: 'c', argv: ['x'], when: { kind: 'unless', check: ['y'] } },
      { checks: new Map([['c', 1]]) },
      ['its check says so'],
    ],
    [
      'a check that passes',
      { kind: 'command', id: 'c', argv: ['x'], when: { kind: 'unless', check: ['y'] } },
      { checks: new Map([['c', 0]]) },
      [],
    ],
    ['a kernel parameter', { kind: 'sysctl', key: 'k', value: '2' }, { sysctls: new Map([['k', '1']]) }, ['is 1']],
    ['a kernel parameter nobody may write', { kind: 'sysctl', key: 'k', value: '2' }, { fixedSysctls: new Set(['k']) }, []],
  ])('%s', (_, step, state, expected) => {
    expect(why(step, state)).toEqual(expected);
  });
});

describe('handlers', () => {
  const changing = (path: string, ...notify: Handler[]): Step => ({ kind: 'file', path, content: 'x', notify });
  const handlersOf = (declaration: Declaration, unit: UnitState | undefined, pendingHandlers: readonly Handler[] = []) =>
    planHost(declaration, SOME_FACTS, { ...NOTHING, units: new Map(unit === undefined ? [] : [['a.service', unit]]) }, 'id', {
      pendingHandlers,
      bundleId: null,
    }).handlers;

  it('restarts a unit once however many files ask, and a restart swallows a reload', () => {
    const declaration = declare(service('s', 'infra', changing('/a', RELOAD), changing('/b', RESTART), changing('/c', RELOAD), RUN_A));
    expect(handlersOf(declaration, running)).toEqual([{ handler: RESTART, phase: 'infra', because: ['path:/a', 'path:/b', 'path:/c'] }]);
  });

  it('leaves a unit alone that is started by its own step or shall not run', () => {
    expect(handlersOf(declare(service('s', 'infra', changing('/a', RESTART), RUN_A)), undefined)).toEqual([]);
    const stopped: Step = { kind: 'unit', name: 'a.service', enabled: false, active: false };
    expect(handlersOf(declare(service('s', 'infra', changing('/a', RESTART), stopped)), running)).toEqual([]);
  });

  it('waits for the phase of the unit', () => {
    const declaration = declare(service('trust', 'ca', changing('/a', RESTART)), service('s', 'infra', RUN_A));
    expect(handlersOf(declaration, running).map((planned) => planned.phase)).toEqual(['infra']);
  });

  it('carries out what an earlier run had pending although no file differs', () => {
    expect(handlersOf(declare(service('s', 'infra', RUN_A)), running, [RELOAD])).toEqual([
      { handler: RELOAD, phase: 'infra', because: ['an earlier run'] },
    ]);
  });

  it('does not plan what is pending for a phase that is over', () => {
    const earlier = { pendingHandlers: [RESTART], bundleId: null, underWay: 'infra' } as const;
    const state = { ...NOTHING, units: new Map([['a.service', running]]) };
    const plan = (phase: ServicePhase) => planHost(declare(service('s', phase, RUN_A)), SOME_FACTS, state, 'id', earlier);
    expect(plan('node').handlers).toMatchObject([{ phase: 'infra' }]);
    expect(plan('node-monitor').handlers).toMatchObject([{ phase: 'node-monitor' }]);
  });

  it('runs a notified command only when it was', () => {
    const command: Step = { kind: 'command', id: 'update', argv: ['x'], when: { kind: 'notified' } };
    const declaration = declare(service('s', 'ca', changing('/a', { kind: 'command', id: 'update' }), command));
    const planOf = (state: HostState) =>
      planHost(declaration, SOME_FACTS, state, 'id').steps.find((step) => step.key === 'command:update')?.why;
    expect(planOf(NOTHING)).toEqual(['after path:/a']);
    expect(planOf({ ...NOTHING, paths: new Map([['/a', fileState('x')]]) })).toEqual([]);
  });
});

describe('a plan', () => {
  it('is converged when nothing differs, and not when another bundle brought new packages', () => {
    const declaration = declare(
      service('s', 'infra', { kind: 'packages', names: ['a'] }, { kind: 'check', id: 'c', argv: ['x'], covers: ['/'] }),
    );
    const state = { ...NOTHING, provided: new Set(['a']) };
    const plan = (bundleId: string | null) => planHost(declaration, SOME_FACTS, state, 'new', { pendingHandlers: [], bundleId });
    expect([null, 'new', 'old'].map((id) => isConverged(plan(id)))).toEqual([true, true, false]);
  });

  it('reloads the daemon for a changed unit file or one changed behind its back', () => {
    const unitFile: Step = { kind: 'file', path: '/etc/systemd/system/a.service', content: 'x' };
    const reload = (declaration: Declaration, unit: UnitState) =>
      planHost(declaration, SOME_FACTS, { ...NOTHING, units: new Map([['a.service', unit]]) }, 'id').daemonReload;
    expect(reload(declare(service('s', 'infra', unitFile)), running)).toBe(true);
    expect(reload(declare(service('s', 'infra', RUN_A)), running)).toBe(false);
    expect(reload(declare(service('s', 'infra', RUN_A)), { ...running, needDaemonReload: true })).toBe(true);
  });
});
