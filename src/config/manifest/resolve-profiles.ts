/**
 * Profiles of one target: `pgsql-$v` becomes one profile per PostgreSQL major the flavor has there, and `pgsql` the one that follows
 * the request.
 */
import type { Target } from '../../base/target.ts';
import type { Faults } from '../faults.ts';
import { didYouMean } from '../nearest-word.ts';
import { appliesTo } from './applies-to.ts';
import type { ResolvedGroup, ResolvedProfile } from './distro-manifest.ts';
import { findGroup } from './find-group.ts';
import type { ProfileSection, Sections } from './gather-sections.ts';

/** References to groups and profiles that do not exist go to `faults`. Keys stand in manifest order. */
export function resolveProfiles(
  sections: Sections,
  target: Target,
  pgVersions: readonly number[],
  groups: Readonly<Record<string, ResolvedGroup>>,
  faults: Faults,
): Record<string, ResolvedProfile> {
  const profiles: Record<string, ResolvedProfile> = {};
  const sources: Record<string, string> = {};
  for (const [template, { value, source }] of Object.entries(sections.profiles)) {
    if (!appliesTo({ on: value.on }, target)) continue;
    for (const [name, pg] of instances(template, pgVersions)) {
      profiles[name] = resolveProfile(value, pg);
      sources[name] = source;
    }
  }
  for (const [name, profile] of Object.entries(profiles)) checkReferences(profile, sources[name] ?? name, profiles, groups, faults);
  return profiles;
}

function instances(template: string, pgVersions: readonly number[]): readonly (readonly [string, number | null])[] {
  if (!template.includes('$v')) return [[template, null]];
  const following = [template.replace(/-?\$v/, ''), null] as const;
  return [following, ...pgVersions.map((v) => [template.replaceAll('$v', String(v)), v] as const)];
}

function resolveProfile(entry: ProfileSection, pg: number | null): ResolvedProfile {
  return {
    description: entry.description.replaceAll('$v', pg === null ? '(the default version)' : String(pg)),
    groups: entry.groups ?? [],
    packages: entry.packages ?? [],
    includes: entry.includes ?? [],
    pg,
    removals: entry.remove ?? [],
  };
}

function checkReferences(
  profile: ResolvedProfile,
  source: string,
  profiles: Readonly<Record<string, ResolvedProfile>>,
  groups: Readonly<Record<string, ResolvedGroup>>,
  faults: Faults,
): void {
  for (const name of profile.groups) {
    if (findGroup(groups, name) === null) {
      faults.add(`${source}.groups: found "${name}", expected the name of a group${didYouMean(name, Object.keys(groups))}`);
    }
  }
  for (const name of profile.includes) {
    if (!Object.hasOwn(profiles, name)) {
      faults.add(`${source}.includes: found "${name}", expected the name of a profile${didYouMean(name, Object.keys(profiles))}`);
    }
  }
}
