/**
 * All manifest files plus overlays → the {@link DistroManifest} of one target. Decides what applies, fills in placeholders and checks
 * every reference between files; all faults are reported together.
 */
import { compareCodeUnits } from '../../base/compare.ts';
import { AppError } from '../../base/errors.ts';
import { familyOf, formatTarget, type Target } from '../../base/target.ts';
import { deepFreeze } from '../deep-freeze.ts';
import { Faults } from '../faults.ts';
import { didYouMean } from '../nearest-word.ts';
import { appliesTo } from './applies-to.ts';
import type { DistroManifest, ResolvedComponent, ResolvedGroup, ResolvedProfile, ResolvedUpstream, VersionPin } from './distro-manifest.ts';
import { type GatherOptions, gatherSections, type Sections } from './gather-sections.ts';
import type {
  DistroEntry,
  FlavorEntry,
  GroupEntry,
  GroupItemEntry,
  KeyEntry,
  ManifestComponent,
  PostgresEntry,
  RegionUrls,
} from './manifest-file.ts';
import { mirrorMapOf } from './mirror-map.ts';
import type { Manifest } from './parse-manifest.ts';
import { resolveProfiles } from './resolve-profiles.ts';
import type { UpstreamContext } from './resolve-upstream.ts';
import { selectUpstreams } from './select-upstreams.ts';
import { strayRemovals } from './stray-removals.ts';

/**
 * What to resolve a manifest for. The region is `default`, `china`, `europe` or one an overlay defines; an upstream without URLs for it
 * uses those of `default`. Overlays are applied in order; later ones win.
 */
export interface ResolveOptions extends GatherOptions {
  /** EL only: resolve against this minor release's own repositories (`9.4`). */
  readonly minor?: string | null;
}

/**
 * @throws {AppError} `CONFIG_INVALID` for wrong references in the files, an unknown region or an impossible minor release;
 *   `TARGET_UNKNOWN` when the flavor does not exist for the distro.
 */
export function resolveManifest(manifest: Manifest, options: ResolveOptions): DistroManifest {
  const faults = new Faults();
  const sections = gatherSections(manifest, options, faults);
  const { distro, flavor, postgres } = factsFor(sections, options);
  const minor = checkedMinor(options, distro);
  checkRegion(options.region, sections);
  const context: UpstreamContext = {
    target: options.target,
    distro,
    region: options.region,
    minor,
    mirrors: sections.mirrors as Record<string, RegionUrls>,
    keys: sections.keys as Record<string, KeyEntry>,
    faults,
  };
  const pgVersions = [...postgres.versions].sort((a, b) => a - b);
  const upstreams = selectUpstreams(sections, flavor, context);
  const mirrorMap = mirrorMapOf(sections, upstreams);
  const groups = mapValues(sections.groups, (group) => resolveGroup(group.value, options.target));
  const { components, absent } = resolveComponents(sections, options.target);
  const profiles: Record<string, ResolvedProfile> = resolveProfiles(sections, options.target, pgVersions, groups, faults);
  const pins = resolvePins(sections, upstreams, context);
  const stray = strayRemovals(sections.remove, groups, profiles, pgVersions);
  faults.throwIfAny(`the manifest for ${formatTarget(options.target)}, flavor ${options.flavor}, is not valid`);
  return deepFreeze({
    schema: 1,
    target: { ...options.target },
    flavor: options.flavor,
    region: options.region,
    minor,
    os: { name: distro.os, codename: distro.codename, vendor: distro.vendor ?? 'el', major: distro.major, status: distro.status },
    pgVersions,
    pgDefault: postgres.default,
    upstreams,
    mirrorMap,
    groups,
    profiles,
    components,
    absent,
    pins,
    removals: [...sections.remove].sort(compareCodeUnits),
    notes: [...sections.notes, ...stray],
  });
}

interface Facts {
  readonly distro: DistroEntry;
  readonly flavor: FlavorEntry;
  readonly postgres: PostgresEntry;
}

function factsFor(sections: Sections, options: ResolveOptions): Facts {
  const distro = sections.distros[options.target.distro];
  const flavor = sections.flavors[options.flavor];
  const postgres = flavor?.postgres?.[options.target.distro] ?? sections.postgres;
  if (distro === undefined || flavor === undefined || postgres === null || postgres === undefined) {
    throw new Error(`the manifest files given do not describe ${options.target.distro} or flavor ${options.flavor}`);
  }
  if (!flavor.on.includes(options.target.distro)) {
    throw new AppError('TARGET_UNKNOWN', `flavor ${options.flavor} does not exist for ${options.target.distro}`, {
      hint: `flavor ${options.flavor} is for ${flavor.on.join(', ')}`,
    });
  }
  return { distro, flavor, postgres };
}

