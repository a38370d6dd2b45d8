import { describe, expect, it } from 'vitest';
import { Faults } from '../../../src/config/faults.ts';
import type { ResolvedGroup } from '../../../src/config/manifest/distro-manifest.ts';
import { gatherSections } from '../../../src/config/manifest/gather-sections.ts';
import { parseManifestFiles } from '../../../src/config/manifest/parse-manifest.ts';
import { resolveProfiles } from '../../../src/config/manifest/resolve-profiles.ts';

const target = { distro: 'd12', arch: 'x86_64' } as const;
const group: ResolvedGroup = { packages: [], pg: null, recommends: false, suggests: false, optional: false, separate: false };

function resolve(profiles: string) {
  const faults = new Faults();
  const manifest = parseManifestFiles([{ path: 'm.yaml', text: `schema: 1\nprofiles: { ${profiles} }` }]);
  const sections = gatherSections(manifest, { target, flavor: 'debian', region: 'default' }, faults);
  return { profiles: resolveProfiles(sections, target, [15, 17], { 'pgsql-core': group, tools: group }, faults), faults: faults.lines };
}

describe('resolveProfiles', () => {
  it('makes one profile per PostgreSQL, and one that follows the request', () => {
    const { profiles, faults } = resolve(`'pgsql-$v': { description: PostgreSQL $v, groups: [pgsql-core] }`);
    expect(Object.entries(profiles).map(([name, one]) => [name, one.pg, one.description])).toEqual([
      ['pgsql', null, 'PostgreSQL (the default version)'],
      ['pgsql-15', 15, 'PostgreSQL 15'],
      ['pgsql-17', 17, 'PostgreSQL 17'],
    ]);
    expect(faults).toEqual([]);
  });

  it.each([
    ['everywhere', '', true],
    ['for its distro', ', on: [d12]', true],
    ['for its distro and CPU', ', on: [d12.x86_64]', true],
    ['for another CPU', ', on: [d12.aarch64]', false],
    ['for another distro', ', on: [d13, el9]', false],
  ])('has a profile that is there %s: %s', (_, on, isThere) => {
    expect(Object.keys(resolve(`a: { description: x${on} }`).profiles)).toEqual(isThere ? ['a'] : []);
  });

  it('names groups and profiles that do not exist, with what was meant', () => {
    expect(resolve('a: { description: x, groups: [tolls, pg15-core], includes: [b] }').faults).toEqual([
      'm.yaml: profiles.a.groups: found "tolls", expected the name of a group (did you mean "tools"?)',
      'm.yaml: profiles.a.includes: found "b", expected the name of a profile (did you mean "a"?)',
    ]);
  });
});
