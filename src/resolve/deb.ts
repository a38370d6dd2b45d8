/** The DEB family for resolving: a snapshot's indexes as one pool of candidates, with the baseline as one more index. */

import { AppError } from '../base/errors.ts';
import type { RunContext } from '../base/events.ts';
import { packageArch } from '../base/target.ts';
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import { installedRequests, minimalBaseline } from '../deb/candidates/baseline.ts';
import { createDebProvider, type DebProvider } from '../deb/candidates/provider.ts';
import { type Pin, Universe, type UpstreamIndex } from '../deb/candidates/universe.ts';
import { indexPackages, indexStatusFile, type PackagesIndex } from '../deb/index/packages-index.ts';
import type { UnavailableUpstream } from '../metadata/collect-upstreams.ts';
import type { Downloader } from '../metadata/downloader.ts';
import { localDebSnapshot } from '../metadata/local-packages.ts';
import { type DebUpstreamSnapshot, snapshotDeb } from '../metadata/snapshot-deb.ts';
import type { SnapshotPolicy } from '../metadata/snapshot-policy.ts';
import type { SolvableId } from '../solve/types.ts';
import type { Baseline } from './baseline.ts';
import { isCapturedFacts, statusOfFacts } from './captured-facts.ts';
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
  if (modules.length > 0) throw new AppError('USAGE', `--module ${modules[0]}: ${manifest.target.distro} has no module streams`);
  const { upstreams, unavailable } = await snapshotDeb(manifest.upstreams, manifest.target, downloader, policy, context);
  return debMetadata([...localDebSnapshot(local), ...upstreams], unavailable, manifest);
}

/** The candidates of a DEB target. Indexing happens here, once. */
export function debMetadata(
  snapshots: readonly DebUpstreamSnapshot[],
  unavailable: readonly UnavailableUpstream[],
  manifest: DistroManifest,
): Metadata<Stanza> {
  const upstreams = snapshots.flatMap(upstreamIndexes);
  const pins = [...manifestPins(manifest), ...upstreamPins(manifest)];
  const makeUniverse = (indexes: readonly UpstreamIndex[], obeyed: readonly Pin[]) =>
    new Universe({ arch: packageArch(manifest.target), upstreams: indexes, pins: obeyed });
  const minimalStanzas = lazy(() => {
    const provider = createDebProvider(makeUniverse(upstreams, pins));
    return minimalBaseline(provider).map((id) => provider.universe.describe(id).stanza);
  });
  const installed = (baseline: Baseline): PackagesIndex | null => {
    if (baseline.kind === 'none') return null;
    if (baseline.kind === 'minimal') return indexStatusFile(statusFile(minimalStanzas()), 'baseline minimal');
    const { bytes, path } = baseline;
    return indexStatusFile(isCapturedFacts(bytes) ? statusOfFacts(bytes, path, makeUniverse(upstreams, [])) : bytes, path);
  };
  const candidatesBeside = (baseline: Baseline, indexes: readonly UpstreamIndex[], obeyed: readonly Pin[]) => {
    const host = installed(baseline);
    const universe = makeUniverse(host === null ? indexes : [...indexes, { name: 'host', index: host }], obeyed);
    return candidatesOf(createDebProvider(universe), baseline);
  };
  return {
    upstreams: snapshots.map(({ locked }) => locked),
    unavailable,
    packageCount: upstreams.reduce((sum, { index }) => sum + index.count, 0),
    candidates: (baseline) => candidatesBeside(baseline, upstreams, pins),
    hasConditions: false,
    // A host knows nothing of our pins.
    bundleAlone: (chosen, baseline) =>
      candidatesBeside(baseline, [{ name: 'bundle', index: indexPackages(joinStanzas(chosen), 'bundle') }], []),
  };
}

function candidatesOf(provider: DebProvider, baseline: Baseline): Candidates<Stanza> {
  const { universe } = provider;
  return {
    provider,
    implied: baseline.kind === 'none' ? provider.essentialRequests() : installedRequests(provider),
    fixed: [],
    request: (text, origin) => provider.findRequest(text, origin),
    isOnHost: (id: SolvableId) => universe.package(id).isInstalled,
    facts: (id) => universe.describe(id),
    raw: (id) => universe.describe(id).stanza,
    names: () => universe.names(),
  };
}

function upstreamIndexes({ upstream, indexes, notAutomatic, butAutomaticUpgrades }: DebUpstreamSnapshot): UpstreamIndex[] {
  const { name, excludes, includes } = upstream;
  const limits = includes.length === 0 ? { excludes } : { excludes, includes };
  return indexes.map((index) => ({ name, index, notAutomatic, butAutomaticUpgrades, ...limits }));
}

/** A pinned package is the pinned one or none. */
function manifestPins(manifest: DistroManifest): Pin[] {
  return manifest.pins.flatMap(({ name, version, upstream }) => [
    { packages: [name], priority: HELD, ...(version === null ? {} : { version }), ...(upstream === null ? {} : { upstream }) },
    { packages: [name], priority: NEVER },
  ]);
}

function upstreamPins(manifest: DistroManifest): Pin[] {
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
