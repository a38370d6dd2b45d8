/**
 * The shape of a manifest file and of an overlay. All sections are optional, so that one schema reads every file of manifests/;
 * unknown keys are refused. manifests/README.md explains each key to the person who edits them.
 */
import { z } from 'zod';
import { ARCHES, DISTROS, FLAVORS } from '../../base/target.ts';

/** Where something applies: a distro, or a distro on one CPU (`el9.aarch64`). */
const WHERE_WORDS = [...DISTROS, ...DISTROS.flatMap((d) => ARCHES.map((a) => `${d}.${a}` as const))] as const;

const Word = z.string().regex(/^[a-z][a-zA-Z0-9_.-]*$/, 'a name: letters, digits, . _ -');
const TemplateWord = z.string().regex(/^[a-z](?:[a-zA-Z0-9_.-]|\$v)*$/, 'a name: letters, digits, . _ -');
const PackageName = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9.+_:-]|\$v)*$/, 'a package name');
const Text = z.string().min(1, 'a text').max(300, 'a text of at most 300 characters');
const AbsolutePath = z.string().regex(/^\/(?!.*(?:^|\/)\.\.(?:\/|$))[^\n\0]*$/, 'an absolute path without ..');
const Glob = z.string().regex(/^[A-Za-z0-9.+_*?[\]-]+$/, 'a package name or pattern');
const Url = z.string().regex(/^(?:https?:\/\/[^\s/]+|file:\/\/\/)\S*$/, 'an URL that starts with http://, https:// or file:///');
const HttpUrl = z.string().regex(/^https?:\/\/\S+$/, 'an URL that starts with http:// or https://');
const Minor = z.string().regex(/^\d+\.\d+$/, "a minor release in quotes, like '9.4'");
const Fingerprint = z.string().regex(/^[0-9A-F]{40}$|^[0-9A-F]{64}$/, 'a full fingerprint: 40 or 64 upper-case hex digits');
const PgMajor = z.int('a PostgreSQL major version').min(10, 'a PostgreSQL major version').max(40, 'a PostgreSQL major version');
const PgMajors = z.array(PgMajor).min(1, 'at least one PostgreSQL major version');
const Where = z.array(z.enum(WHERE_WORDS)).min(1, 'at least one distro');
const conditions = { on: Where.optional(), not: Where.optional(), pg: PgMajors.optional() };

/** One member of a group: a package name, or a name with conditions. */
const GroupItem = z.union([PackageName, z.strictObject({ name: PackageName, ...conditions, optional: z.boolean().optional() })], {
  error: 'a package name or { name, on, not, pg, optional }',
});
const GroupItems = z.array(GroupItem).min(1, 'at least one package');
const GroupBody = z.strictObject({
  packages: GroupItems,
  pg: PgMajors.optional(),
  recommends: z.boolean().optional(),
  suggests: z.boolean().optional(),
  optional: z.boolean().optional(),
  separate: z.boolean().optional(),
});
const Group = z.union([PackageName, GroupItems, GroupBody], {
  error: 'a package name, a list of packages, or { packages, pg, recommends, suggests, optional, separate }',
});

const UrlList = z.union([Url, z.array(Url).min(1, 'at least one URL')], {
  error: 'an URL (http://, https:// or file:///) or a list of them',
});
const UrlsByRegion = z.record(Word, UrlList);

/** `mirrors` of an overlay: URLs of a mirror by region, or in the place of URLs that begin as the key does. */
const OverlayMirrors = z
  .record(z.union([Word, Url], { error: 'the name of a mirror, or the beginning of an URL' }), z.union([UrlList, UrlsByRegion]), {
    error: 'a map of URLs: { "http://host/path/": "http://mine/path/" }, or of regions',
  })
  .superRefine((mirrors, { addIssue }) => {
    for (const [key, value] of Object.entries(mirrors)) {
      const isMapped = typeof value === 'string' || Array.isArray(value);
      if (isMapped === isUrl(key)) continue;
      const message = isUrl(key) ? 'the URL that stands in its place, or a list of them' : 'URLs by region: { default: …, office: … }';
      addIssue({ code: 'custom', path: [key], input: value, message });
    }
  });

/** True for a key of `mirrors` that is the beginning of URLs rather than a name. */
export function isUrl(key: string): boolean {
  return key.includes('://');
}

