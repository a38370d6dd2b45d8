/** What of a manifest decides a resolution, as canonical JSON: the text a lock hashes to notice that the manifest changed. */
import { compareCodeUnits } from '../../base/compare.ts';
import type { DistroManifest } from './distro-manifest.ts';
import { findGroup } from './find-group.ts';

/**
 * JSON with sorted keys and no spaces. URLs, regions, the map of mirrors and key files are left out, as any mirror and any copy of a key
 * gives the same result (and URLs may hold credentials); so is what only the installer reads.
 *
 * @param namesPackages the request names packages, which may be groups that no profile has; else these do not count, as they are not read
 *   without an overlay
 */
export function manifestDigestInput(manifest: DistroManifest, namesPackages: boolean): string {
  const upstreams = manifest.upstreams.map(({ urls: _urls, description: _description, trust, ...upstream }) => ({
    ...upstream,
    trust: { mode: trust.mode, packagesSigned: trust.packagesSigned, fingerprints: trust.fingerprints },
  }));
  const { region: _region, mirrorMap: _map, notes: _notes, os: _os, components: _components, absent: _absent, ...rest } = manifest;
  const groups = namesPackages ? manifest.groups : groupsOfProfiles(manifest);
  return canonicalJson({ ...rest, groups, upstreams });
}

function groupsOfProfiles({ groups, profiles }: DistroManifest): DistroManifest['groups'] {
  const named = Object.values(profiles).flatMap((profile) => profile.groups.map((name) => findGroup(groups, name)?.group));
  const used = new Set(named);
  return Object.fromEntries(Object.entries(groups).filter(([, group]) => used.has(group)));
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => compareCodeUnits(a, b));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
