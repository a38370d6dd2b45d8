/** The DEB family for resolving: a snapshot's indexes as one pool of candidates, with the baseline as one more index. */
import { AppError } from '../base/errors.ts';
import type { RunContext } from '../base/events.ts';
import { packageArch } from '../base/target.ts';
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import { debInstalledRequests, minimalBaseline } from '../deb/candidates/baseline.ts';
import { findOrderFault } from '../deb/candidates/configure-order.ts';
import { type AptPin, DebCandidatePool, type UpstreamIndex } from '../deb/candidates/deb-candidate-pool.ts';
import { createDebProvider, type DebProvider } from '../deb/candidates/provider.ts';
import { indexDebPackages } from '../deb/index/deb-package-index.ts';
import { debPackageRelations } from '../deb/package/deb-package-relations.ts';
import type { Fetcher } from '../fetch/download/fetcher.ts';
import type { UnavailableUpstream } from '../metadata/collect-upstreams.ts';
import type { Downloader } from '../metadata/downloader.ts';
import { localDebSnapshot } from '../metadata/local-packages.ts';
import { type DebUpstreamSnapshot, snapshotDeb } from '../metadata/snapshot-deb.ts';
import type { SnapshotPolicy } from '../metadata/snapshot-policy.ts';
import type { SolvableId } from '../solve/types.ts';
import type { Baseline } from './baseline.ts';
import { type DebHost, debHostOf, readDebHost } from './deb-host.ts';
import { DebRecords } from './deb-records.ts';
import type { BundleOnHost, Candidates, Metadata, MetadataChoice, OwnPackage } from './family.ts';

/** A package's stanza as the archive writes it. */
type Stanza = Buffer;

const NEVER = -1;
const HELD = 1001;

/** As `LoadMetadata` says. @throws {AppError} as `snapshotDeb` does; `USAGE` for module streams, which there are none of. */
export async function loadDebMetadata(
  manifest: DistroManifest,
  { local, modules }: MetadataChoice,
  downloader: Downloader,
  policy: SnapshotPolicy,
  context: RunContext,
): Promise<Metadata<Stanza>> {
  const [module] = modules.keys();
  if (module !== undefined) throw new AppError('USAGE', `--module ${module}: ${manifest.target.distro} has no module streams`);
  const { upstreams, unavailable } = await snapshotDeb(manifest.upstreams, manifest.target, downloader, policy, context);
  const snapshots = [...localDebSnapshot(local), ...upstreams];
  return debMetadata(snapshots, unavailable, manifest, downloader.fetcher);
}

/** The candidates of a DEB target. Indexing happens here, once. */
export function debMetadata(
  snapshots: readonly DebUpstreamSnapshot[],
  unavailable: readonly UnavailableUpstream[],
  manifest: DistroManifest,
  fetcher: Pick<Fetcher, 'fetchAll'>,
): Metadata<Stanza> {
  const records = new DebRecords(snapshots, fetcher);
  const published = snapshots.flatMap(upstreamIndexes);
  let upstreams: readonly UpstreamIndex[] = published;
  const arch = packageArch(manifest.target);
  const pins = [...manifestPins(manifest), ...upstreamPins(manifest)];
  const notes = new Set<string>();
  const makePool = (obeyed: readonly AptPin[], host: DebHost | null = null) =>
    new DebCandidatePool({ arch, upstreams: [...upstreams, ...indexOf(host)], pins: obeyed, ...rulesOf(host) });
  const readMinimal = () => {
    const provider = createDebProvider(makePool(pins));
    const stanzas = minimalBaseline(provider).map((id) => provider.pool.describe(id).stanza);
    return debHostOf(joinStanzas(stanzas), 'baseline minimal');
  };
  const hosts = new Map<string, DebHost>();
  const hostOf = (baseline: Baseline): DebHost | null => {
    if (baseline.kind === 'none') return null;
    const read = () => (baseline.kind === 'minimal' ? readMinimal() : readDebHost(baseline, () => makePool([])));
    const host = hosts.get(baseline.name) ?? read();
    hosts.set(baseline.name, host);
    for (const note of host.notes) notes.add(note);
    return host;
  };
  return {
    upstreams: snapshots.map(({ locked }) => locked),
    unavailable,
    packageCount: published.reduce((sum, { index }) => sum + index.count, 0),
    candidates: (baseline) => {
      const host = hostOf(baseline);
      return candidatesOf(createDebProvider(makePool(pins, host)), host, records);
    },
    notes: () => [...notes],
    complete: () => records.complete(),
    recordWarnings: () => records.warnings(),
    hasConditions: false,
    correct: (packages) => {
      upstreams = [...correctedIndexes(packages, published), ...published];
      hosts.clear();
    },
    bundleAlone: (chosen, baseline) => debBundleOnHost(chosen, arch, hostOf(baseline)),
  };
}