const Upstream = z.strictObject({
  name: TemplateWord,
  module: Word.optional(),
  description: Text.optional(),
  ...conditions,
  mirror: z.string().min(1).optional(),
  url: z.union([Url, UrlsByRegion], { error: 'an URL, or URLs by region: { default: …, china: … }' }).optional(),
  path: z.string().max(300).optional(),
  suite: z
    .string()
    .regex(/^[^\s]+$/, 'a suite without spaces')
    .optional(),
  components: z.array(z.string().regex(/^[A-Za-z0-9._/-]+$/, 'a component name')).optional(),
  vault: HttpUrl.optional(),
  releasever: z.enum(['major', 'epel', 'pgdg']).optional(),
  priority: z.int('a whole number').min(-1000, 'at least -1000').max(2000, 'at most 2000').optional(),
  cost: z.int('a whole number').min(0, 'at least 0').max(1_000_000, 'at most 1000000').optional(),
  excludepkgs: z.array(Glob).optional(),
  includepkgs: z.array(Glob).optional(),
  module_hotfixes: z.boolean().optional(),
  optional: z.boolean().optional(),
  key: z.string().min(1).optional(),
  signed: z.array(z.enum(['metadata', 'packages'])).optional(),
  trusted: z.union([z.boolean(), z.enum(['yes', 'no'])], { error: 'yes or no' }).optional(),
});

const profileLists = {
  groups: z.array(TemplateWord).optional(),
  packages: z.array(PackageName).optional(),
  includes: z.array(Word).optional(),
};
const Profile = z.strictObject({ description: Text, ...profileLists, on: Where.optional() });
const OverlayProfile = z.strictObject({ description: Text.optional(), ...profileLists, remove: z.array(PackageName).optional() });

const byFamily = <T extends z.ZodType>(one: T) => z.union([one, z.strictObject({ rpm: one, deb: one })]);
const Component = z.union(
  [
    z.strictObject({ absent: Text }),
    z.strictObject({
      packages: z.array(PackageName),
      binary: AbsolutePath.optional(),
      unit: byFamily(Text).optional(),
      masks: z.array(Text).optional(),
      user: byFamily(Text),
      config: byFamily(z.array(AbsolutePath)),
      version: PackageName.optional(),
    }),
  ],
  { error: '{ packages, binary, unit, masks, user, config, version } or { absent: why }' },
);

const Key = z.strictObject({
  fingerprints: z.array(Fingerprint).min(1, 'at least one fingerprint'),
  keyrings: z.array(AbsolutePath),
  urls: z.array(HttpUrl),
});

const Postgres = z.strictObject({ versions: PgMajors, default: PgMajor });
const Distro = z.strictObject({
  os: Text,
  vendor: z.enum(['debian', 'ubuntu']).optional(),
  major: z.int('a whole number'),
  codename: Text,
  minor: Minor.optional(),
  status: z.enum(['supported', 'legacy']),
});
const Flavor = z.strictObject({
  description: Text,
  modules: z.array(Word).min(1),
  on: z.array(z.enum(DISTROS)).min(1),
  postgres: z.partialRecord(z.enum(DISTROS), Postgres).optional(),
});

const shared = {
  schema: z.literal(1, '1, the only schema version this program knows'),
  mirrors: z.record(Word, UrlsByRegion).optional(),
  keys: z.record(Word, Key).optional(),
  upstreams: z.array(Upstream).max(2000).optional(),
  groups: z.record(TemplateWord, Group).optional(),
  components: z.record(Word, Component).optional(),
};

/** A file of manifests/. */
export const ManifestFile = z.strictObject({
  ...shared,
  for: z.strictObject({ family: z.enum(['rpm', 'deb']).optional(), flavor: z.enum(FLAVORS).optional() }).optional(),
  postgres: Postgres.optional(),
  regions: z.array(Word).optional(),
  distros: z.partialRecord(z.enum(DISTROS), Distro).optional(),
  flavors: z.partialRecord(z.enum(FLAVORS), Flavor).optional(),
  profiles: z.record(TemplateWord, Profile).optional(),
});
export type ManifestFile = z.infer<typeof ManifestFile>;

/** A user's file for `--manifest`: additions to, and replacements in, the manifest of one target. */
export const OverlayFile = z.strictObject({
  ...shared,
  mirrors: OverlayMirrors.optional(),
  profiles: z.record(TemplateWord, OverlayProfile).optional(),
  modules: z.array(Word).optional(),
  disable: z.array(Word).optional(),
  only: z.array(Word).min(1, 'at least one upstream').optional(),
  pins: z
    .record(
      PackageName,
      z.union(
        [z.string().min(1), z.strictObject({ version: z.string().min(1).optional(), upstream: Word.optional(), on: Where.optional() })],
        {
          error: 'a version in quotes, or { version, upstream, on }',
        },
      ),
    )
    .optional(),
  remove: z.array(PackageName).optional(),
});
export type OverlayFile = z.infer<typeof OverlayFile>;

export type UpstreamEntry = z.infer<typeof Upstream>;
export type GroupEntry = z.infer<typeof Group>;
export type GroupItemEntry = z.infer<typeof GroupItem>;
export type ManifestComponent = z.infer<typeof Component>;
export type KeyEntry = z.infer<typeof Key>;
export type ProfileEntry = z.infer<typeof Profile>;
export type PostgresEntry = z.infer<typeof Postgres>;
export type DistroEntry = z.infer<typeof Distro>;
export type FlavorEntry = z.infer<typeof Flavor>;
/** Region → URL or URLs. */
export type RegionUrls = z.infer<typeof UrlsByRegion>;
