/**
 * What may be chosen and what is said when nothing can: visibility, requests, explanations. What dnf would choose is in the conformance
 * tests.
 */
import { expect, it } from 'vitest';
import { createRpmProvider } from '../../../src/rpm/candidates/provider.ts';
import { RpmCandidatePool, type RpmCandidatePoolOptions, type RpmUpstream } from '../../../src/rpm/candidates/rpm-candidate-pool.ts';
import { formatNevra, type RpmPackage } from '../../../src/rpm/package/rpm-package.ts';
import { solve } from '../../../src/solve/solve.ts';
import type { WeakLevel } from '../../../src/solve/types.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';

type Options = Partial<Omit<RpmCandidatePoolOptions, 'upstreams'>>;

function providerOf(upstreams: readonly RpmUpstream[] | readonly RpmPackage[], options: Options = {}, asked: readonly string[] = []) {
  const isUpstreams = upstreams.every((one): one is RpmUpstream => 'packages' in one);
  const list = isUpstreams ? upstreams : [{ name: 'base', packages: upstreams as readonly RpmPackage[] }];
  return createRpmProvider(new RpmCandidatePool({ arch: 'x86_64', upstreams: list, ...options }), asked);
}

function choose(provider: ReturnType<typeof providerOf>, ...install: readonly string[]): readonly string[] | string {
  const result = solve({ provider, requests: install.map((text) => provider.findRequest(text, '--package')) });
  if (result.kind === 'solution') return result.selected.map((id) => formatNevra(provider.pool.get(id).pkg)).sort();
  return [...result.unknown.map(({ text }) => `unknown ${text}`), ...result.conflicts.flatMap(({ lines }) => lines)].join('\n');
}

const LIB = [toyRpm('lib 1-1 x86_64'), toyRpm('lib 2-1 x86_64'), toyRpm('lib 2-1 i686', { provides: ['lib.so'] })];

it.each<readonly [why: string, request: string, options: Options, upstream: Partial<RpmUpstream>]>([
  ['excluded by excludepkgs of base', 'lib', {}, { excludes: ['li*'] }],
  ['not among the includepkgs of base', 'lib', {}, { includes: ['other'] }],
  ['is for x86_64, not for aarch64', 'lib', { arch: 'aarch64' }, {}],
  ['lib is pinned to 3', 'lib', { pins: [{ name: 'lib', version: '3', upstream: null }] }, {}],
  ['lib is pinned to upstream pgdg', 'lib', { pins: [{ name: 'lib', version: null, upstream: 'pgdg' }] }, {}],
  ['version 2-1 is not >= 3', 'lib >= 3', {}, {}],
  ['is for i686: ask for lib.i686 by name', 'lib.so', {}, {}],
])('says why a candidate does not count: %s', (why, request, options, upstream) => {
  const { anyOf, rejected } = providerOf([{ name: 'base', packages: LIB, ...upstream }], options).findRequest(request, '--package');
  expect(anyOf).toEqual([]);
  expect(rejected?.map((one) => one.why)).toContain(why);
});

it('keeps a package to the pinned version and upstream', () => {
  const upstreams = [
    { name: 'base', packages: LIB },
    { name: 'pgdg', packages: [toyRpm('lib 1-1 noarch')] },
  ];
  expect(choose(providerOf(upstreams, { pins: [{ name: 'lib', version: '1', upstream: 'pgdg' }] }), 'lib')).toEqual(['lib-1-1.noarch']);
});

it('lets i686 in only for what was asked for as i686', () => {
  const packages = [...LIB, toyRpm('app 1-1 x86_64', { requires: ['lib.so'] }), toyRpm('wine 1-1 i686', { requires: ['lib.so'] })];
  expect(choose(providerOf(packages), 'wine.i686')).toEqual(['lib-2-1.i686', 'wine-1-1.i686']);
  expect(choose(providerOf(packages), 'app')).toContain('lib.so, but:\n  lib-2-1.i686 [base] does not count: is for i686');
});

it('lets i686 serve native packages when it was asked for, and never in the place of a native one that cannot be chosen', () => {
  const app = toyRpm('app 1-1 x86_64', { requires: ['lib.so'] });
  expect(choose(providerOf([...LIB, app], {}, ['app', 'lib.i686']), 'app')).toEqual(['app-1-1.x86_64', 'lib-2-1.i686']);
  expect(choose(providerOf([...LIB, app], {}, ['app', 'lib']), 'app')).toContain('ask for lib.i686 by name');
  expect(choose(providerOf([{ name: 'base', packages: LIB, excludes: ['*.x86_64'] }]), 'lib-2')).toContain('unknown lib-2');
  const native = toyRpm('native 1-1 x86_64', { provides: ['lib.so'] });
  expect(choose(providerOf([...LIB, app, native], {}, ['app', 'lib.i686']), 'app')).toEqual(['app-1-1.x86_64', 'native-1-1.x86_64']);
});

