import { expect, it } from 'vitest';
import { createRpmProvider } from '../../../src/rpm/candidates/provider.ts';
import { RpmCandidatePool, type RpmUpstream } from '../../../src/rpm/candidates/rpm-candidate-pool.ts';
import { formatNevra, type RpmPackage } from '../../../src/rpm/package/rpm-package.ts';
import type { Selection } from '../../../src/solve/types.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';
import { needs } from '../../solve/toy-provider.ts';

interface World {
  readonly packages?: readonly RpmPackage[];
  readonly upstreams?: readonly RpmUpstream[];
  readonly installed?: readonly RpmPackage[];
  /** Names that are selected. */
  readonly selected?: readonly string[];
}

/** What the policy makes of all packages that provide `x`. */
function chosen({ packages = [], upstreams = [{ name: 'base', packages }], installed = [], selected = [] }: World): string[] {
  const pool = new RpmCandidatePool({ arch: 'x86_64', upstreams, installed });
  const policy = createRpmProvider(pool).policy!;
  const ids = selected.flatMap((name) => pool.named(name).map(({ id }) => id));
  const selection: Selection = { has: (id) => ids.includes(id), ids: () => ids };
  const open = [...new Set(pool.providers('x').map(({ solvable }) => solvable.id))];
  const inQuestion = policy.narrow(open, selection);
  return policy.order(inQuestion, selection, needs(0, ...open)).map((id) => formatNevra(pool.get(id).pkg));
}

const x = { provides: ['x'] };

it.each<[string, World, string[]]>([
  [
    'repository priority goes before everything',
    {
      upstreams: [
        { name: 'a', packages: [toyRpm('p 2-1', x)] },
        { name: 'b', packages: [toyRpm('q 1-1', x)], priority: 1 },
      ],
    },
    ['q-1-1.noarch'],
  ],
  [
    'the native architecture goes before the other word size, and noarch beside both',
    { packages: [toyRpm('p 1-1 i686', x), toyRpm('q 1-1 x86_64', x), toyRpm('r 1-1 noarch', x)] },
    ['q-1-1.x86_64', 'r-1-1.noarch'],
  ],
  [
    'the best version of each name, by name',
    { packages: [toyRpm('q 1-1', x), toyRpm('p 1-1', x), toyRpm('p 2-1', x)] },
    ['p-2-1.noarch', 'q-1-1.noarch'],
  ],
  [
    'what another obsoletes is out, unless each obsoletes the other',
    { packages: [toyRpm('a', x), toyRpm('b', { ...x, obsoletes: ['a', 'c'] }), toyRpm('c', { ...x, obsoletes: ['b'] })] },
    ['b-1-1.noarch', 'c-1-1.noarch'],
  ],
  [
    'what something selected recommends is left alone',
    { packages: [toyRpm('a', x), toyRpm('b', x), toyRpm('app', { recommends: ['b'] })], selected: ['app'] },
    ['b-1-1.noarch'],
  ],
  [
    'so is what supplements something selected',
    { packages: [toyRpm('a', x), toyRpm('b', { ...x, supplements: ['app'] }), toyRpm('app')], selected: ['app'] },
    ['b-1-1.noarch'],
  ],
  [
    'a version that has a newer one without the capability goes last',
    { packages: [toyRpm('a 1-1', x), toyRpm('a 2-1'), toyRpm('b', x)] },
    ['b-1-1.noarch', 'a-1-1.noarch'],
  ],
  [
    'the higher of a version they share goes first',
    { packages: [toyRpm('a', { provides: ['x = 11'] }), toyRpm('b', { provides: ['x = 17'] })] },
    ['b-1-1.noarch', 'a-1-1.noarch'],
  ],
  [
    'a name the host has goes first',
    { packages: [toyRpm('a', x), toyRpm('b 2-1', x)], installed: [toyRpm('b 1-1')] },
    ['b-2-1.noarch', 'a-1-1.noarch'],
  ],
  [
    'what is suggested or enhances goes first',
    {
      packages: [toyRpm('a', x), toyRpm('b', x), toyRpm('c', { ...x, enhances: ['app'] }), toyRpm('app', { suggests: ['b'] })],
      selected: ['app'],
    },
    ['b-1-1.noarch', 'c-1-1.noarch', 'a-1-1.noarch'],
  ],
])('%s', (_what, world, expected) => {
  expect(chosen(world)).toEqual(expected);
});

it('leaves of all that is wished for the best by name, and tries supplements by what they provide', () => {
  const packages = [toyRpm('a 1-1'), toyRpm('a 2-1'), toyRpm('b', { provides: ['y = 1'] }), toyRpm('c', { provides: ['y = 2'] })];
  const pool = new RpmCandidatePool({ arch: 'x86_64', upstreams: [{ name: 'base', packages }] });
  const policy = createRpmProvider(pool).policy!;
  const nothing: Selection = { has: () => false, ids: () => [] };
  const names = (ids: readonly number[]) => ids.map((id) => formatNevra(pool.get(id).pkg));
  expect(names(policy.chooseWeak([0, 1, 2], nothing))).toEqual(['a-2-1.noarch', 'b-1-1.noarch']);
  expect(names(policy.orderSupplements([2, 3], nothing))).toEqual(['c-1-1.noarch', 'b-1-1.noarch']);
  expect(policy.isRecommended(0, nothing)).toBe(false);
});
