/** Gathers the sections of all files that apply to one family and flavor, and lays overlays over them. */
import { type Family, type Flavor, familyOf, type Target } from '../../base/target.ts';
import type { Faults } from '../faults.ts';
import type {
  DistroEntry,
  FlavorEntry,
  GroupEntry,
  KeyEntry,
  ManifestComponent,
  ManifestFile,
  OverlayFile,
  PostgresEntry,
  ProfileEntry,
  RegionUrls,
  UpstreamEntry,
} from './manifest-file.ts';
import type { Manifest, Overlay } from './parse-manifest.ts';

/** A value, where it was written, and whether a user's overlay wrote it. */
export interface Sourced<T> {
  readonly value: T;
  /** `pigsty/groups-deb.yaml: groups.infra-package` */
  readonly source: string;
  readonly user: boolean;
}

/** A profile after overlays, with the names they take away. */
export interface ProfileSection extends ProfileEntry {
  readonly remove?: readonly string[] | undefined;
}

/** What applies to one family and flavor, by name. */
export interface Sections {
  postgres: PostgresEntry | null;
  readonly regions: Set<string>;
  readonly distros: Record<string, DistroEntry>;
  readonly flavors: Record<string, FlavorEntry>;
  readonly mirrors: Record<string, RegionUrls>;
  readonly keys: Record<string, KeyEntry>;
  readonly upstreams: Sourced<UpstreamEntry>[];
  readonly groups: Record<string, Sourced<GroupEntry>>;
  readonly profiles: Record<string, Sourced<ProfileSection>>;
  readonly components: Record<string, Sourced<ManifestComponent>>;
  readonly modules: Set<string>;
  readonly disable: Set<string>;
  readonly remove: Set<string>;
  readonly pins: NonNullable<OverlayFile['pins']>;
}

/** Names that occur twice in the manifest itself are faults; in an overlay the later one replaces or extends the earlier. */
export function gatherSections(
  manifest: Manifest,
  options: { readonly target: Target; readonly flavor: Flavor; readonly overlays?: readonly Overlay[] },
  faults: Faults,
): Sections {
  const sections: Sections = emptySections();
  const family = familyOf(options.target.distro);
  for (const { path, value } of manifest.files) {
    if (!inScope(value, family, options.flavor)) continue;
    addFile(sections, path, value, faults);
  }
  for (const overlay of options.overlays ?? []) addOverlay(sections, overlay);
  return sections;
}

/** No object here may inherit a name a user could type (`constructor`). */
function table<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

function emptySections(): Sections {
  return {
    postgres: null,
    regions: new Set(['default']),
    distros: table(),
    flavors: table(),
    mirrors: table(),
    keys: table(),
    upstreams: [],
    groups: table(),
    profiles: table(),
    components: table(),
    modules: new Set(),
    disable: new Set(),
    remove: new Set(),
    pins: table(),
  };
}

function inScope(file: ManifestFile, family: Family, flavor: Flavor): boolean {
  return (file.for?.family === undefined || file.for.family === family) && (file.for?.flavor === undefined || file.for.flavor === flavor);
}

function addFile(sections: Sections, path: string, file: ManifestFile, faults: Faults): void {
  if (file.postgres !== undefined) sections.postgres = file.postgres;
  for (const region of file.regions ?? []) sections.regions.add(region);
  Object.assign(sections.distros, file.distros);
  Object.assign(sections.flavors, file.flavors);
  const unique = <T>(section: string, into: Record<string, T>, name: string, value: T): void => {
    if (name in into) faults.add(`${path}: ${section}.${name}: found a second definition, expected one`);
    into[name] = value;
  };
  const sourced = <T>(section: string, name: string, value: T): Sourced<T> => ({
    value,
    source: `${path}: ${section}.${name}`,
    user: false,
  });
  for (const [name, value] of Object.entries(file.mirrors ?? {})) unique('mirrors', sections.mirrors, name, value);
  for (const [name, value] of Object.entries(file.keys ?? {})) unique('keys', sections.keys, name, value);
  for (const [name, value] of Object.entries(file.groups ?? {})) unique('groups', sections.groups, name, sourced('groups', name, value));
  for (const [name, value] of Object.entries(file.profiles ?? {}))
    unique('profiles', sections.profiles, name, sourced('profiles', name, value));
  for (const [name, value] of Object.entries(file.components ?? {})) {
    unique('components', sections.components, name, sourced('components', name, value));
  }
  for (const value of file.upstreams ?? []) sections.upstreams.push({ value, source: `${path}: upstreams`, user: false });
}

function addOverlay(sections: Sections, { path, value }: Overlay): void {
  const sourced = <T>(section: string, name: string, entry: T): Sourced<T> => ({
    value: entry,
    source: `${path}: ${section}.${name}`,
    user: true,
  });
  for (const [name, urls] of Object.entries(value.mirrors ?? {})) {
    sections.mirrors[name] = { ...sections.mirrors[name], ...urls };
    for (const region of Object.keys(urls)) sections.regions.add(region);
  }
  Object.assign(sections.keys, value.keys);
  for (const [name, group] of Object.entries(value.groups ?? {})) sections.groups[name] = sourced('groups', name, group);
  for (const [name, component] of Object.entries(value.components ?? {}))
    sections.components[name] = sourced('components', name, component);
  addUserUpstreams(sections, path, value.upstreams ?? []);
  for (const [name, profile] of Object.entries(value.profiles ?? {})) {
    const before = sections.profiles[name]?.value;
    sections.profiles[name] = sourced('profiles', name, extendProfile(before, profile));
  }
  for (const module of value.modules ?? []) sections.modules.add(module);
  for (const name of value.disable ?? []) sections.disable.add(name);
  for (const name of value.remove ?? []) sections.remove.add(name);
  Object.assign(sections.pins, value.pins);
}

/** An upstream of the user's may bring its own regions. */
function addUserUpstreams(sections: Sections, path: string, upstreams: readonly UpstreamEntry[]): void {
  for (const upstream of upstreams) {
    sections.upstreams.push({ value: upstream, source: `${path}: upstreams`, user: true });
    if (typeof upstream.url === 'object') for (const region of Object.keys(upstream.url)) sections.regions.add(region);
  }
}

function extendProfile(before: ProfileSection | undefined, more: NonNullable<OverlayFile['profiles']>[string]): ProfileSection {
  return {
    ...before,
    description: more.description ?? before?.description ?? 'defined by the overlay',
    groups: [...(before?.groups ?? []), ...(more.groups ?? [])],
    packages: [...(before?.packages ?? []), ...(more.packages ?? [])],
    includes: [...(before?.includes ?? []), ...(more.includes ?? [])],
    remove: [...(before?.remove ?? []), ...(more.remove ?? [])],
  };
}