function checkedMinor(options: ResolveOptions, distro: DistroEntry): string | null {
  const minor = options.minor ?? null;
  if (minor === null) return null;
  if (familyOf(options.target.distro) !== 'rpm') {
    throw new AppError('CONFIG_INVALID', `${options.target.distro} has no minor releases to choose from, found --minor ${minor}`, {
      hint: 'leave --minor away; it is for el8, el9 and el10',
    });
  }
  const match = /^(\d+)\.(\d+)$/.exec(minor);
  if (match === null || Number(match[1]) !== distro.major) {
    throw new AppError('CONFIG_INVALID', `found minor release "${minor}", expected ${distro.major}.<number> for ${options.target.distro}`, {
      hint: `for example --minor ${distro.minor ?? `${distro.major}.0`}`,
    });
  }
  return minor;
}

function checkRegion(region: string, sections: Sections): void {
  if (sections.regions.has(region)) return;
  const known = [...sections.regions].sort(compareCodeUnits);
  throw new AppError('CONFIG_INVALID', `unknown region "${region}"${didYouMean(region, known)}`, {
    hint: `use one of: ${known.join(' ')}`,
  });
}

function resolveGroup(entry: GroupEntry, target: Target): ResolvedGroup {
  const body = typeof entry === 'string' || Array.isArray(entry) ? { packages: [entry].flat() } : entry;
  const extra = body as { pg?: readonly number[]; recommends?: boolean; suggests?: boolean; optional?: boolean; separate?: boolean };
  const items = body.packages.filter((item: GroupItemEntry) => typeof item === 'string' || appliesTo(item, target));
  return {
    packages: items.map((item) => ({
      name: typeof item === 'string' ? item : item.name,
      pg: typeof item === 'string' ? null : (item.pg ?? null),
      optional: typeof item === 'string' ? false : (item.optional ?? false),
    })),
    pg: extra.pg ?? null,
    recommends: extra.recommends ?? false,
    suggests: extra.suggests ?? false,
    optional: extra.optional ?? false,
    separate: extra.separate ?? false,
  };
}

function resolveComponents(sections: Sections, target: Target): Pick<DistroManifest, 'components' | 'absent'> {
  const components: Record<string, ResolvedComponent> = {};
  const absent: Record<string, string> = {};
  for (const [name, { value }] of Object.entries(sections.components)) {
    if ('absent' in value) absent[name] = value.absent;
    else components[name] = resolveComponent(value, target);
  }
  return { components, absent };
}

function resolveComponent(entry: Exclude<ManifestComponent, { absent: string }>, target: Target): ResolvedComponent {
  const family = familyOf(target.distro);
  return {
    packages: entry.packages,
    binary: entry.binary ?? null,
    unit: entry.unit === undefined ? null : typeof entry.unit === 'string' ? entry.unit : entry.unit[family],
    masks: entry.masks ?? [],
    user: typeof entry.user === 'string' ? entry.user : entry.user[family],
    config: Array.isArray(entry.config) ? entry.config : entry.config[family],
    versionOf: entry.version ?? entry.packages[0] ?? null,
  };
}

/** A pin to an upstream that only other distros have does not count here: one overlay may be for several. */
function resolvePins(sections: Sections, upstreams: readonly ResolvedUpstream[], { target, faults }: UpstreamContext): VersionPin[] {
  const here = new Set(upstreams.map(({ name }) => name));
  return Object.entries(sections.pins)
    .sort(([a], [b]) => compareCodeUnits(a, b))
    .flatMap(([name, pin]) => {
      if (typeof pin !== 'string' && !appliesTo({ on: pin.on }, target)) return [];
      const version = typeof pin === 'string' ? pin : (pin.version ?? null);
      const upstream = typeof pin === 'string' ? null : (pin.upstream ?? null);
      if (version === null && upstream === null) faults.add(`pins.${name}: found nothing, expected a version or an upstream`);
      if (upstream === null || here.has(upstream)) return [{ name, version, upstream }];
      if (sections.known.names.has(upstream)) {
        sections.notes.push(`pins.${name} has no effect: this target does not take packages from ${upstream}`);
        return [];
      }
      faults.add(
        `pins.${name}.upstream: found "${upstream}", expected the name of an upstream${didYouMean(upstream, sections.known.names)}`,
      );
      return [];
    });
}

function mapValues<T, U>(from: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, change(value)]));
}
