import { expect, it } from 'vitest';
import { sortByCommonProvides } from '../../../src/rpm/candidates/common-provides.ts';
import { RpmCandidatePool } from '../../../src/rpm/candidates/rpm-candidate-pool.ts';
import type { RpmPackage } from '../../../src/rpm/package/rpm-package.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';

function sorted(packages: readonly RpmPackage[], installed: readonly RpmPackage[] = []): string[] {
  const pool = new RpmCandidatePool({ arch: 'x86_64', upstreams: [{ name: 'base', packages }], installed });
  return sortByCommonProvides(pool.solvables).map(({ pkg }) => pkg.name);
}

it.each<[string, RpmPackage[], string[]]>([
  [
    'the higher version of what they share first',
    [
      toyRpm('java-11', { provides: ['java = 1:11'] }),
      toyRpm('java-17', { provides: ['java = 1:17'] }),
      toyRpm('java-8', { provides: ['java = 1:8'] }),
    ],
    ['java-17', 'java-11', 'java-8'],
  ],
  [
    'nothing moved where they share nothing, or the same version',
    [toyRpm('b', { provides: ['x = 1'] }), toyRpm('a', { provides: ['y = 2', 'x = 1'] })],
    ['b', 'a'],
  ],
  [
    'nothing moved for a version that is a digest',
    [toyRpm('b', { provides: ['build = 00ab'] }), toyRpm('a', { provides: ['build = ffab'] })],
    ['b', 'a'],
  ],
  ['a release that only one has passed over', [toyRpm('b', { provides: ['x = 1'] }), toyRpm('a', { provides: ['x = 1-5'] })], ['b', 'a']],
  [
    'bounds counted like versions, one that is not reached the lower',
    [toyRpm('b', { provides: ['x < 3'] }), toyRpm('a', { provides: ['x <= 3'] }), toyRpm('c', { provides: ['x >= 9'] })],
    ['a', 'c', 'b'],
  ],
])('puts %s', (_what, packages, expected) => {
  expect(sorted(packages)).toEqual(expected);
});

it('never puts an installed package back', () => {
  const newer = toyRpm('java-17', { provides: ['java = 17'] });
  expect(sorted([newer], [toyRpm('java-11', { provides: ['java = 11'] })])).toEqual(['java-11', 'java-17']);
});
