import { describe, expect, it } from 'vitest';
import { askByName, CapabilityResolver, isNamed, isSatisfiedBy, obsoletes } from '../../../src/rpm/candidates/capability-resolver.ts';
import { parseRichDependency } from '../../../src/rpm/candidates/rich-dependency.ts';
import { RpmCandidatePool, type RpmUpstream } from '../../../src/rpm/candidates/rpm-candidate-pool.ts';
import { formatNevra, type RpmPackage } from '../../../src/rpm/package/rpm-package.ts';
import { toyDependency, toyRpm } from '../../lab/upstreams/toy-rpms.ts';

function asking(upstreams: readonly RpmUpstream[] | readonly RpmPackage[], admitted: readonly string[] = []) {
  const isUpstreams = upstreams.every((one): one is RpmUpstream => 'packages' in one);
  const list = isUpstreams ? upstreams : [{ name: 'base', packages: upstreams as readonly RpmPackage[] }];
  const pool = new RpmCandidatePool({ arch: 'x86_64', upstreams: list });
  const resolver = new CapabilityResolver(pool, () => new Set(admitted.flatMap((name) => pool.named(name).map(({ id }) => id))));
  const names = (ids: readonly number[]) => ids.map((id) => formatNevra(pool.get(id).pkg));
  return {
    pool,
    resolver,
    satisfiers: (text: string, forForeign = false) => names(resolver.satisfiers(toyDependency(text), forForeign)),
    ofNode: (text: string) => names(resolver.satisfiersOfNode(parseRichDependency(text, 'test'), false)).sort(),
    rejected: (text: string) => resolver.rejected(toyDependency(text), false).map(({ why }) => why),
  };
}

describe('what satisfies a capability', () => {
  const { satisfiers } = asking([
    toyRpm('mta 1-1'),
    toyRpm('postfix 3-1', { provides: ['mta = 5'] }),
    toyRpm('exim 4-1', { provides: ['mta'] }),
    toyRpm('bash', { files: ['/usr/bin/sh'] }),
  ]);

  it.each([
    ['mta', ['exim-4-1.noarch', 'mta-1-1.noarch', 'postfix-3-1.noarch']],
    // A Provides without a version meets every version, as in rpm.
    ['mta >= 5', ['exim-4-1.noarch', 'postfix-3-1.noarch']],
    ['mta = 1-1', ['exim-4-1.noarch', 'mta-1-1.noarch']],
    ['/usr/bin/sh', ['bash-1-1.noarch']],
    ['nosuch', []],
  ])('%s', (text, expected) => {
    expect(satisfiers(text).sort()).toEqual(expected);
  });
});

describe('the order in which a person is told of them', () => {
  it.each<[string, RpmUpstream[], string[]]>([
    [
      'priority before version',
      [
        { name: 'a', packages: [toyRpm('x 2-1')] },
        { name: 'b', packages: [toyRpm('x 1-1')], priority: 1 },
      ],
      ['x-1-1.noarch', 'x-2-1.noarch'],
    ],
    [
      'the newest version first',
      [{ name: 'a', packages: [toyRpm('x 1-1'), toyRpm('x 1:0-1'), toyRpm('x 2-1')] }],
      ['x-1:0-1.noarch', 'x-2-1.noarch', 'x-1-1.noarch'],
    ],
    [
      'names in order, each with its newest version first',
      [
        {
          name: 'a',
          packages: [toyRpm('q 1-1', { provides: ['x'] }), toyRpm('p 1-1', { provides: ['x'] }), toyRpm('p 2-1', { provides: ['x'] })],
        },
      ],
      ['p-2-1.noarch', 'p-1-1.noarch', 'q-1-1.noarch'],
    ],
  ])('is %s', (_what, upstreams, expected) => {
    expect(asking(upstreams).satisfiers('x')).toEqual(expected);
  });
});

