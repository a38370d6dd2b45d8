import { expect, it } from 'vitest';
import { admittedForeign } from '../../../src/rpm/candidates/admitted-foreign.ts';
import { CapabilityResolver } from '../../../src/rpm/candidates/capability-resolver.ts';
import { RpmCandidatePool } from '../../../src/rpm/candidates/rpm-candidate-pool.ts';
import { formatNevra } from '../../../src/rpm/package/rpm-package.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';

const PACKAGES = [
  toyRpm('app 1-1 i686', { requires: ['lib', '(x or y)', '(unreadable'] }),
  toyRpm('lib 1-1 i686', { requires: ['deep'] }),
  toyRpm('lib 1-1 x86_64'),
  toyRpm('deep 1-1 i686'),
  toyRpm('x 1-1 i686'),
  toyRpm('y 1-1 x86_64'),
  toyRpm('other 1-1 i686'),
];

function admitted(asked: readonly string[] | 'all'): string[] {
  const pool = new RpmCandidatePool({ arch: 'x86_64', upstreams: [{ name: 'base', packages: PACKAGES }] });
  const ids = admittedForeign(new CapabilityResolver(pool), asked);
  return [...ids].map((id) => formatNevra(pool.get(id).pkg)).sort();
}

it('lets in what was asked for and all of that size it can require, through rich dependencies too', () => {
  expect(admitted(['app'])).toEqual(['app-1-1.i686', 'deep-1-1.i686', 'lib-1-1.i686', 'x-1-1.i686']);
  expect(admitted(['other.i686'])).toEqual(['other-1-1.i686']);
});

it.each([['lib'], ['y'], ['nosuch']])('lets in nothing for %s, which native packages serve or nobody has', (text) => {
  expect(admitted([text])).toEqual([]);
});

it('lets in all when all may serve', () => {
  expect(admitted('all')).toHaveLength(PACKAGES.length);
});
