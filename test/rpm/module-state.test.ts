/** Which streams are active, and what is told when a choice cannot be. Visibility as dnf has it is in the conformance tests. */
import { expect, it } from 'vitest';
import { resolveModules } from '../../src/rpm/module-state.ts';
import type { ModuleStream } from '../../src/rpm/module-document.ts';
import type { Modules } from '../../src/rpm/modulemd.ts';
import { toyRpm } from '../support/toy-rpms.ts';

function stream(id: string, requires: Readonly<Record<string, readonly string[]>>[], more: Partial<ModuleStream> = {}): ModuleStream {
  const [name = '', streamName = ''] = id.split(':');
  const artifacts = [`${name}-0:${streamName}-1.noarch`, `${name}-0:${streamName}-1.src`];
  const maps = requires.map((one) => new Map(Object.entries(one)));
  return { name, stream: streamName, version: '1', context: 'c', arch: 'x86_64', requires: maps, artifacts, ...more };
}

const modules = (streams: readonly ModuleStream[], ...defaults: readonly string[]): Modules => ({
  streams,
  defaults: defaults.map((id) => ({ module: id.split(':')[0] ?? '', stream: id.split(':')[1] ?? null })),
});

function active(document: Modules, ...chosen: readonly string[]): Record<string, string> {
  return Object.fromEntries(resolveModules([document], { platform: 'el9', arch: 'x86_64', chosen }).active);
}

const EL9 = { platform: ['el9'] };

it.each<readonly [about: string, document: Modules, chosen: readonly string[], expected: Record<string, string>]>([
  ['defaults', modules([stream('web:1', [EL9]), stream('web:2', [EL9])], 'web:1'), [], { web: '1' }],
  ['a choice before the default', modules([stream('web:1', [EL9]), stream('web:2', [EL9])], 'web:1'), ['web:2'], { web: '2' }],
  ['no default', modules([stream('web:1', [EL9])], 'web'), [], {}],
  ['no default where two upstreams differ', modules([stream('web:1', [EL9]), stream('web:2', [EL9])], 'web:1', 'web:2'), [], {}],
  ['a default two upstreams agree on', modules([stream('web:1', [EL9])], 'web:1', 'web', 'web:1'), [], { web: '1' }],
  ['a default of another platform is dropped', modules([stream('web:1', [{ platform: ['el8'] }])], 'web:1'), [], {}],
  ['a platform that is excluded', modules([stream('web:1', [{ platform: ['-el8'] }])], 'web:1'), [], { web: '1' }],
  [
    'what a choice requires',
    modules([stream('app:1', [{ ...EL9, web: ['2'] }]), stream('web:2', [EL9])]),
    ['app:1'],
    { app: '1', web: '2' },
  ],
  [
    'the context that fits',
    modules(
      [stream('app:1', [{ web: ['1'] }], { context: 'a' }), stream('app:1', [{ web: ['2'] }], { context: 'b' }), stream('web:2', [EL9])],
      'web:2',
      'app:1',
    ),
    [],
    { app: '1', web: '2' },
  ],
  ['another architecture is none', modules([stream('web:1', [EL9], { arch: 'aarch64' })], 'web:1'), [], {}],
])('activates %s', (_about, document, chosen, expected) => {
  expect(active(document, ...chosen)).toEqual(expected);
});

it.each<readonly [chosen: readonly string[], code: string, message: string]>([
  [['web:9'], 'SOLVE_UNKNOWN_NAME', 'web:9'],
  [['nobody:1'], 'SOLVE_UNKNOWN_NAME', 'nobody:1'],
  [['web'], 'USAGE', 'name:stream'],
  [['web:1', 'web:2'], 'USAGE', 'chosen twice'],
  [['far:1'], 'SOLVE_UNSATISFIABLE', 'it requires platform:el8'],
  [['app:1', 'web:1'], 'SOLVE_UNSATISFIABLE', 'it requires web:2'],
])('refuses %j with %s', (chosen, code, message) => {
  const document = modules([
    stream('web:1', [EL9]),
    stream('web:2', [EL9]),
    stream('far:1', [{ platform: ['el8'] }]),
    stream('app:1', [{ ...EL9, web: ['2'] }]),
  ]);
  expect(() => active(document, ...chosen)).toThrowError(expect.objectContaining({ code, message: expect.stringContaining(message) }));
});

it('hides other streams, and plain packages an active stream has under the same name', () => {
  const state = resolveModules([modules([stream('web:1', [EL9]), stream('web:2', [EL9])], 'web:1')], {
    platform: 'el9',
    arch: 'x86_64',
    chosen: [],
  });
  expect(state.whyHidden(toyRpm('web 1-1'))).toBeNull();
  expect(state.whyHidden(toyRpm('web 2-1'))).toContain('module stream web:2, which is not active');
  expect(state.whyHidden(toyRpm('web 99-1'))).toBe('hidden by module stream web:1');
  expect(state.whyHidden(toyRpm('fork 1-1', { provides: ['web = 99'] }))).toBe('hidden by module stream web:1');
  expect(state.whyHidden(toyRpm('other'))).toBeNull();
});
