import { describe, expect, it } from 'vitest';
import type { WeakLevel } from '../../../src/solve/types.ts';
import { type Fields, providerOver, resolve, resolveRequests, stanza, upstream, type World, worldOf } from '../../support/tiny-archive.ts';

const cases: [string, World, string[], string[]][] = [
  ['takes the highest version', { 'a 1': {}, 'a 2~rc1': {}, 'a 1:0.1': {} }, ['a'], ['a 1:0.1']],
  ['follows Depends and Pre-Depends', { 'a 1': { Depends: 'b', 'Pre-Depends': 'c' }, 'b 1': {}, 'c 1': {} }, ['a'], ['a 1', 'b 1', 'c 1']],
  ['takes the first alternative', { 'a 1': { Depends: 'x | b | c' }, 'b 1': {}, 'c 1': {} }, ['a'], ['a 1', 'b 1']],
  ['takes an alternative that is there anyway', { 'a 1': { Depends: 'b | c' }, 'b 1': {}, 'c 1': {} }, ['a', 'c'], ['a 1', 'c 1']],
  [
    'goes to a later alternative when the first cannot be',
    { 'a 1': { Depends: 'b | c' }, 'b 1': { Depends: 'z' }, 'c 1': {} },
    ['a'],
    ['a 1', 'c 1'],
  ],
  [
    'prefers a later alternative to an old version',
    { 'a 1': { Depends: 'b (<< 2) | c' }, 'b 1': {}, 'b 2': {}, 'c 1': {} },
    ['a'],
    ['a 1', 'c 1'],
  ],
  ['takes an old version where nothing else will do', { 'a 1': { Depends: 'b (<< 2)' }, 'b 1': {}, 'b 2': {} }, ['a'], ['a 1', 'b 1']],
  ['takes a provider', { 'a 1': { Depends: 'mta' }, 'postfix 3': { Provides: 'mta' } }, ['a'], ['a 1', 'postfix 3']],
  ['takes the package before its providers', { 'a 1': { Depends: 'b' }, 'b 1': {}, '0 1': { Provides: 'b' } }, ['a'], ['a 1', 'b 1']],
  [
    'takes the provider of higher Priority',
    { 'a 1': { Depends: 'v' }, 'b 1': { Provides: 'v' }, 'c 1': { Provides: 'v', Priority: 'important' } },
    ['a'],
    ['a 1', 'c 1'],
  ],
  [
    'matches a versioned Provides',
    { 'a 1': { Depends: 'v (>= 2)' }, 'b 1': { Provides: 'v (= 1)' }, 'c 1': { Provides: 'v (= 2)' } },
    ['a'],
    ['a 1', 'c 1'],
  ],
  ['reads continuation lines', { 'a 1': { Depends: 'b,\n c' }, 'b 1': {}, 'c 1': {} }, ['a'], ['a 1', 'b 1', 'c 1']],
  [
    'lets a package conflict with what it provides itself',
    { 'a 1': { Provides: 'mta', Conflicts: 'mta', Replaces: 'mta' } },
    ['a'],
    ['a 1'],
  ],
  ['lets a package depend on what it provides itself', { 'a 1': { Provides: 'v', Depends: 'v' } }, ['a'], ['a 1']],
  [
    'takes no notice of Recommends by default, nor of Suggests',
    { 'a 1': { Recommends: 'b', Suggests: 'c' }, 'b 1': {}, 'c 1': {} },
    ['a'],
    ['a 1'],
  ],
  [
    'avoids a conflict by another alternative',
    { 'a 1': { Depends: 'b | c', Conflicts: 'b' }, 'b 1': {}, 'c 1': {} },
    ['a'],
    ['a 1', 'c 1'],
  ],
  ['lets Breaks of other versions pass', { 'a 1': { Breaks: 'b (<< 2)' }, 'b 2': {} }, ['a', 'b'], ['a 1', 'b 2']],
  ['skips dependencies of other architectures', { 'a 1': { Depends: 'x [arm64], b [amd64]' }, 'b 1': {} }, ['a'], ['a 1', 'b 1']],
];

describe('resolving', () => {
  it.each(cases)('%s', (_law, world, requests, expected) => {
    expect(resolve(worldOf(world), ...requests)).toEqual(expected);
  });

  it.each<[string, World, string[]]>([
    ['a missing dependency', { 'a 1': { Depends: 'b' } }, ['a']],
    ['a version nobody has', { 'a 1': { Depends: 'b (>= 2)' }, 'b 1': {} }, ['a']],
    ['an unversioned Provides for a versioned dependency', { 'a 1': { Depends: 'v (>= 1)' }, 'b 2': { Provides: 'v' } }, ['a']],
    ['Conflicts', { 'a 1': { Conflicts: 'b' }, 'b 1': {} }, ['a', 'b']],
    ['Conflicts the other way', { 'a 1': {}, 'b 1': { Conflicts: 'a' } }, ['a', 'b']],
    ['Conflicts with a virtual package', { 'a 1': { Conflicts: 'mta' }, 'b 1': { Provides: 'mta' } }, ['a', 'b']],
    [
      'two that provide, conflict and replace',
      { 'a 1': { Provides: 'v', Conflicts: 'v' }, 'b 1': { Provides: 'v', Conflicts: 'v' } },
      ['a', 'b'],
    ],
    ['Breaks', { 'a 1': { Breaks: 'b (<< 2)' }, 'b 1': {} }, ['a', 'b']],
    ['two versions of one package', { 'a 1': {}, 'a 2': {} }, ['a=1', 'a=2']],
  ])('is impossible with %s', (_law, world, requests) => {
    const [verdict, ...lines] = resolve(worldOf(world), ...requests);
    expect(verdict).toBe('unsatisfiable');
    expect(lines.length).toBeGreaterThan(0);
  });

  it('follows Recommends as far as the request says, and does without what cannot be', () => {
    const stanzas = [
      stanza('a 1', { Recommends: 'b, gone, c', Suggests: 'e' }),
      stanza('b 1', { Recommends: 'd' }),
      ...[stanza('c 1', { Conflicts: 'a' }), stanza('d 1'), stanza('e 1'), stanza('f 1', { Enhances: 'a' })],
      stanza('other 1', { Recommends: 'f' }),
    ];
    const provider = providerOver([upstream('debian', stanzas)]);
    const with_ = (weak: WeakLevel) =>
      resolveRequests(provider, [{ ...provider.findRequest('a', 'test'), weak }, provider.findRequest('other', 'test')]);
    expect(with_('recommends')).toEqual(['a 1', 'b 1', 'd 1', 'other 1']);
    expect(with_('suggests')).toEqual(['a 1', 'b 1', 'd 1', 'e 1', 'other 1']);
  });
});

