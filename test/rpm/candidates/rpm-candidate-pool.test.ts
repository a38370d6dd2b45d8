import { describe, expect, it } from 'vitest';
import { comparePriorities, isInstallOnly, RpmCandidatePool, solvableLabel } from '../../../src/rpm/candidates/rpm-candidate-pool.ts';
import { indexRpmPackages } from '../../../src/rpm/repodata/rpm-package-index.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';

const labels = (found: Iterable<Parameters<typeof solvableLabel>[0]>) => [...found].map(solvableLabel);

describe('a pool', () => {
  const packages = [
    toyRpm('app 1-1', { requires: ['lib'], files: ['/usr/bin/app'] }),
    toyRpm('lib 1-1', { obsoletes: ['old'] }),
    toyRpm('lib 2-1'),
  ];

  it.each([
    ['a list', packages],
    ['an index', indexRpmPackages(packages)],
  ])('finds packages of %s by name, capability, path and what they obsolete', (_what, given) => {
    const pool = new RpmCandidatePool({ arch: 'x86_64', upstreams: [{ name: 'base', packages: given }] });
    expect(labels(pool.named('lib'))).toEqual(['lib-2-1.noarch [base]', 'lib-1-1.noarch [base]']);
    expect(pool.providers('lib').map(({ dependency }) => dependency.version)).toEqual(['1', '2']);
    expect(labels(pool.owners('/usr/bin/app'))).toEqual(['app-1-1.noarch [base]']);
    expect(labels(pool.obsoleting('old'))).toEqual(['lib-1-1.noarch [base]']);
    expect(pool.named('nosuch')).toEqual([]);
    expect(pool.solvables).toHaveLength(3);
  });

  it('gives the same object for the same number, and none for a number nobody has', () => {
    const pool = new RpmCandidatePool({ arch: 'x86_64', upstreams: [{ name: 'base', packages }] });
    const [lib] = pool.named('lib');
    expect(pool.get(lib!.id)).toBe(lib);
    expect(() => pool.get(99)).toThrow('no solvable 99');
  });

  it('says of a version whether there is a newer one, as libsolv does also when that cannot be chosen', () => {
    const pool = new RpmCandidatePool({ arch: 'x86_64', upstreams: [{ name: 'base', packages, excludes: ['lib-2'] }] });
    const [newer, older] = pool.named('lib');
    expect([newer!.hidden, older!.hidden]).toEqual(['excluded by excludepkgs of base', null]);
    expect([pool.isOld(newer!), pool.isOld(older!)]).toEqual([false, true]);
    expect(pool.hasInstalled).toBe(false);
  });

  it('says it of a version that a better repository has', () => {
    const upstreams = [
      { name: 'own', packages: [toyRpm('lib 1-1')], priority: 1 },
      { name: 'base', packages: [toyRpm('lib 2-1')] },
    ];
    const pool = new RpmCandidatePool({ arch: 'x86_64', upstreams });
    expect(pool.named('lib').map((one) => [one.upstream.name, pool.isOld(one)])).toEqual([
      ['own', true],
      ['base', true],
    ]);
  });

  it('knows owners from filelists', () => {
    const [app] = packages;
    const byPkgid = new Map([[app!.checksum.hex, [{ path: '/usr/share/app', type: 'file' as const }]]]);
    const pool = new RpmCandidatePool({
      arch: 'x86_64',
      upstreams: [{ name: 'base', packages }],
      files: { asked: new Set(['/usr/share/app']), byPkgid },
    });
    expect(labels(pool.owners('/usr/share/app'))).toEqual(['app-1-1.noarch [base]']);
  });
});

describe('what the host has', () => {
  const pool = new RpmCandidatePool({
    arch: 'x86_64',
    upstreams: [{ name: 'base', packages: [toyRpm('lib 1-1'), toyRpm('lib 2-1')], excludes: ['lib'] }],
    installed: [toyRpm('lib 1-1')],
  });

  it('comes first, is never hidden, and is not there twice', () => {
    expect(labels(pool.named('lib'))).toEqual(['lib-1-1.noarch [host]', 'lib-2-1.noarch [base]']);
    expect(labels(pool.installed())).toEqual(['lib-1-1.noarch [host]']);
    expect(pool.named('lib').map(({ hidden }) => hidden)).toEqual([null, 'excluded by excludepkgs of base']);
    expect(comparePriorities(pool.named('lib')[0]!, pool.named('lib')[1]!)).toBe(-1);
  });
});

describe('patterns', () => {
  const hidden = (pattern: string) =>
    new RpmCandidatePool({
      arch: 'x86_64',
      upstreams: [{ name: 'base', packages: [toyRpm('lib 1:2.0-3 x86_64')], excludes: [pattern] }],
    }).named('lib')[0]!.hidden !== null;

  it.each(['lib', 'l*', 'lib.x86_64', 'lib-2.0', 'lib-2.0-3', 'lib-2.0-3.x86_64', 'lib-1:2.0-3.x86_64', '*-3.x86_64'])(
    '%s excludes it',
    (pattern) => {
      expect(hidden(pattern)).toBe(true);
    },
  );

  it.each(['li', 'lib-2', 'lib.i686', 'lib-0:2.0-3.x86_64', 'LIB'])('%s does not', (pattern) => {
    expect(hidden(pattern)).toBe(false);
  });
});

it.each([
  [toyRpm('kernel'), true],
  [toyRpm('kernel-core', { provides: ['installonlypkg(kernel)'] }), true],
  [toyRpm('kernel-doc'), false],
])('$0.name is install-only: %s', (pkg, expected) => {
  expect(isInstallOnly({ pkg })).toBe(expected);
});
