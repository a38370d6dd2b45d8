/** Which streams are active, and what is told when a choice cannot be. Visibility as dnf has it is in the conformance tests. */
import { expect, it } from 'vitest';
import { parseModuleChoices } from '../../../src/rpm/modules/module-choices.ts';
import type { ModuleStream } from '../../../src/rpm/modules/module-document.ts';
import { resolveModules } from '../../../src/rpm/modules/module-state.ts';
import type { Modules } from '../../../src/rpm/modules/modulemd.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';

function stream(id: string, requires: Readonly<Record<string, readonly string[]>>[], more: Partial<ModuleStream> = {}): ModuleStream {
  const [name = '', streamName = ''] = id.split(':');
  const artifacts = [`${name}-0:${streamName}-1.noarch`, `${name}-0:${streamName}-1.src`];
  const maps = requires.map((one) => new Map(Object.entries(one)));
  return { name, stream: streamName, version: '1', context: 'c', arch: 'x86_64', requires: maps, artifacts, ...more };
}

const modules = (streams: readonly ModuleStream[], ...defaults: readonly string[]): Modules => ({
  streams,
  faults: [],
  defaults: defaults.map((id) => {
    const [module = '', stream = null, modified = '0'] = id.split(':');
    return { module, stream, modified: Number(modified) };
  }),
});

function active(document: Modules, ...chosen: readonly string[]): Record<string, string> {
  return Object.fromEntries(resolveModules([document], { platform: 'el9', arch: 'x86_64', chosen: parseModuleChoices(chosen) }).active);
}

const EL9 = { platform: ['el9'] };

it.each<readonly [about: string, document: Modules, chosen: readonly string[], expected: Record<string, string>]>([
  ['defaults', modules([stream('web:1', [EL9]), stream('web:2', [EL9])], 'web:1'), [], { web: '1' }],
  ['a choice before the default', modules([stream('web:1', [EL9]), stream('web:2', [EL9])], 'web:1'), ['web:2'], { web: '2' }],
  ['no default', modules([stream('web:1', [EL9])], 'web'), [], {}],
  ['no default where two upstreams differ', modules([stream('web:1', [EL9]), stream('web:2', [EL9])], 'web:1', 'web:2'), [], {}],
  [
    'the later default where two upstreams differ',
    modules([stream('web:1', [EL9]), stream('web:2', [EL9])], 'web:1:2020', 'web:2:2021', 'web:1:2019'),
    [],
    { web: '2' },
  ],
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
  [
    'what a choice requires before a default, and no default that does not go with it',
    modules(
      [
        ...[stream('app:1', [{ web: ['2'] }]), stream('web:1', [EL9]), stream('web:2', [EL9])],
        ...[stream('old:1', [{ web: ['1'] }]), stream('free:1', [EL9])],
      ],
      'web:1',
      'old:1',
      'free:1',
    ),
    ['app:1'],
    { app: '1', web: '2', free: '1' },
  ],
  [
    'the default where any stream will do',
    modules([stream('app:1', [{ web: [] }]), stream('web:1', [EL9]), stream('web:2', [EL9])], 'web:2'),
    ['app:1'],
    { app: '1', web: '2' },
  ],
  [
    'the default where any but one will do',
    modules(['1', '2', '3'].map((id) => stream(`web:${id}`, [EL9])).concat(stream('app:1', [{ web: ['-1'] }])), 'web:3'),
    ['app:1'],
    { app: '1', web: '3' },
  ],
  [
    'the first by name where any will do and none is default',
    modules(['2', '10', '1'].map((id) => stream(`web:${id}`, [EL9])).concat(stream('app:1', [{ web: ['-1'] }]))),
    ['app:1'],
    { app: '1', web: '10' },
  ],
  [
    'another where the first has needs nobody meets',
    modules([stream('app:1', [{ web: ['1', '2'] }]), stream('web:1', [{ nobody: [] }]), stream('web:2', [EL9])]),
    ['app:1'],
    { app: '1', web: '2' },
  ],
  [
    'of two defaults that exclude each other the first by name',
    modules(
      [stream('a:1', [{ web: ['2'] }]), stream('b:1', [{ web: ['1'] }]), stream('web:1', [EL9]), stream('web:2', [EL9])],
      'b:1',
      'a:1',
    ),
    [],
    { a: '1', web: '2' },
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
  [['app:1', 'web:1'], 'SOLVE_UNSATISFIABLE', 'app:1 cannot be active: it requires web:2'],
  [['app:1', 'bpp:1'], 'SOLVE_UNSATISFIABLE', 'bpp:1 cannot be active beside app:1, web:2: it requires web:1'],
  [['lost:1'], 'SOLVE_UNSATISFIABLE', 'lost:1 cannot be active: it requires nobody'],
])('refuses %j with %s', (chosen, code, message) => {
  const document = modules([
    stream('web:1', [EL9]),
    stream('web:2', [EL9]),
    stream('far:1', [{ platform: ['el8'] }]),
    stream('app:1', [{ ...EL9, web: ['2'] }]),
    stream('bpp:1', [{ ...EL9, web: ['1'] }]),
    stream('lost:1', [{ ...EL9, nobody: [] }]),
  ]);
  expect(() => active(document, ...chosen)).toThrowError(expect.objectContaining({ code, message: expect.stringContaining(message) }));
});

it('gives up on modules that were made to have no answer', () => {
  const many = Array.from({ length: 40 }, (_, at) => at);
  const web = ['1', '2'].map((id) => stream(`web:${id}`, []));
  const apps = many.flatMap((at) =>
    ['a', 'b'].map((context) => stream(`app${at}:1`, [{ web: [context === 'a' ? '-9' : '-8'] }], { context })),
  );
  const last = stream('zzz:1', [{ web: ['1'] }, { web: ['2'], app0: ['2'] }]);
  const other = stream('yyy:1', [{ web: ['2'] }]);
  const document = modules([...web, ...apps, last, other]);
  const chosen = [...many.map((at) => `app${at}:1`), 'zzz:1', 'yyy:1'];
  expect(() => active(document, ...chosen)).toThrowError(expect.objectContaining({ code: 'SOLVE_UNSATISFIABLE' }));
});

it('hides other streams, and plain packages an active stream has under the same name', () => {
  const state = resolveModules([modules([stream('web:1', [EL9]), stream('web:2', [EL9])], 'web:1')], {
    platform: 'el9',
    arch: 'x86_64',
    chosen: parseModuleChoices([]),
  });
  expect(state.whyHidden(toyRpm('web 1-1'))).toBeNull();
  expect(state.whyHidden(toyRpm('web 2-1'))).toContain('module stream web:2, which is not active');
  expect(state.whyHidden(toyRpm('web 99-1'))).toBe('hidden by module stream web:1');
  expect(state.whyHidden(toyRpm('fork 1-1', { provides: ['web = 99'] }))).toBe('hidden by module stream web:1');
  expect(state.whyHidden(toyRpm('other'))).toBeNull();
});
