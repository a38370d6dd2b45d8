/** Which files of manifests/ a command needs, so that a build for one distro does not parse what belongs to the others. */
import { type Flavor, familyOf, type Target } from '../../base/target.ts';

/**
 * How much of the manifest a request can refer to. `profiles`: what profiles refer to. `packages`: also short names of single packages and
 * upstreams of further modules. `everything`: also the upstreams of the other family, as an overlay may be for several distros.
 */
export type ManifestScope = 'profiles' | 'packages' | 'everything';

/** Paths below manifests/ that `resolveManifest` needs for a target and flavor, in the order they are to be given. */
export function manifestFilesFor(target: Target, flavor: Flavor, scope: ManifestScope): readonly string[] {
  const family = familyOf(target.distro);
  const other = family === 'deb' ? 'rpm' : 'deb';
  const groups = flavor === 'debian' ? 'debian/groups.yaml' : `pigsty/groups-${family}.yaml`;
  const aliases = flavor === 'pigsty' ? [`pigsty/aliases-${family}.yaml`] : [];
  return [
    'distros.yaml',
    'keys.yaml',
    `upstreams/${family}.yaml`,
    groups,
    `${flavor}/profiles.yaml`,
    `${flavor}/components.yaml`,
    ...(scope === 'profiles' ? [] : [`upstreams/${family}-extra.yaml`, ...aliases]),
    ...(scope === 'everything' ? [`upstreams/${other}.yaml`, `upstreams/${other}-extra.yaml`] : []),
  ];
}

/** Paths below manifests/ that `listDistros` needs. */
export const LISTING_FILES: readonly string[] = ['distros.yaml', 'pigsty/profiles.yaml', 'debian/profiles.yaml'];
