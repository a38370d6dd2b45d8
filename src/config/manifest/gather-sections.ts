/** Gathers the sections of all files that apply to one family and flavor, and lays overlays over them. */
import { type Family, type Flavor, familyOf, type Target } from '../../base/target.ts';
import type { Faults } from '../faults.ts';
import { KnownUpstreams } from './known-upstreams.ts';
import {
  type DistroEntry,
  type FlavorEntry,
  type GroupEntry,
  isUrl,
  type KeyEntry,
  type ManifestComponent,
  type ManifestFile,
  type OverlayFile,
  type PostgresEntry,
  type ProfileEntry,
  type RegionUrls,
  type UpstreamEntry,
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
  /** Names of upstreams to leave out, and the file that says so. */
  readonly disable: Map<string, string>;
  /** The only upstreams that shall be left, and who says so; null when nobody does. */
  only: { readonly names: readonly string[]; readonly source: string } | null;
  readonly remove: Set<string>;
  readonly pins: NonNullable<OverlayFile['pins']>;
  /** Beginning of URLs → the URLs in its place. */
  readonly mirrorMap: Record<string, string | readonly string[]>;
  readonly known: KnownUpstreams;
  /** What one overlay says in the place of another, as sentences. */
  readonly notes: string[];
}

/** What to gather. */
export interface GatherOptions {
  readonly target: Target;
  readonly flavor: Flavor;
  readonly region: string;
  readonly overlays?: readonly Overlay[];
  /** What `--only-upstream` names; counts more than `only` of every overlay. */
  readonly onlyUpstreams?: readonly string[];
}

/** Names that occur twice in the manifest itself are faults; in an overlay the later one replaces or extends the earlier. */
export function gatherSections(manifest: Manifest, options: GatherOptions, faults: Faults): Sections {
  const sections: Sections = emptySections(options.region);
  const family = familyOf(options.target.distro);
  for (const { path, value } of manifest.files) {
    sections.known.add(value);
    if (inScope(value, family, options.flavor)) addFile(sections, path, value, faults);
  }
  const writers = new Map<string, Written>();
  for (const overlay of options.overlays ?? []) {
    noteReplaced(sections, overlay, writers);
    addOverlay(sections, overlay);
  }
  const only = options.onlyUpstreams ?? [];
  if (only.length > 0) sections.only = { names: only, source: '--only-upstream' };
  return sections;
}

/** No object here may inherit a name a user could type (`constructor`). */
function table<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

function emptySections(region: string): Sections {
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
    disable: new Map(),
    only: null,
    remove: new Set(),
    pins: table(),
    mirrorMap: table(),
    known: new KnownUpstreams(region),
    notes: [],
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
  for (const [name, urls] of Object.entries(value.mirrors ?? {})) addMirror(sections, name, urls);
  sections.known.add({ ...value, mirrors: {} });
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
  for (const name of value.disable ?? []) sections.disable.set(name, path);
  if (value.only !== undefined) sections.only = { names: value.only, source: path };
  for (const name of value.remove ?? []) sections.remove.add(name);
  Object.assign(sections.pins, value.pins);
}

/** Sections in which the later of two overlays replaces what the earlier says of the same name. */
const REPLACED = ['keys', 'groups', 'components', 'pins'] as const;

/** What an overlay wrote, and which one. */
interface Written {
  readonly path: string;
  readonly text: string;
}

/** Says what this overlay replaces of an earlier one. Over our own files overlays are meant to win: that is not told. */
function noteReplaced({ notes }: Sections, { path, value }: Overlay, writers: Map<string, Written>): void {
  const written: [what: string, value: unknown][] = [
    ...REPLACED.flatMap((section) =>
      Object.entries(value[section] ?? {}).map(([name, one]): [string, unknown] => [`${section}.${name}`, one]),
    ),
    ...Object.entries(value.mirrors ?? {}).flatMap(([from, to]): [string, unknown][] => (isUrl(from) ? [[`mirrors."${from}"`, to]] : [])),
    ...(value.only === undefined ? [] : [['only', value.only] as [string, unknown]]),
  ];
  for (const [what, one] of written) {
    const before = writers.get(what);
    const text = JSON.stringify(one);
    if (before !== undefined && before.text !== text)
      notes.push(`${what} of ${path} replaces that of ${before.path}: the later --manifest wins`);
    writers.set(what, { path, text });
  }
}

function addMirror(sections: Sections, name: string, urls: string | readonly string[] | RegionUrls): void {
  if (typeof urls === 'string' || isList(urls)) {
    sections.mirrorMap[name] = urls;
    return;
  }
  sections.mirrors[name] = { ...sections.mirrors[name], ...urls };
  sections.known.add({ mirrors: { [name]: urls } });
  for (const region of Object.keys(urls)) sections.regions.add(region);
}

function isList(urls: readonly string[] | RegionUrls): urls is readonly string[] {
  return Array.isArray(urls);
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
