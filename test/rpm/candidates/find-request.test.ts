import { describe, expect, it } from 'vitest';
import { CapabilityResolver } from '../../../src/rpm/candidates/capability-resolver.ts';
import { findRequest, foreignNamed } from '../../../src/rpm/candidates/find-request.ts';
import { RpmCandidatePool, type RpmUpstream } from '../../../src/rpm/candidates/rpm-candidate-pool.ts';
import { formatNevra, type RpmPackage } from '../../../src/rpm/package/rpm-package.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';

function request(packages: readonly RpmPackage[], text: string, upstream: Partial<RpmUpstream> = {}) {
  const pool = new RpmCandidatePool({ arch: 'x86_64', upstreams: [{ name: 'base', packages, ...upstream }] });
  const found = findRequest(new CapabilityResolver(pool), text, 'test');
  return { anyOf: found.anyOf.map((id) => formatNevra(pool.get(id).pkg)), why: found.rejected?.map(({ why }) => why) };
}

const LIB = [
  toyRpm('lib 1-1 x86_64'),
  toyRpm('lib 1:2-1 x86_64'),
  toyRpm('lib 1:2-1 i686'),
  toyRpm('needs-lib 1-1', { provides: ['web = 3'] }),
];

describe('a request', () => {
  it.each([
    ['lib', ['lib-1:2-1.x86_64', 'lib-1-1.x86_64']],
    [' lib ', ['lib-1:2-1.x86_64', 'lib-1-1.x86_64']],
    ['lib.i686', ['lib-1:2-1.i686']],
    ['lib-1', ['lib-1-1.x86_64']],
    ['lib-1:2', ['lib-1:2-1.x86_64']],
    ['lib-1:2-1.i686', ['lib-1:2-1.i686']],
    ['lib = 1', ['lib-1-1.x86_64']],
    ['lib=1-1', ['lib-1-1.x86_64']],
    ['lib (>= 1:1)', ['lib-1:2-1.x86_64']],
    ['needs-lib', ['needs-lib-1-1.noarch']],
    ['needs-lib-1', ['needs-lib-1-1.noarch']],
    ['web', ['needs-lib-1-1.noarch']],
    ['web >= 3', ['needs-lib-1-1.noarch']],
    // No package of the name has it, one provides it in another version.
    ['web > 3', []],
    ['lib-0:2', []],
    ['nosuch', []],
  ])('for %s is for %j', (text, expected) => {
    expect(request(LIB, text).anyOf).toEqual(expected);
  });

  it.each(['(lib or other)', 'lib >=', ''])('%j is none', (text) => {
    expect(request(LIB, text)).toEqual({ anyOf: [], why: ['not a package name or capability'] });
  });

  it('by name takes what has taken the place of the package; by version it does not', () => {
    const packages = [toyRpm('old 1-1'), toyRpm('new 1-1', { obsoletes: ['old < 2'] })];
    expect(request(packages, 'old').anyOf.sort()).toEqual(['new-1-1.noarch', 'old-1-1.noarch']);
    expect(request(packages, 'old-1').anyOf).toEqual(['old-1-1.noarch']);
  });

  it('says why the packages of the name cannot be chosen', () => {
    expect(request([toyRpm('lib')], 'lib', { excludes: ['lib'] })).toEqual({ anyOf: [], why: ['excluded by excludepkgs of base'] });
  });
});

describe('foreignNamed', () => {
  const pool = new RpmCandidatePool({ arch: 'x86_64', upstreams: [{ name: 'base', packages: [...LIB, toyRpm('only32 1-1 i686')] }] });

  it.each([
    ['lib', []],
    ['lib.i686', ['lib-1:2-1.i686']],
    ['lib.x86_64', []],
    // Nothing native has it.
    ['only32', ['only32-1-1.i686']],
    ['only32 = 1', ['only32-1-1.i686']],
    ['only32 = 2', []],
    ['not ( a request', []],
  ])('of %s is %j', (text, expected) => {
    expect(foreignNamed(pool, text).map(({ pkg }) => formatNevra(pkg))).toEqual(expected);
  });
});
