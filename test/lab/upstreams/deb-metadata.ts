/** DEB metadata for pipeline tests, from a few lines of text: one upstream `toy` with the stanzas given. */

import type { DistroManifest, ResolvedUpstream } from '../../../src/config/manifest/distro-manifest.ts';
import { indexDebPackages } from '../../../src/deb/index/deb-package-index.ts';
import { debMetadata } from '../../../src/resolve/deb.ts';
import type { Metadata } from '../../../src/resolve/family.ts';

/** `name version` and more fields, as `{ Depends: 'b (>= 2)' }`. */
export type ToyStanza = readonly [nameAndVersion: string, fields?: Readonly<Record<string, string>>];

export const TOY_UPSTREAM: ResolvedUpstream = {
  name: 'toy',
  module: 'node',
  description: '',
  family: 'deb',
  layout: 'suite',
  urls: ['http://toy.example.test/debian'],
  suite: 'toy',
  components: ['main'],
  priority: null,
  excludes: [],
  includes: [],
  moduleHotfixes: false,
  optional: false,
  minor: null,
  trust: { mode: 'unsigned', packagesSigned: false, fingerprints: [], pinned: false, keyrings: [], keyUrls: [] },
};

/** A manifest for d12 with the parts a test cares about. */
export function toyManifest(parts: Partial<DistroManifest> = {}): DistroManifest {
  return {
    schema: 1,
    target: { distro: 'd12', arch: 'x86_64' },
    flavor: 'debian',
    region: 'default',
    minor: null,
    os: { name: 'Debian 12', codename: 'bookworm', vendor: 'debian', major: 12, status: 'supported' },
    pgVersions: [15],
    pgDefault: 15,
    upstreams: [TOY_UPSTREAM],
    mirrorMap: [],
    groups: {},
    profiles: {},
    components: {},
    absent: {},
    pins: [],
    removals: [],
    notes: [],
    ...parts,
  };
}

/** Metadata of an archive with these packages. */
export function toyMetadata(stanzas: readonly ToyStanza[], manifest = toyManifest()): Metadata<Buffer> {
  const text = stanzas.map(stanzaText).join('\n');
  const locked = {
    name: 'toy',
    suite: 'toy main',
    rootSha256: 'f'.repeat(64),
    dateSec: 1_780_000_000,
    trust: { kind: 'unsigned' },
  } as const;
  const indexes = [indexDebPackages(Buffer.from(text), 'toy')];
  const ranks = { notAutomatic: false, butAutomaticUpgrades: false };
  return debMetadata([{ upstream: TOY_UPSTREAM, locked, indexes, mirrors: [], ...ranks }], [], manifest, { fetchAll: async () => [] });
}

function stanzaText([nameAndVersion, fields = {}]: ToyStanza): string {
  const [name = '', version = '1'] = nameAndVersion.split(' ');
  const digest = Buffer.from(nameAndVersion).toString('hex').padEnd(64, '0').slice(0, 64);
  const all = {
    Package: name,
    Version: version,
    Architecture: 'amd64',
    ...fields,
    Filename: `pool/${name}_${version}_amd64.deb`,
    Size: '100',
    SHA256: digest,
  };
  return `${Object.entries(all)
    .map(([field, value]) => `${field}: ${value}`)
    .join('\n')}\n`;
}
