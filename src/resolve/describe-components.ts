/** What a lock's packages have of each component of INFRA and NODE. */
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import type { Lock, LockedPackage } from '../lock/lock.ts';

/** Component → what there is of it, with the version its packages have, or why there is nothing. */
export function describeComponents(
  { components, absent }: Pick<DistroManifest, 'components' | 'absent'>,
  packages: readonly LockedPackage[],
): Lock['components'] {
  const versions = new Map(packages.map(({ name, version }) => [name, version]));
  const described: Record<string, Lock['components'][string]> = {};
  for (const [name, { versionOf, ...component }] of Object.entries(components)) {
    const missing = component.packages.filter((wanted) => !versions.has(wanted));
    const version = versionOf === null ? '' : (versions.get(versionOf) ?? '');
    described[name] = missing.length > 0 ? { absent: `not in this bundle: ${missing.join(', ')}` } : { ...component, version };
  }
  for (const [name, reason] of Object.entries(absent)) described[name] = { absent: reason };
  return described;
}