it('lets i686 serve native packages when the host has it', () => {
  const installed = LIB.filter(({ arch }) => arch === 'i686');
  const app = toyRpm('app 1-1 x86_64', { requires: ['lib.so'] });
  expect(choose(providerOf([...LIB, app], { installed }), 'app')).toEqual(['app-1-1.x86_64', 'lib-2-1.i686']);
});

it('takes a dependency nobody can read for a name nobody has: a package that requires it costs itself', () => {
  const weak = toyRpm('odd', { supplements: ['(app and'], enhances: ['(app and'], recommends: ['(a or'], suggests: ['(a or'] });
  const provider = providerOf([toyRpm('app', { requires: ['odd'] }), weak, toyRpm('bad', { requires: ['(a or'] })]);
  const requests = [{ ...provider.findRequest('app', 'test'), weak: 'suggests' as const }];
  expect(solve({ provider, requests })).toMatchObject({ kind: 'solution', selected: [0, 1] });
  expect(choose(provider, 'bad')).toMatch(/bad.* requires \(a or, but nothing provides \(a or/);
});

it('tells the chain of a failure with the upstreams in it', () => {
  const packages = [
    toyRpm('app', { requires: ['(mid if extra else mid)'] }),
    toyRpm('mid', { requires: ['libz.so()(64bit) >= 2'] }),
    toyRpm('z', { provides: ['libz.so()(64bit) = 1'] }),
  ];
  const text = choose(providerOf(packages), 'app');
  expect(text).toContain('mid-1-1.noarch [base] requires libz.so()(64bit) >= 2');
  expect(text).toContain('z-1-1.noarch [base] does not count: provides libz.so()(64bit) = 1, which is not >= 2');
});

it('follows weak dependencies of what comes in for a request that wants them, and of nothing the host has', () => {
  const world = [
    toyRpm('app', { requires: ['lib', 'base'], recommends: ['friend'], suggests: ['idea'] }),
    ...[toyRpm('lib', { recommends: ['lib-friend'] }), toyRpm('lib-friend'), toyRpm('friend'), toyRpm('idea')],
    ...[toyRpm('plugin', { supplements: ['(lib and app)'] }), toyRpm('fan', { enhances: ['friend'] })],
    ...[toyRpm('other', { recommends: ['other-friend'] }), toyRpm('other-friend'), toyRpm('other-plugin', { supplements: ['other'] })],
    ...[toyRpm('base-friend'), toyRpm('base-plugin', { supplements: ['base'] })],
  ];
  const base = toyRpm('base', { recommends: ['base-friend'] });
  const provider = providerOf([...world, base], { installed: [base] });
  const chosen = (weak?: WeakLevel) => {
    const app = { ...provider.findRequest('app', 'test'), ...(weak === undefined ? {} : { weak }) };
    const result = solve({ provider, requests: [app, provider.findRequest('other', 'test')] });
    return result.kind === 'solution' ? result.selected.map((id) => provider.name(id)).sort() : [];
  };
  const required = ['app', 'base', 'lib', 'other'];
  const recommended = [...required, 'friend', 'lib-friend', 'plugin'];
  expect(chosen()).toEqual(required);
  expect(chosen('recommends')).toEqual(recommended.sort());
  expect(chosen('suggests')).toEqual([...recommended, 'fan', 'idea'].sort());
});

it('asks for filelists only where primary cannot tell', () => {
  const packages = [
    toyRpm('app', { requires: ['/usr/bin/tool', '/usr/share/words'] }),
    toyRpm('tool', { files: ['/usr/bin/tool'] }),
    toyRpm('words'),
  ];
  const provider = providerOf(packages);
  expect(choose(provider, 'app')).toContain('/usr/share/words');
  expect(provider.resolver.unresolvedPaths()).toEqual(['/usr/share/words']);
  const words = packages[2]!;
  const files = {
    asked: new Set(['/usr/share/words']),
    byPkgid: new Map([[words.checksum.hex, [{ path: '/usr/share/words', type: 'file' } as const]]]),
  };
  const complete = providerOf(packages, { files });
  expect(choose(complete, 'app')).toEqual(['app-1-1.noarch', 'tool-1-1.noarch', 'words-1-1.noarch']);
  expect(complete.resolver.unresolvedPaths()).toEqual([]);
});

it('takes the same package from the cheaper of two upstreams of equal priority', () => {
  const upstreams = [
    { name: 'far', packages: [toyRpm('lib')], cost: 2000 },
    { name: 'near', packages: [toyRpm('lib')] },
  ];
  const provider = providerOf(upstreams);
  const [best] = provider.findRequest('lib', '--package').anyOf;
  expect(provider.label(best!)).toBe('lib-1-1.noarch [near]');
});

it('does not depend on the order upstreams list their packages in', () => {
  const packages = [toyRpm('app', { requires: ['cap'] }), toyRpm('b', { provides: ['cap'] }), toyRpm('a', { provides: ['cap'] })];
  expect(choose(providerOf(packages), 'app')).toEqual(choose(providerOf(packages.toReversed()), 'app'));
});
