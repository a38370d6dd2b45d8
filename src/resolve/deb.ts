/** The DEB family for resolving: a snapshot's indexes as one pool of candidates, with the baseline as one more index. */
import { AppError } from '../base/errors.ts';
import type { RunContext } from '../base/events.ts';
import { packageArch } from '../base/target.ts';
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import { debInstalledRequests, minimalBaseline } from '../deb/candidates/baseline.ts';
import { type AptPin, DebCandidatePool, type UpstreamIndex } from '../deb/candidates/deb-candidate-pool.ts';
import { createDebProvider, type DebProvider } from '../deb/candidates/provider.ts';
import { type DebPackageIndex, indexDebPackages, indexStatusFile } from '../deb/index/deb-package-index.ts';
import type { Fetcher } from '../fetch/download/fetcher.ts';
import type { UnavailableUpstream } from '../metadata/collect-upstreams.ts';
import type { Downloader } from '../metadata/downloader.ts';
import { localDebSnapshot } from '../metadata/local-packages.ts';
import { type DebUpstreamSnapshot, snapshotDeb } from '../metadata/snapshot-deb.ts';
import type { SnapshotPolicy } from '../metadata/snapshot-policy.ts';
import type { SolvableId } from '../solve/types.ts';
import type { Baseline } from './baseline.ts';
import { isCapturedFacts, statusOfFacts } from './captured-facts.ts';
import { DebRecords } from './deb-records.ts';
import type { Candidates, Metadata, MetadataChoice } from './family.ts';

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
  const upstreams = snapshots.flatMap(upstreamIndexes);
  const pins = [...manifestPins(manifest), ...upstreamPins(manifest)];
  const makePool = (indexes: readonly UpstreamIndex[], obeyed: readonly AptPin[]) =>
    new DebCandidatePool({ arch: packageArch(manifest.target), upstreams: indexes, pins: obeyed });
  const minimalStanzas = lazy(() => {
    const provider = createDebProvider(makePool(upstreams, pins));
    return minimalBaseline(provider).map((id) => provider.pool.describe(id).stanza);
  });
  const installed = (baseline: Baseline): DebPackageIndex | null => {
    if (baseline.kind === 'none') return null;
    if (baseline.kind === 'minimal') return indexStatusFile(statusFile(minimalStanzas()), 'baseline minimal');
    const { bytes, path } = baseline;
    return indexStatusFile(isCapturedFacts(bytes) ? statusOfFacts(bytes, path, makePool(upstreams, [])) : bytes, path);
  };
  const candidatesBeside = (baseline: Baseline, indexes: readonly UpstreamIndex[], obeyed: readonly AptPin[]) => {
    const host = installed(baseline);
    const pool = makePool(host === null ? indexes : [...indexes, { name: 'host', index: host }], obeyed);
    return candidatesOf(createDebProvider(pool), baseline, records);
  };
  return {
    upstreams: snapshots.map(({ locked }) => locked),
    unavailable,
    packageCount: upstreams.reduce((sum, { index }) => sum + index.count, 0),
    candidates: (baseline) => candidatesBeside(baseline, upstreams, pins),
    complete: () => records.complete(),
    recordWarnings: () => records.warnings(),
    hasConditions: false,
    // A host knows nothing of our pins.
    bundleAlone: (chosen, baseline) =>
      candidatesBeside(baseline, [{ name: 'bundle', index: indexDebPackages(joinStanzas(chosen), 'bundle') }], []),
  };
}

function candidatesOf(provider: DebProvider, baseline: Baseline, records: DebRecords): Candidates<Stanza> {
  const { pool } = provider;
  return {
    provider,
    implied: baseline.kind === 'none' ? provider.essentialRequests() : debInstalledRequests(provider),
    fixed: [],
    request: (text, origin) => provider.findRequest(text, origin),
    isOnHost: (id: SolvableId) => pool.package(id).isInstalled,
    facts: (id) => records.facts(pool, id),
    raw: (id) => pool.describe(id).stanza,
    names: () => pool.names(),
  };
}

function upstreamIndexes({ upstream, indexes, notAutomatic, butAutomaticUpgrades }: DebUpstreamSnapshot): UpstreamIndex[] {
  const { name, excludes, includes } = upstream;
  const limits = includes.length === 0 ? { excludes } : { excludes, includes };
  return indexes.map((index) => ({ name, index, notAutomatic, butAutomaticUpgrades, ...limits }));
}

/** A pinned package is the pinned one or none. */
function manifestPins(manifest: DistroManifest): AptPin[] {
  return manifest.pins.flatMap(({ name, version, upstream }) => [
    { packages: [name], priority: HELD, ...(version === null ? {} : { version }), ...(upstream === null ? {} : { upstream }) },
    { packages: [name], priority: NEVER },
  ]);
}

function upstreamPins(manifest: DistroManifest): AptPin[] {
  return manifest.upstreams.flatMap(({ name, priority }) => (priority === null ? [] : [{ packages: ['*'], upstream: name, priority }]));
}

function joinStanzas(stanzas: readonly Stanza[]): Buffer {
  return Buffer.concat(stanzas.flatMap((stanza) => [stanza, Buffer.from('\n\n')]));
}

/** Stanzas of an archive as dpkg would keep them once installed. */
function statusFile(stanzas: readonly Stanza[]): Buffer {
  const status = Buffer.from('\nStatus: install ok installed\n\n');
  return Buffer.concat(stanzas.flatMap((stanza) => [withoutNewlineAtEnd(stanza), status]));
}

function withoutNewlineAtEnd(stanza: Buffer): Buffer {
  let end = stanza.length;
  while (end > 0 && stanza[end - 1] === 10) end -= 1;
  return stanza.subarray(0, end);
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