it('says of one package whether it has what is asked for', () => {
  const { pool } = asking([toyRpm('lib 2-1', { provides: ['cap = 3'], files: ['/usr/bin/lib'] })]);
  const [lib] = pool.named('lib');
  const has = (text: string) => isSatisfiedBy(pool, toyDependency(text), lib!);
  expect(['lib >= 2', 'cap', 'cap = 3', '/usr/bin/lib', 'lib > 2-1', 'cap < 3', '/usr/bin/other'].map(has)).toEqual([
    ...[true, true, true, true, false, false, false],
  ]);
});

describe('packages of the other word size', () => {
  const packages = [toyRpm('lib 1-1 x86_64'), toyRpm('lib 1-1 i686'), toyRpm('old32 1-1 i686')];

  it('serve their own kind, and others only where nothing native will do and they were let in', () => {
    expect(asking(packages).satisfiers('lib')).toEqual(['lib-1-1.x86_64']);
    expect(asking(packages).satisfiers('lib', true)).toEqual(['lib-1-1.x86_64', 'lib-1-1.i686']);
    expect(asking(packages).satisfiers('old32')).toEqual([]);
    expect(asking(packages, ['old32']).satisfiers('old32')).toEqual(['old32-1-1.i686']);
    expect(asking(packages).rejected('old32')).toEqual(['is for i686: ask for old32.i686 by name']);
  });

  it('are asked about once, and only where it matters', () => {
    let asked = 0;
    const pool = new RpmCandidatePool({ arch: 'x86_64', upstreams: [{ name: 'base', packages }] });
    const resolver = new CapabilityResolver(pool, () => {
      asked += 1;
      return new Set();
    });
    resolver.satisfiers(toyDependency('lib'), false);
    expect(asked).toBe(0);
    for (const text of ['old32', 'old32 >= 1']) resolver.satisfiers(toyDependency(text), false);
    expect(asked).toBe(1);
  });
});

it('with and without ask one package for several things', () => {
  const { ofNode } = asking([
    toyRpm('both', { provides: ['a', 'b'] }),
    toyRpm('only-a', { provides: ['a'] }),
    toyRpm('only-b', { provides: ['b'] }),
  ]);
  expect(ofNode('(a with b)')).toEqual(['both-1-1.noarch']);
  expect(ofNode('(a without b)')).toEqual(['only-a-1-1.noarch']);
  expect(ofNode('(a or b)')).toHaveLength(3);
});

describe('what almost satisfies', () => {
  it('is told with its fault', () => {
    const { rejected } = asking([toyRpm('lib 1-1'), toyRpm('other', { provides: ['lib = 2'] })]);
    expect(rejected('lib >= 3')).toEqual(expect.arrayContaining(['version 1-1 is not >= 3', 'provides lib = 2, which is not >= 3']));
    expect(rejected('lib >= 1')).toEqual([]);
  });

  it('is twenty at most', () => {
    const many = Array.from({ length: 30 }, (_, n) => toyRpm(`lib ${n}-1`));
    expect(asking(many).rejected('lib >= 99')).toHaveLength(20);
  });
});

it('remembers the paths only filelists could answer', () => {
  const { resolver, satisfiers } = asking([toyRpm('bash', { files: ['/usr/bin/sh'] })]);
  for (const path of ['/usr/share/x', '/usr/bin/sh', '/etc/none', '/usr/libexec/y']) satisfiers(path);
  expect(resolver.unresolvedPaths()).toEqual(['/etc/none', '/usr/libexec/y', '/usr/share/x']);
});

describe('obsoleting', () => {
  const packages = [toyRpm('old 1-1', { provides: ['virtual'] }), toyRpm('new 2-1', { obsoletes: ['old < 2', 'virtual', 'new'] })];
  const { pool } = asking(packages);
  const [old, heir] = [pool.named('old')[0]!, pool.named('new')[0]!];

  it('is by name and version of the package, never by what it provides, and never itself', () => {
    expect([obsoletes(heir, old), obsoletes(old, heir), obsoletes(heir, heir)]).toEqual([true, false, false]);
    expect([
      isNamed(old, toyDependency('old = 1')),
      isNamed(old, toyDependency('old > 1-1')),
      isNamed(old, toyDependency('virtual')),
    ]).toEqual([true, false, false]);
    expect(askByName(old)).toBe('is for noarch: ask for old.noarch by name');
  });
});
