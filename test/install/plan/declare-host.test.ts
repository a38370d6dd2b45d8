import { describe, expect, it } from 'vitest';
import type { Declaration, DesiredState, Service, ServicePhase, Step } from '../../../src/install/contract/declaration.ts';
import { addSteps, declareHost, isNarrowed } from '../../../src/install/plan/declare-host.ts';
import { SOME_FACTS } from '../../lab/install/some-facts.ts';

const RUN_A: Step = { kind: 'unit', name: 'a.service', enabled: true, active: true };

function service(name: string, phase: ServicePhase, ...steps: Step[]): Service<null> {
  return { name, phase, plan: () => ({ steps }) };
}

function declare(...services: Service<null>[]): Declaration {
  return declareHost(services, {} as DesiredState<null>, SOME_FACTS);
}

describe('plans of several services', () => {
  it('are ordered by phase and kind, packages of a phase in one step', () => {
    const declaration = declare(
      service('b', 'infra', RUN_A, { kind: 'packages', names: ['y', 'x'] }, { kind: 'file', path: '/b', content: '' }),
      service('c', 'infra', { kind: 'packages', names: ['x', 'z'] }, { kind: 'user', name: 'u', group: 'g', home: '/', shell: '/bin/sh' }),
      service('a', 'ca', { kind: 'file', path: '/a', content: '' }),
    );
    expect(declaration.steps.map((step) => step.key)).toEqual(['path:/a', 'user:u', 'packages:infra', 'path:/b', 'unit:a.service']);
    expect(declaration.steps[2]?.step).toMatchObject({ names: ['x', 'y', 'z'] });
  });

  it('may say the same twice but not differently', () => {
    const file = (content: string): Step => ({ kind: 'file', path: '/a', content });
    expect(declare(service('a', 'ca', file('1')), service('b', 'node', file('1'))).steps).toHaveLength(1);
    expect(() => declare(service('a', 'ca', file('1')), service('b', 'node', file('2')))).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
  });

  it('can be narrowed by names that exist', () => {
    const services = [service('a', 'ca', RUN_A), service('b', 'node')];
    const declared = (selection: object) => declareHost(services, {} as DesiredState<null>, SOME_FACTS, selection).services;
    expect(declared({ only: ['b'] })).toEqual(['a', 'b']);
    expect(declared({ only: ['a'] })).toEqual(['a']);
    const asking = {
      ...service('a', 'ca'),
      plan: () => ({
        steps: [],
        probes: ['a', 'b'].map((component) => ({ id: component, component, kind: 'tcp' as const, host: 'h', port: 1 })),
      }),
    };
    const probes = declareHost([asking, service('b', 'node')], {} as DesiredState<null>, SOME_FACTS, { skip: ['b'] }).probes;
    expect(probes.map((probe) => probe.component)).toEqual(['a']);
    expect(declared({ skip: ['b'] })).toEqual(['a']);
    expect(() => declared({ only: ['c'] })).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

it('more steps go where they belong', () => {
  const declaration = declare(service('a', 'infra', RUN_A, { kind: 'file', path: '/a', content: '' }));
  const step = { kind: 'absent', path: '/old' } as const;
  const more = addSteps(declaration, [{ key: 'path:/old', phase: 'infra', service: 'earlier run', stage: 'file', step }]);
  expect(more.steps.map(({ key }) => key)).toEqual(['path:/a', 'path:/old', 'unit:a.service']);
});

it.each([
  [{}, false],
  [{ skip: [] }, false],
  [{ skip: ['a'] }, true],
  [{ only: ['a'] }, true],
])('%j leaves services out: %s', (selection, expected) => {
  expect(isNarrowed(selection)).toBe(expected);
});
