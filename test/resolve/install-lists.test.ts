import { describe, expect, it } from 'vitest';
import type { PackageRequest } from '../../src/config/manifest/select-request.ts';
import type { LockedPackage } from '../../src/lock/lock.ts';
import { installLists } from '../../src/resolve/install-lists.ts';
import { locked } from '../lock/toy-lock.ts';

const request = (text: string, more: Partial<PackageRequest> = {}): PackageRequest => ({
  text,
  origin: 'profile toy',
  recommends: false,
  optional: false,
  ...more,
});

/** What is named for a profile `toy` with these requests. */
function named(requests: readonly PackageRequest[], packages: readonly LockedPackage[]) {
  return installLists([{ profile: 'toy', requests }], packages);
}

describe('what to name to apt or dnf', () => {
  const packages = [locked('nginx', '1', { why: 'profile toy' }), locked('acl', '1', { why: 'nginx: acl' }), locked('docker-ce', '1')];

  it.each<[string, string, readonly string[]]>([
    ['a package', 'nginx', ['nginx']],
    ['a package with a version', 'nginx (>= 1)', ['nginx']],
    ['a package in an exact version', 'nginx=1', ['nginx']],
    ['a package of an architecture', 'nginx:amd64', ['nginx']],
  ])('for %s is its name', (_, text, names) => {
    expect(named([request(text)], packages)).toEqual([{ profile: 'toy', solveGroup: 'joint', packages: names }]);
  });

  it.each(['web-server', '/usr/sbin/nginx'])('for %s is what was chosen for it', (text) => {
    const chosen = [locked('nginx', '1', { why: 'profile other' }), locked('apache2', '1', { why: 'group web' })];
    expect(named([request(text, { origin: 'group web' })], chosen)[0]?.packages).toEqual(['apache2']);
  });

  it('leaves out the optional that did not travel, and a list of nothing', () => {
    expect(named([request('ghost', { optional: true, origin: 'x' })], packages)).toEqual([]);
  });

  it('names each once, sorted', () => {
    expect(named([request('nginx'), request('docker-ce'), request('nginx (>= 1)')], packages)[0]?.packages).toEqual(['docker-ce', 'nginx']);
  });
});

it('there is a list for each profile and each group that is solved by itself, in order', () => {
  const packages = [locked('a', '1'), locked('b', '1')];
  const lists = installLists(
    [
      { profile: 'node', requests: [request('b')] },
      { profile: 'infra', requests: [request('b', { separate: 'other' }), request('a')] },
    ],
    packages,
  );
  expect(lists.map(({ profile, solveGroup, packages: names }) => [profile, solveGroup, names])).toEqual([
    ['infra', 'joint', ['a']],
    ['infra', 'other', ['b']],
    ['node', 'joint', ['b']],
  ]);
});
