import { expect, it } from 'vitest';
import { isRich, parseRichDependency } from '../../../src/rpm/candidates/rich-dependency.ts';
import { RpmCandidatePool } from '../../../src/rpm/candidates/rpm-candidate-pool.ts';
import { WeakLinks } from '../../../src/rpm/candidates/weak-links.ts';
import type { RpmDependency } from '../../../src/rpm/package/rpm-package.ts';
import type { Selection } from '../../../src/solve/types.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';

const pool = new RpmCandidatePool({
  arch: 'x86_64',
  upstreams: [
    {
      name: 'base',
      packages: [
        toyRpm('app', { recommends: ['lib >= 2', '/usr/bin/tool'], suggests: ['idea'] }),
        toyRpm('other', { recommends: ['(lib if app)'] }),
        toyRpm('lib 1-1'),
        toyRpm('lib 2-1'),
        toyRpm('tool', { files: ['/usr/bin/tool'] }),
        toyRpm('idea', { enhances: ['app'], supplements: ['(app and other)'] }),
      ],
    },
  ],
});
const treeOf = (_self: unknown, dependency: RpmDependency) =>
  isRich(dependency.name) ? parseRichDependency(dependency.name, 'test') : ({ kind: 'capability', dependency } as const);
const links = new WeakLinks(pool, {
  // (lib if app)
  clausesOf: () => [{ when: [0], anyOf: [2, 3] }],
  treeOf,
  satisfiersOf: (part) => (part.kind === 'capability' ? pool.named(part.dependency.name).map(({ id }) => id) : []),
});
const beside = (...ids: number[]): Selection => ({ has: (id) => ids.includes(id), ids: () => ids });

it('recommends by name, version and path what something selected names', () => {
  const selection = beside(0);
  expect([2, 3, 4, 5].map((id) => links.isRecommended(pool.get(id), selection))).toEqual([false, true, true, false]);
  expect([3, 5].map((id) => links.isSuggested(pool.get(id), selection))).toEqual([false, true]);
});

it('hears a condition when it holds, and forgets what is no longer selected', () => {
  const [alone, together] = [beside(1), beside(1, 0)];
  expect(links.isRecommended(pool.get(2), alone)).toBe(false);
  expect(links.isRecommended(pool.get(2), together)).toBe(true);
  expect(links.isRecommended(pool.get(2), beside(1))).toBe(false);
});

it('knows what supplements and enhances', () => {
  const idea = pool.get(5);
  expect([beside(0), beside(1, 0), beside(1)].map((selection) => links.isSupplementing(idea, selection))).toEqual([false, true, false]);
  expect([beside(0), beside(1)].map((selection) => links.isEnhancing(idea, selection))).toEqual([true, false]);
});
