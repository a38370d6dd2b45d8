/** What of a manifest decides a resolution, as canonical JSON: the text a lock hashes to notice that the manifest changed. */
import { compareCodeUnits } from '../../base/compare.ts';
import type { DistroManifest } from './distro-manifest.ts';

/**
 * JSON with sorted keys and no spaces. URLs, regions and key files are left out, as any mirror and any copy of a key gives the same result
 * (and URLs may hold credentials); so is what only the installer reads.
 */
export function manifestDigestInput(manifest: DistroManifest): string {
  const upstreams = manifest.upstreams.map(({ urls: _urls, description: _description, trust, ...upstream }) => ({
    ...upstream,
    trust: { mode: trust.mode, packagesSigned: trust.packagesSigned, fingerprints: trust.fingerprints },
  }));
  const { region: _region, os: _os, components: _components, absent: _absent, ...rest } = manifest;
  return canonicalJson({ ...rest, upstreams });
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => compareCodeUnits(a, b));
  return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
