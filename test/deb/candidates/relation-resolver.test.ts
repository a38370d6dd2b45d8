import { describe, expect, it } from 'vitest';
import { parseRelations } from '../../../src/deb/package/relations.ts';
import { type World, worldOf } from '../../support/tiny-archive.ts';

/** Asks a resolver over such a world; packages are answered as `name version arch`. */
function asking(world: World, foreignArches: readonly string[] = []) {
  const { resolver, pool } = worldOf(world, foreignArches);
  const dependencyOf = (text: string) => parseRelations(text, 'test')[0] ?? [];
  const text = (found: { readonly id: number }) => {
    const { name, version, arch } = pool.describe(found.id);
    return `${name} ${version} ${arch}`;
  };
  return {
    satisfiers: (relation: string, arch = 'amd64') => resolver.satisfiers(dependencyOf(relation), arch).map(text),
    forbidden: (relation: string) =>
      dependencyOf(relation)
        .flatMap((one) => resolver.forbidden(one).map(text))
        .sort(),
    rejected: (relation: string, arch = 'amd64') => resolver.rejected(dependencyOf(relation), arch).map(({ why }) => why),
    alike: (relation: string) => resolver.alikeAmong(dependencyOf(relation), 'amd64'),
    isVoid: (relation: string) => resolver.isVoid(dependencyOf(relation), 'amd64'),
  };
}

it('takes of providers the one named after what is asked for, then the later name', () => {
  const provides = { Provides: 'ahash-0.7+std-dev, emulator' };
  const { satisfiers } = asking({ 'ahash-0.7-dev 1': provides, 'ahash-dev 1': provides, 'zebra 1': provides });
  expect(satisfiers('ahash-0.7+std-dev')).toEqual(['ahash-0.7-dev 1 amd64', 'ahash-dev 1 amd64', 'zebra 1 amd64']);
  expect(satisfiers('emulator')).toEqual(['zebra 1 amd64', 'ahash-dev 1 amd64', 'ahash-0.7-dev 1 amd64']);
});

it('says how many providers of a virtual package nothing tells apart', () => {
  const { alike } = asking({
    'real 1': {},
    'a 1': { Provides: 'virtual, real' },
    'b 1': { Provides: 'virtual' },
    'b 0': { Provides: 'virtual' },
    'c 1': { Provides: 'virtual', Priority: 'extra' },
  });
  expect(['virtual', 'virtual | real', 'real', 'nosuch', 'virtual [arm64]'].map(alike)).toEqual([2, 2, 1, 1, 1]);
});

describe('what satisfies a relation', () => {
  const world = asking({
    'mail 1': {},
    'mail 2': {},
    'exim 4': { Provides: 'mail (= 3)' },
    'postfix 3': { Provides: 'mail', Priority: 'standard' },
  });

  it.each([
    // The best version, its providers by Priority and name (the later first), and only then older versions.
    ['mail', ['mail 2 amd64', 'postfix 3 amd64', 'exim 4 amd64', 'mail 1 amd64']],
    ['mail (<< 2)', ['mail 1 amd64']],
    // A Provides without a version satisfies no versioned relation.
    ['mail (>= 3)', ['exim 4 amd64']],
    ['nosuch | mail (= 1)', ['mail 1 amd64']],
    ['mail [arm64]', []],
    ['mail [!arm64] | exim', ['mail 2 amd64', 'postfix 3 amd64', 'exim 4 amd64', 'mail 1 amd64']],
  ])('%s', (relation, expected) => {
    expect(world.satisfiers(relation)).toEqual(expected);
  });
});

describe('Multi-Arch', () => {
  const world = asking(
    {
      'no 1 amd64': {},
      'no 1 arm64': {},
      'foreign 1 arm64': { 'Multi-Arch': 'foreign' },
      'allowed 1 arm64': { 'Multi-Arch': 'allowed' },
    },
    ['arm64'],
  );

  it.each([
    ['no', 'amd64', ['no 1 amd64']],
    ['no', 'arm64', ['no 1 arm64']],
    ['no:arm64', 'amd64', ['no 1 arm64']],
    ['no:native', 'arm64', ['no 1 amd64']],
    ['no:any', 'amd64', []],
    ['foreign', 'amd64', ['foreign 1 arm64']],
    ['allowed', 'amd64', []],
    ['allowed:any', 'amd64', ['allowed 1 arm64']],
  ])('%s for %s', (relation, arch, expected) => {
    expect(world.satisfiers(relation, arch)).toEqual(expected);
  });

  it.each([
    ['no:any', 'Multi-Arch: no does not satisfy :any'],
    ['allowed', 'architecture arm64 does not serve amd64 (Multi-Arch: allowed)'],
  ])('says why %s finds nothing', (relation, why) => {
    expect(world.rejected(relation)).toContain(why);
  });

  it('counts every architecture for what is forbidden, unless one is named', () => {
    expect(world.forbidden('no')).toEqual(['no 1 amd64', 'no 1 arm64']);
    expect(world.forbidden('no:arm64')).toEqual(['no 1 arm64']);
  });
});

describe('what almost satisfies', () => {
  it('is told with its fault, twenty at most', () => {
    const versions = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`a ${n}`, {}]));
    expect(asking(versions).rejected('a (>= 99)')).toEqual(Array.from({ length: 20 }, () => 'version is not >= 99'));
    const providers = asking({ 'b 1': { Provides: 'v' }, 'c 1': { Provides: 'v (= 1)' } });
    expect(providers.rejected('v (>= 2)')).toEqual(['provides v without a version, which is not >= 2', 'provides v 1, which is not >= 2']);
  });
});

it('a relation for other architectures only is void', () => {
  const { isVoid } = asking({ 'a 1': {} });
  expect([isVoid('a [arm64]'), isVoid('a [arm64] | b'), isVoid('a')]).toEqual([true, false, false]);
});
