/** The RPM family for resolving: packages of all upstreams as one pool of candidates beside what a host has, with modules and pins. */
import { BUILD_ID } from '../base/build-id.ts';
import type { RunContext } from '../base/events.ts';
import type { PackageFacts } from '../base/package-facts.ts';
import { redact } from '../base/redact.ts';
import type { DistroManifest, ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import type { LockedUpstream } from '../lock/lock.ts';
import type { UnavailableUpstream } from '../metadata/collect-upstreams.ts';
import type { Downloader } from '../metadata/downloader.ts';
import { basesOf, lockedPlace } from '../metadata/file-bases.ts';
import { localRpmSnapshot } from '../metadata/local-packages.ts';
import type { SnapshotPolicy } from '../metadata/snapshot-policy.ts';
import { type RpmUpstreamSnapshot, snapshotRpm } from '../metadata/snapshot-rpm.ts';
import { packageUrls } from '../metadata/upstream-urls.ts';
import { minimalPackages, rpmInstalledRequests } from '../rpm/candidates/baseline.ts';
import { foreignNamed } from '../rpm/candidates/find-request.ts';
import type { RpmHostRules } from '../rpm/candidates/host-rules.ts';
import { installedPackages, withoutDuplicates } from '../rpm/candidates/installed-list.ts';
import { findOpenConditions } from '../rpm/candidates/open-conditions.ts';
import { createRpmProvider, type RpmProvider } from '../rpm/candidates/provider.ts';
import {
  type LoadedFiles,
  RpmCandidatePool,
  type RpmCandidatePoolOptions,
  type RpmUpstream,
} from '../rpm/candidates/rpm-candidate-pool.ts';
import type { StreamChoice } from '../rpm/modules/module-search.ts';
import { type ModuleState, resolveModules } from '../rpm/modules/module-state.ts';
import type { Modules } from '../rpm/modules/modulemd.ts';
import { formatNevra, type RpmFile, type RpmPackage } from '../rpm/package/rpm-package.ts';
import { rpmPackageRelations } from '../rpm/package/rpm-package-relations.ts';
import type { RpmPackageIndex } from '../rpm/repodata/rpm-package-index.ts';
import { formatEvr } from '../version/evr.ts';
import { type Baseline, MINIMAL_BASELINE } from './baseline.ts';
import type { BundleOnHost, Candidates, Metadata, MetadataChoice, OwnPackage } from './family.ts';
import { followStreams } from './follow-streams.ts';
import { KeptMinimal, type MinimalHost } from './kept-minimal.ts';
import { readRpmHost } from './rpm-host.ts';

/** What an earlier run kept of the minimal host, and where this run is to keep it. */
interface MinimalMemory {
  readonly kept: KeptMinimal;
  readonly host: MinimalHost | null;
}

/** All upstreams beside a baseline, for requests that name nothing of the other word size. */
interface BesideBaseline {
  readonly provider: RpmProvider;
  readonly candidates: Candidates<RpmPackage>;
}

/** A host as the pools of this file need it. */
interface Host {
  readonly installed: readonly RpmPackage[];
  readonly modules: ModuleState;
  readonly rules?: RpmHostRules;
}

/** What a lock needs of a package's bytes. */
type Measured = Pick<PackageFacts, 'sha256' | 'sizeBytes'>;

/** No package whose size nobody says may be larger. */
const MAX_PACKAGE_BYTES = 8 * 2 ** 30;

interface IndexedUpstream extends RpmUpstream {
  readonly packages: RpmPackageIndex;
}

/** As `LoadMetadata` says; under `buildId` what was worked out is kept. @throws {AppError} as `snapshotRpm` and `resolveModules` do. */
export async function loadRpmMetadata(
  manifest: DistroManifest,
  { local, modules }: MetadataChoice,
  downloader: Downloader,
  policy: SnapshotPolicy,
  context: RunContext,
  buildId: string | null = BUILD_ID,
): Promise<Metadata<RpmPackage>> {
  const { upstreams, unavailable } = await snapshotRpm(manifest.upstreams, manifest.os.major, downloader, policy, context);
  for (const { upstream, mirrors } of upstreams) {
    if (upstream.minor === null || upstream.minor !== manifest.minor) continue;
    context.report({ type: 'note', message: `${upstream.name} of minor release ${upstream.minor}: ${redact(mirrors[0] ?? '')}` });
  }
  const snapshots = [...localRpmSnapshot(local), ...upstreams];
  const kept = KeptMinimal.of(downloader.store, snapshots, modules, manifest, buildId);
  const minimal = kept === null ? null : { kept, host: await kept.read() };
  return new RpmMetadata(snapshots, unavailable, modules, manifest, downloader, minimal);
}

/** Metadata that grows: paths from filelists and digests of packages come in when a solve has asked for them. */
class RpmMetadata implements Metadata<RpmPackage> {
  readonly upstreams: readonly LockedUpstream[];
  readonly unavailable: readonly UnavailableUpstream[];
  readonly packageCount: number;
  readonly hasConditions = true;
  readonly #snapshots: readonly RpmUpstreamSnapshot[];
  #indexed: readonly IndexedUpstream[];
  readonly #manifest: DistroManifest;
  readonly #downloader: Downloader;
  readonly #documents: readonly Modules[];
  readonly #chosen: StreamChoice;
  readonly #hosts = new Map<string, Host>();
  readonly #asked = new Set<string>();
  readonly #files = new Map<string, readonly RpmFile[]>();
  /** What the metadata does not say of packages, from the packages themselves: by the digest that it does say. */
  readonly #measured = new Map<string, Measured>();
  readonly #unmeasured = new Map<string, { readonly pkg: RpmPackage; readonly upstream: string }>();
  readonly #notes = new Set<string>();
  /** Those that were asked something since the last {@link complete}. */
  readonly #providers = new Set<RpmProvider>();
  /** By baseline. */
  readonly #beside = new Map<string, BesideBaseline>();
  readonly #minimal: MinimalMemory | null;
  /** Paths the minimal host hangs on that stand in no primary metadata. */
  #minimalPaths: readonly string[] = [];
  /** Packages count by what they say themselves: the minimal host may be another than that of the metadata. */
  #isCorrected = false;
  #empty: RpmCandidatePool | undefined;
  readonly #emptyHost: Host;

  constructor(
    snapshots: readonly RpmUpstreamSnapshot[],
    unavailable: readonly UnavailableUpstream[],
    chosen: StreamChoice,
    manifest: DistroManifest,
    downloader: Downloader,
    minimal: MinimalMemory | null,
  ) {
    this.#minimal = minimal;
    this.#snapshots = snapshots;
    this.#manifest = manifest;
    this.#downloader = downloader;
    this.upstreams = snapshots.map(({ locked }) => locked);
    this.unavailable = unavailable;
    this.#indexed = snapshots.map(({ upstream, packages }) => upstreamOf(upstream, packages));
    this.packageCount = this.#indexed.reduce((sum, { packages }) => sum + packages.end, 0);
    this.#documents = snapshots.flatMap((one) => (one.modules === null ? [] : [one.modules]));
    this.#chosen = chosen;
    this.#emptyHost = { installed: [], modules: this.#modulesWith(chosen) };
  }

  notes(): readonly string[] {
    return [...this.#notes];
  }

  candidates(baseline: Baseline, asked: readonly string[]): Candidates<RpmPackage> {
    const beside = this.#beside.get(baseline.name) ?? this.#candidatesBeside(baseline);
    this.#beside.set(baseline.name, beside);
    const { provider, candidates } = beside;
    this.#providers.add(provider);
    // Where none of the other word size is asked for, all requests see the same: what was found out for one holds for the next.
    const isForeignAsked = asked.some((text) => foreignNamed(provider.pool, text).length > 0);
    return isForeignAsked ? this.#candidatesOf(this.#provider(provider.pool, asked)) : candidates;
  }

  #candidatesBeside(baseline: Baseline): BesideBaseline {
    const pool = baseline.kind === 'none' ? this.#emptyPool() : this.#pool(this.#hostOf(baseline));
    const provider = this.#provider(pool, []);
    return { provider, candidates: this.#candidatesOf(provider) };
  }

  bundleAlone(chosen: readonly RpmPackage[], baseline: Baseline): BundleOnHost<RpmProvider> {
    const { installed, rules } = this.#hostOf(baseline);
    const bundle = rpmBundleOnHost(chosen, { ...this.#shared(), installed, ...rulesOf(rules) });
    this.#providers.add(bundle.provider);
    return bundle;
  }

  correct(packages: readonly OwnPackage<RpmPackage>[]): void {
    this.#indexed = this.#indexed.map((upstream) => {
      const own = packages.filter(({ locked }) => locked.upstream === upstream.name);
      return { ...upstream, corrected: own.flatMap(({ locked, raw }) => this.#corrected(upstream, locked.sha256, raw) ?? []) };
    });
    this.#isCorrected = true;
    this.#forgetPools();
  }

  /** The index's package of this file, with the dependencies and files of `own`. */
  #corrected({ packages }: IndexedUpstream, sha256: string, own: RpmPackage): RpmPackage | null {
    const at = packages.named(own.name).find((number) => this.#knownSha256(packages.package(number)) === sha256);
    if (at === undefined) return null;
    const { checksum, location, locationBase } = packages.package(at);
    return { ...own, checksum, location, locationBase };
  }

  async complete(): Promise<boolean> {
    const unresolved = [...this.#providers].flatMap(({ resolver }) => resolver.unresolvedPaths());
    const paths = [...new Set([...this.#minimalPaths, ...unresolved])].filter((path) => !this.#asked.has(path));
    await this.#rememberMinimal();
    this.#providers.clear();
    if (paths.length === 0 && this.#unmeasured.size === 0) return false;
    if (paths.length > 0) await this.#loadFiles(paths);
    await this.#measure();
    this.#forgetPools();
    return true;
  }

  #forgetPools(): void {
    this.#empty = undefined;
    this.#hosts.clear();
    this.#beside.clear();
  }

  async #loadFiles(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.#asked.add(path);
    const loaded = await Promise.all(this.#snapshots.map((snapshot) => snapshot.loadFiles(new Set(paths))));
    for (const files of loaded) {
      for (const [pkgid, list] of files) this.#files.set(pkgid, [...(this.#files.get(pkgid) ?? []), ...list]);
    }
  }

  /** A lock pins packages by sha256 and size; where the upstream has another digest or no size, the package itself must tell. */
  async #measure(): Promise<void> {
    const wanted = [...this.#unmeasured.values()];
    this.#unmeasured.clear();
    const requests = wanted.map(({ pkg, upstream }) => ({
      urls: packageUrls('rpm', basesOf(this.#mirrorsOf(upstream), pkg.locationBase), pkg.location),
      digest: pkg.checksum,
      ...(pkg.sizePackage === 0 ? { maxBytes: MAX_PACKAGE_BYTES } : { sizeBytes: pkg.sizePackage, maxBytes: pkg.sizePackage }),
      label: `${pkg.name} ${formatEvr(pkg)} [${upstream}]`,
    }));
    const blobs = await this.#downloader.fetcher.fetchAll(requests);
    for (const [at, { sha256, sizeBytes }] of blobs.entries()) {
      const pkg = wanted[at]?.pkg;
      if (pkg !== undefined) this.#measured.set(pkg.checksum.hex, { sha256, sizeBytes });
    }
  }

  #mirrorsOf(upstream: string): readonly string[] {
    return this.#snapshots.find((one) => one.upstream.name === upstream)?.mirrors ?? [];
  }

  #pool({ installed, modules, rules }: Host): RpmCandidatePool {
    const { pins } = this.#manifest;
    return new RpmCandidatePool({ ...this.#shared(), upstreams: this.#indexed, installed, modules, pins, ...rulesOf(rules) });
  }

  /** What every pool of this metadata has in common. */
  #shared() {
    const files: LoadedFiles = { asked: new Set(this.#asked), byPkgid: this.#files };
    return { arch: this.#manifest.target.arch, known: this.#indexed.map(({ packages }) => packages), files };
  }

  #emptyPool(): RpmCandidatePool {
    this.#empty ??= this.#pool(this.#emptyHost);
    return this.#empty;
  }

  #hostOf(baseline: Baseline): Host {
    if (baseline.kind === 'none') return this.#emptyHost;
    const host = this.#hosts.get(baseline.name) ?? (baseline.kind === 'file' ? this.#capturedHost(baseline) : this.#minimalHost());
    this.#hosts.set(baseline.name, host);
    return host;
  }

  #minimalHost(): Host {
    return { ...this.#emptyHost, installed: this.#rememberedMinimal() ?? this.#solvedMinimal() };
  }

  #solvedMinimal(): readonly RpmPackage[] {
    const comps = this.#snapshots.flatMap((one) => (one.comps === null ? [] : [one.comps]));
    const provider = this.#provider(this.#emptyPool(), []);
    const packages = minimalPackages(provider, comps);
    this.#minimalPaths = provider.resolver.unresolvedPaths();
    return packages;
  }

  /** Before anything was looked up in filelists or packages: after that it may be another. */
  #rememberedMinimal(): readonly RpmPackage[] | null {
    const host = this.#minimal?.host ?? null;
    if (host === null || this.#asked.size > 0 || this.#isCorrected) return null;
    this.#minimalPaths = host.unresolvedPaths;
    return host.packages.map(([upstream, at]) => indexAt(this.#indexed, upstream).package(at));
  }

  /** Keeps the minimal host as it was found by the first solve. */
  async #rememberMinimal(): Promise<void> {
    const minimal = this.#minimal;
    const installed = this.#hosts.get(MINIMAL_BASELINE.name)?.installed;
    if (minimal === null || minimal.host !== null || installed === undefined || this.#asked.size > 0 || this.#isCorrected) return;
    const packages = installed.map((pkg) => numberOf(this.#indexed, pkg));
    await minimal.kept.write({ packages, unresolvedPaths: this.#minimalPaths });
  }

  #capturedHost(baseline: Extract<Baseline, { kind: 'file' }>): Host {
    const streams = this.#documents.flatMap((modules) => modules.streams);
    const captured = readRpmHost(baseline, (name, version) => this.#archOf(name, version), streams);
    const known = this.#indexed.flatMap(({ packages }) =>
      captured.entries.flatMap(({ name }) => packages.named(name).map((at) => packages.package(at))),
    );
    const { packages: installed, duplicates } = withoutDuplicates(installedPackages(captured.entries, known));
    for (const note of captured.notes) this.#notes.add(note);
    if (duplicates.length > 0) this.#notes.add(duplicatesNote(baseline.path, duplicates));
    const followed = followStreams(captured.streams, this.#chosen, streams, (chosen, disabled) => this.#modulesWith(chosen, disabled));
    for (const note of followed.notes) this.#notes.add(`the host of ${baseline.path} ${note}`);
    return { installed, rules: captured.rules, modules: followed.modules };
  }

  /** Facts leave out whether a package is noarch. */
  #archOf(name: string, version: string): string {
    const isNoarch = (pkg: RpmPackage) => pkg.arch === 'noarch' && formatEvr(pkg) === version;
    const isKnownNoarch = this.#indexed.some(({ packages }) => packages.named(name).some((at) => isNoarch(packages.package(at))));
    return isKnownNoarch ? 'noarch' : this.#manifest.target.arch;
  }

  #modulesWith(chosen: StreamChoice, disabled: ReadonlySet<string> = new Set()): ModuleState {
    const { target, os } = this.#manifest;
    return resolveModules(this.#documents, { platform: `el${os.major}`, arch: target.arch, chosen, disabled });
  }

  #provider(pool: RpmCandidatePool, asked: readonly string[] | 'all'): RpmProvider {
    const provider = createRpmProvider(pool, asked);
    this.#providers.add(provider);
    return provider;
  }

  #candidatesOf(provider: RpmProvider): Candidates<RpmPackage> {
    const { pool } = provider;
    return {
      provider,
      implied: rpmInstalledRequests(provider),
      fixed: [],
      request: (text, origin) => provider.findRequest(text, origin),
      isOnHost: (id) => pool.get(id).isInstalled,
      facts: (id) => this.#facts(pool.get(id).pkg, pool.get(id).upstream.name),
      raw: (id) => pool.get(id).pkg,
      relations: (id) => rpmPackageRelations(pool.get(id).pkg),
      names: () => new Set(pool.solvables.map(({ pkg }) => pkg.name)),
    };
  }

  #facts(pkg: RpmPackage, upstream: string): PackageFacts {
    const { name, arch, sizeInstalled: installedBytes } = pkg;
    const { path, base } = lockedPlace(pkg, this.#mirrorsOf(upstream));
    const place = base === undefined ? { path } : { path, base };
    return { name, version: formatEvr(pkg), arch, upstream, ...place, installedBytes, ...this.#measuredOf(pkg, upstream) };
  }

  /** Empty until `complete` has asked the package itself. */
  #measuredOf(pkg: RpmPackage, upstream: string): Measured {
    const { checksum, sizePackage } = pkg;
    if (checksum.algorithm === 'sha256' && sizePackage > 0) return { sha256: checksum.hex, sizeBytes: sizePackage };
    const known = this.#measured.get(checksum.hex);
    if (known === undefined) this.#unmeasured.set(checksum.hex, { pkg, upstream });
    return known ?? { sha256: '', sizeBytes: 0 };
  }

  #knownSha256({ checksum }: RpmPackage): string | undefined {
    return checksum.algorithm === 'sha256' ? checksum.hex : this.#measured.get(checksum.hex)?.sha256;
  }
}

/** Nothing but `chosen` beside `installed`. */
export function rpmBundleOnHost(
  chosen: readonly RpmPackage[],
  host: Omit<RpmCandidatePoolOptions, 'upstreams'>,
): BundleOnHost<RpmProvider> {
  const pool = new RpmCandidatePool({ ...host, upstreams: [{ name: 'bundle', packages: chosen, moduleHotfixes: true }] });
  // What is in the bundle was asked for, or belongs to what was.
  const provider = createRpmProvider(pool, 'all');
  // Nothing has the old name where a package came because it obsoletes the one that was asked for.
  const heirs = (name: string) => pool.obsoleting(name).filter(({ hidden, isInstalled }) => hidden === null && !isInstalled);
  return {
    provider,
    implied: rpmInstalledRequests(provider),
    fixed: [],
    request: (text, origin) => {
      const found = provider.findRequest(text, origin);
      return found.anyOf.length > 0 ? found : { text, origin, anyOf: heirs(text).map(({ id }) => id) };
    },
    isOnHost: (id) => pool.get(id).isInstalled,
    openConditions: () => findOpenConditions(provider),
  };
}

function rulesOf(rules: RpmHostRules | undefined) {
  return rules === undefined ? {} : { host: rules };
}

function duplicatesNote(path: string, duplicates: readonly RpmPackage[]): string {
  const names = duplicates.slice(0, 5).map(formatNevra).join(', ');
  const more = duplicates.length > 5 ? ` and ${duplicates.length - 5} more` : '';
  return `the host of ${path} still has ${names}${more} beside newer versions, as an interrupted run of dnf leaves them; they are taken for gone: run "dnf remove --duplicates" there before the bundle is installed`;
}

function indexAt(upstreams: readonly IndexedUpstream[], at: number): RpmPackageIndex {
  const found = upstreams[at];
  if (found === undefined) throw new Error(`no upstream ${at}`);
  return found.packages;
}

/** Where a package is among the upstreams. */
function numberOf(upstreams: readonly IndexedUpstream[], pkg: RpmPackage): readonly [number, number] {
  for (const [upstream, { packages }] of upstreams.entries()) {
    const at = packages.named(pkg.name).find((number) => packages.package(number) === pkg);
    if (at !== undefined) return [upstream, at];
  }
  throw new Error(`${formatNevra(pkg)} is of no upstream`);
}

function upstreamOf(upstream: ResolvedUpstream, packages: RpmPackageIndex): IndexedUpstream {
  const { name, priority, cost, excludes, includes, moduleHotfixes } = upstream;
  const ranks = { ...(priority === null ? {} : { priority }), ...(cost === undefined ? {} : { cost }) };
  return { name, packages, excludes, includes, moduleHotfixes, ...ranks };
}
