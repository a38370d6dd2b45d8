/** Which files of manifests/ a command needs, so that a build for one distro does not parse what belongs to the others. */
import { type Flavor, familyOf, type Target } from '../../base/target.ts';

/**
 * Paths below manifests/ that `resolveManifest` needs for a target and flavor, in the order they are to be given.
 *
 * @param complete also the short names of single packages and the upstreams of further modules. Needed when a request names packages or
 *   has an overlay; profiles alone never refer to them.
 */
export function manifestFilesFor(target: Target, flavor: Flavor, complete = true): readonly string[] {
  const family = familyOf(target.distro);
  const groups = flavor === 'debian' ? ['debian/groups.yaml'] : [`pigsty/groups-${family}.yaml`];
  const more = complete ? [`upstreams/${family}-extra.yaml`, ...(flavor === 'pigsty' ? [`pigsty/aliases-${family}.yaml`] : [])] : [];
  return [
    'distros.yaml',
    'keys.yaml',
    `upstreams/${family}.yaml`,
    ...groups,
    `${flavor}/profiles.yaml`,
    `${flavor}/components.yaml`,
    ...more,
  ];
}

/** Paths below manifests/ that `listDistros` needs. */
export const LISTING_FILES: readonly string[] = ['distros.yaml', 'pigsty/profiles.yaml', 'debian/profiles.yaml'];