describe('an explanation', () => {
  it('names what almost matched and why it did not count', () => {
    const provider = providerOver([
      upstream('debian', [stanza('a 1', { Depends: 'v (>= 2)' }), stanza('v 1'), stanza('w 1', { Provides: 'v' })]),
      upstream('extra', [stanza('v 3')], { excludes: ['v*'] }),
    ]);
    const [request] = [provider.findRequest('a', 'test')];
    const clause = provider.clausesOf(request.anyOf[0] ?? -1).find(({ reason }) => reason.kind === 'requires');
    expect(clause?.reason).toMatchObject({
      text: 'v (>= 2)',
      rejected: [
        { label: 'v 1 amd64 [debian]', why: 'version is not >= 2' },
        { label: 'v 3 amd64 [extra]', why: 'excluded by the excludes of extra' },
        { label: 'w 1 amd64 [debian]', why: 'provides v without a version, which is not >= 2' },
      ],
    });
  });
});

describe('Multi-Arch', () => {
  const dependency = (fields: Fields, depends: string): World => ({ 'a 1 amd64': { Depends: depends }, 'b 1 arm64': fields });

  it.each<[string, World, string[]]>([
    ['no: another architecture does not serve', dependency({}, 'b'), ['unsatisfiable']],
    ['foreign: any architecture serves', dependency({ 'Multi-Arch': 'foreign' }, 'b'), ['a 1', 'b:arm64 1']],
    ['allowed: not without :any', dependency({ 'Multi-Arch': 'allowed' }, 'b'), ['unsatisfiable']],
    ['allowed: with :any', dependency({ 'Multi-Arch': 'allowed' }, 'b:any'), ['a 1', 'b:arm64 1']],
    ['foreign does not answer :any', dependency({ 'Multi-Arch': 'foreign' }, 'b:any'), ['unsatisfiable']],
    ['a qualifier asks for that architecture', dependency({}, 'b:arm64'), ['a 1', 'b:arm64 1']],
    [
      'all is the native architecture',
      { 'a 1 amd64': { Depends: 'b' }, 'b 1 all': { Depends: 'c' }, 'c 1 amd64': {} },
      ['a 1', 'b 1', 'c 1'],
    ],
    ['all does not serve a foreign package', { 'a 1 arm64': { Depends: 'b' }, 'b 1 all': {} }, ['unsatisfiable']],
    [
      'the native one comes first',
      { 'a 1': { Depends: 'b' }, 'b 2 arm64': { 'Multi-Arch': 'foreign' }, 'b 1': { 'Multi-Arch': 'foreign' } },
      ['a 1', 'b 1'],
    ],
  ])('%s', (_law, world, expected) => {
    const found = resolve(worldOf(world, ['arm64']), 'a 1 arm64' in world ? 'a:arm64' : 'a');
    expect(expected[0] === 'unsatisfiable' ? found.slice(0, 1) : found).toEqual(expected);
  });

  it('same: both architectures in equal versions only', () => {
    const same = { 'Multi-Arch': 'same' };
    const world = { 'l 1 amd64': same, 'l 2 amd64': same, 'l 1 arm64': same, 'a 1 amd64': { Depends: 'l' }, 'b 1 arm64': { Depends: 'l' } };
    expect(resolve(worldOf(world, ['arm64']), 'a', 'b:arm64')).toEqual(['a 1', 'b:arm64 1', 'l 1', 'l:arm64 1']);
    const apart = { 'l 2 amd64': same, 'l 1 arm64': same };
    expect(resolve(worldOf(apart, ['arm64']), 'l', 'l:arm64')[0]).toBe('unsatisfiable');
  });

  it('no: never two architectures of one package', () => {
    expect(resolve(worldOf({ 'b 1 amd64': {}, 'b 1 arm64': {} }, ['arm64']), 'b', 'b:arm64')[0]).toBe('unsatisfiable');
  });

  it('a target of another architecture than ours is resolved from its own index', () => {
    const provider = providerOver([upstream('debian', [stanza('a 1 arm64', { Depends: 'b' }), stanza('b 1 arm64'), stanza('b 2 amd64')])], {
      arch: 'arm64',
    });
    expect(resolve(provider, 'a')).toEqual(['a 1', 'b 1']);
  });
});
