/** Looking at a solution says what solving again would say. */
import { describe, expect, it } from 'vitest';
import type { PackageRequest } from '../../src/config/manifest/select-request.ts';
import { MINIMAL_BASELINE, NO_BASELINE } from '../../src/resolve/baseline.ts';
import { checkSolution } from '../../src/resolve/check-solution.ts';
import type { Metadata } from '../../src/resolve/family.ts';
import { prove } from '../../src/resolve/prove.ts';
import { solveGroupsOf } from '../../src/resolve/resolution.ts';
import { solveGroups } from '../../src/resolve/solve-groups.ts';
import type { RpmPackage } from '../../src/rpm/package/rpm-package.ts';
import { elFolder } from '../lab/upstreams/el-folder.ts';
import { randomWorlds } from '../lab/upstreams/random-rpm-worlds.ts';
import { toyRpm } from '../lab/upstreams/toy-rpms.ts';
import { seededRandom } from '../support/version-pairs.ts';

const HOSTS = [NO_BASELINE, MINIMAL_BASELINE];
const HOST_PACKAGES = [toyRpm('bash', { requires: ['glibc'] }), toyRpm('glibc 1-1'), toyRpm('glibc 2-1')];
const request = (text: string, more: Partial<PackageRequest> = {}): PackageRequest => ({
  ...{ text, origin: 'profile toy', recommends: false, optional: false },
  ...more,
});

/** What looking and what solving say of one profile; null for a request that has no solution. */
function bothWays(metadata: Metadata<RpmPackage>, requests: readonly PackageRequest[]) {
  try {
    const { groups } = solveGroups(metadata, solveGroupsOf(requests), HOSTS);
    const packages = new Map(
      groups.flatMap(({ candidates, closure }) => closure.map((id) => [candidates.facts(id).path, candidates.raw(id)] as const)),
    );
    const profiles = [{ profile: 'toy', requests }];
    return {
      groups,
      profiles,
      looked: checkSolution(groups, profiles, HOSTS),
      solved: prove(metadata, [...packages.values()], profiles, HOSTS),
    };
  } catch {
    return null;
  }
}

it('the two agree over random worlds', async () => {
  const worlds = randomWorlds(seededRandom(20_261), 150);
  const metadata = await (await elFolder([...HOST_PACKAGES, ...worlds.flatMap(({ packages }) => packages)])).load();
  const outcomes = worlds.flatMap(
    ({ install }) =>
      bothWays(
        metadata,
        ['bash', ...install].map((name) => request(name)),
      ) ?? [],
  );
  expect(outcomes.length).toBeGreaterThan(50);
  expect(outcomes.map(({ looked }) => looked)).toEqual(outcomes.map(({ solved }) => solved));
});

describe('somebody has to solve', () => {
  const solved = async (requests: readonly PackageRequest[]) => {
    const metadata = await (await elFolder([...HOST_PACKAGES, toyRpm('app', { requires: ['glibc'] }), toyRpm('tool')])).load();
    const both = bothWays(metadata, requests);
    if (both === null) throw new Error('no solution');
    return both;
  };

  it('not where one profile was solved beside every host', async () => {
    const { looked } = await solved([request('app')]);
    expect(looked).toEqual([
      { profile: 'toy', baseline: 'none', packages: 2 },
      { profile: 'toy', baseline: 'minimal', packages: 1 },
    ]);
  });

  it('where there are several profiles, groups or hosts', async () => {
    const { groups, profiles } = await solved([request('app')]);
    expect(checkSolution(groups, [...profiles, ...profiles], HOSTS)).toBeNull();
    expect(checkSolution([...groups, ...groups], profiles, HOSTS)).toBeNull();
    expect(checkSolution(groups.slice(1), profiles, [NO_BASELINE])).toBeNull();
    expect((await solved([request('app'), request('tool', { separate: 'other' })])).looked).toBeNull();
  });

  it('where weak dependencies are followed', async () => {
    expect((await solved([request('app', { recommends: true })])).looked).toBeNull();
  });

  it('where the solution does not hold', async () => {
    const { groups, profiles } = await solved([request('app')]);
    const lacking = groups.map((group) => ({ ...group, solution: { ...group.solution, selected: group.solution.selected.slice(1) } }));
    expect(checkSolution(lacking, profiles, HOSTS)).toBeNull();
  });
});
