/** The DEB family for resolving: a snapshot's indexes as a pool, with the baseline as one more index. */
import { packageArch } from '../base/target.ts';
import { LOCAL_UPSTREAM } from '../build/fetch-packages.ts';
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import { debInstalledRequests, minimalBaseline } from '../deb/candidates/baseline.ts';
import { type AptPin, DebCandidatePool, type UpstreamIndex } from '../deb/candidates/deb-candidate-pool.ts';
import { createDebProvider, type DebProvider } from '../deb/candidates/provider.ts';
import { type DebPackageIndex, indexDebPackages, indexStatusFile } from '../deb/index/deb-package-index.ts';
import { type LocalPackage, localUpstream } from '../metadata/local-packages.ts';
import type { DebSnapshot } from '../metadata/snapshot-deb.ts';
import type { SolvableId } from '../solve/types.ts';
import { isCapturedFacts, statusOfFacts } from './captured-facts.ts';
import type { Baseline, Metadata, World } from './family.ts';

/** A package's stanza as the archive writes it. */
type Stanza = Buffer;

const NEVER = -1;
const HELD = 1001;

/** Makes the worlds of a DEB target. Indexing happens here, once. */
export function debMetadata(snapshot: DebSnapshot, manifest: DistroManifest, local: readonly LocalPackage[]): Metadata<Stanza> {
  const upstreams = upstreamIndexes(
    snapshot,
    local.flatMap(({ metadata }) => (metadata.family === 'deb' ? [metadata.stanza] : [])),
  );
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
  const worldBeside = (baseline: Baseline, indexes: readonly UpstreamIndex[], obeyed: readonly AptPin[]) => {
    const host = installed(baseline);
    const pool = makePool(host === null ? indexes : [...indexes, { name: 'host', index: host }], obeyed);
    return worldOf(createDebProvider(pool), baseline);
  };
  return {
    upstreams: [...localUpstream(local), ...snapshot.upstreams.map(({ locked }) => locked)],
    unavailable: snapshot.unavailable,
    packageCount: upstreams.reduce((sum, { index }) => sum + index.count, 0),
    world: (baseline) => worldBeside(baseline, upstreams, pins),
    hasConditions: false,
    // A host knows nothing of our pins.
    rehearsal: (chosen, baseline) =>
      worldBeside(baseline, [{ name: 'bundle', index: indexDebPackages(joinStanzas(chosen), 'bundle') }], []),
  };
}

function worldOf(provider: DebProvider, baseline: Baseline): World<Stanza> {
  const { pool } = provider;
  return {
    provider,
    implied: baseline.kind === 'none' ? provider.essentialRequests() : debInstalledRequests(provider),
    fixed: [],
    request: (text, origin) => provider.findRequest(text, origin),
    isOnHost: (id: SolvableId) => pool.package(id).isInstalled,
    facts: (id) => pool.describe(id),
    raw: (id) => pool.describe(id).stanza,
    names: () => pool.names(),
  };
}

function upstreamIndexes(snapshot: DebSnapshot, local: readonly Stanza[]): UpstreamIndex[] {
  const indexes: UpstreamIndex[] = snapshot.upstreams.flatMap(({ upstream, release, indexes }) =>
    indexes.map((index) => ({
      name: upstream.name,
      index,
      notAutomatic: release.notAutomatic,
      butAutomaticUpgrades: release.butAutomaticUpgrades,
      excludes: upstream.excludes,
      ...(upstream.includes.length === 0 ? {} : { includes: upstream.includes }),
    })),
  );
  if (local.length > 0) indexes.unshift({ name: LOCAL_UPSTREAM, index: indexDebPackages(joinStanzas(local), LOCAL_UPSTREAM) });
  return indexes;
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
