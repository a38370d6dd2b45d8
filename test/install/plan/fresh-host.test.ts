import { expect, it } from 'vitest';
import { freshHostFacts } from '../../../src/install/plan/fresh-host.ts';
import { labBundle } from '../../support/desired-lab.ts';

it.each([
  ['d12', 'apt', true],
  ['el9', 'dnf', false],
] as const)('a fresh %s has %s', (distro, manager, hasWebUser) => {
  const facts = freshHostFacts(labBundle('pigsty', distro), '192.0.2.10');
  expect(facts).toMatchObject({ os: { distro }, packageManager: { name: manager }, addresses: ['192.0.2.10'], journal: null });
  expect([facts.users.has('www-data'), facts.retained.size]).toEqual([hasWebUser, 0]);
});