/** Nothing but `chosen` beside what a host has; a host knows nothing of our pins. */
export function debBundleOnHost(chosen: readonly Stanza[], arch: string, host: DebHost | null): BundleOnHost {
  const bundle = { name: 'bundle', index: indexDebPackages(joinStanzas(chosen), 'bundle') };
  return viewOf(createDebProvider(new DebCandidatePool({ arch, upstreams: [bundle, ...indexOf(host)], ...rulesOf(host) })), host);
}

function indexOf(host: DebHost | null): UpstreamIndex[] {
  return host === null ? [] : [host.index];
}

function rulesOf(host: DebHost | null) {
  return host === null ? {} : { host: host.rules };
}

function candidatesOf(provider: DebProvider, host: DebHost | null, records: DebRecords): Candidates<Stanza> {
  const { pool } = provider;
  return {
    ...viewOf(provider, host),
    facts: (id) => records.facts(pool, id),
    raw: (id) => pool.describe(id).stanza,
    relations: (id) => debPackageRelations(pool.package(id).record.fields),
    names: () => pool.names(),
  };
}

function viewOf(provider: DebProvider, host: DebHost | null): BundleOnHost {
  return {
    provider,
    implied: host === null ? provider.essentialRequests() : debInstalledRequests(provider, host.halfInstalled),
    fixed: [],
    request: (text, origin) => provider.findRequest(text, origin),
    isOnHost: (id: SolvableId) => provider.pool.package(id).isInstalled,
    orderFault: (selected) => findOrderFault(provider, selected),
  };
}

function upstreamIndexes({ upstream, indexes, notAutomatic, butAutomaticUpgrades }: DebUpstreamSnapshot): UpstreamIndex[] {
  const { name, excludes, includes } = upstream;
  const limits = includes.length === 0 ? { excludes } : { excludes, includes };
  return indexes.map((index) => ({ name, index, notAutomatic, butAutomaticUpgrades, ...limits }));
}

/** Of the same file in two indexes the pool takes the first: these stand before those of the upstreams. */
function correctedIndexes(packages: readonly OwnPackage<Stanza>[], published: readonly UpstreamIndex[]): UpstreamIndex[] {
  const byUpstream = Map.groupBy(packages, ({ locked }) => locked.upstream);
  return [...byUpstream].flatMap(([name, own]) => {
    const indexes = published.filter((one) => one.name === name);
    const stanzas = joinStanzas(own.map((one) => withIndexDigest(one, indexes)));
    const [upstream] = indexes;
    return upstream === undefined ? [] : [{ ...upstream, index: indexDebPackages(stanzas, `packages of ${name}`) }];
  });
}

/** An index may know the file by its SHA-512 alone; by that it is the same file. */
function withIndexDigest({ locked: { name, version, path }, raw }: OwnPackage<Stanza>, indexes: readonly UpstreamIndex[]): Stanza {
  const records = indexes.flatMap(({ index }) => index.stanzasOf(name).map((stanza) => index.record(stanza)));
  const sha512 = records.find((record) => record.version === version && record.path === path)?.sha512 ?? '';
  return sha512 === '' ? raw : Buffer.concat([raw, Buffer.from(`SHA512: ${sha512}\n`)]);
}

/** A pinned package is the pinned one or none. */
function manifestPins(manifest: DistroManifest): AptPin[] {
  return manifest.pins.flatMap(({ name, version, upstream }) => [
    { packages: [name], priority: HELD, ...(version === null ? {} : { version }), ...(upstream === null ? {} : { upstream }) },
    { packages: [name], priority: NEVER, why: `held to ${version ?? `upstream ${upstream}`} by "pins" of an overlay` },
  ]);
}

function upstreamPins(manifest: DistroManifest): AptPin[] {
  return manifest.upstreams.flatMap(({ name, priority }) => (priority === null ? [] : [{ packages: ['*'], upstream: name, priority }]));
}

function joinStanzas(stanzas: readonly Stanza[]): Buffer {
  return Buffer.concat(stanzas.flatMap((stanza) => [stanza, Buffer.from('\n\n')]));
}
