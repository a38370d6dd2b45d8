/** The RPM family for resolving: packages of all upstreams as one pool of candidates beside what a host has, with modules and pins. */
import { BUILD_ID } from '../base/build-id.ts';
import type { RunContext } from '../base/events.ts';
import type { PackageFacts } from '../base/package-facts.ts';
import { redact } from '../base/redact.ts';
import type { DistroManifest, ResolvedUpstream, VersionPin } from '../config/manifest/distro-manifest.ts';
import type { LockedUpstream } from '../lock/lock.ts';
import type { UnavailableUpstream } from '../metadata/collect-upstreams.ts';
import type { Downloader } from '../metadata/downloader.ts';
import { localRpmSnapshot } from '../metadata/local-packages.ts';
import type { SnapshotPolicy } from '../metadata/snapshot-policy.ts';
import { type RpmUpstreamSnapshot, snapshotRpm } from '../metadata/snapshot-rpm.ts';
import { packageUrls } from '../metadata/upstream-urls.ts';
import { minimalPackages, rpmInstalledRequests } from '../rpm/candidates/baseline.ts';
import { foreignNamed } from '../rpm/candidates/find-request.ts';
import { installedPackages, parseInstalledList, withoutDuplicates } from '../rpm/candidates/installed-list.ts';
import { createRpmProvider, type RpmProvider } from '../rpm/candidates/provider.ts';
import { type LoadedFiles, RpmCandidatePool, type RpmUpstream } from '../rpm/candidates/rpm-candidate-pool.ts';
import type { StreamChoice } from '../rpm/modules/module-search.ts';
import { resolveModules } from '../rpm/modules/module-state.ts';
import { formatNevra, type RpmFile, type RpmPackage } from '../rpm/package/rpm-package.ts';
import type { RpmPackageIndex } from '../rpm/repodata/rpm-package-index.ts';
import { formatEvr } from '../version/evr.ts';
import type { Baseline } from './baseline.ts';
import { isCapturedFacts, listOfFacts } from './captured-facts.ts';
import type { Candidates, Metadata, MetadataChoice } from './family.ts';
import { KeptMinimal, type MinimalHost } from './kept-minimal.ts';

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
  readonly #indexed: readonly IndexedUpstream[];
  readonly #manifest: DistroManifest;
  readonly #downloader: Downloader;
  readonly #modules;
  readonly #asked = new Set<string>();
  readonly #files = new Map<string, readonly RpmFile[]>();
  readonly #sha256 = new Map<string, string>();
  readonly #withoutSha256 = new Map<string, { readonly pkg: RpmPackage; readonly upstream: string }>();
  readonly #notes = new Set<string>();
  /** Those that were asked something since the last {@link complete}. */
  readonly #providers = new Set<RpmProvider>();
  /** By baseline. */
  readonly #beside = new Map<string, BesideBaseline>();
  #empty: RpmCandidatePool | undefined;
  #minimal: readonly RpmPackage[] | undefined;
  readonly #minimalMemory: MinimalMemory | null;
  /** Paths the minimal host hangs on that stand in no primary metadata. */
  #minimalPaths: readonly string[] = [];

  constructor(
    snapshots: readonly RpmUpstreamSnapshot[],
    unavailable: readonly UnavailableUpstream[],
    chosen: StreamChoice,
    manifest: DistroManifest,
    downloader: Downloader,
    minimal: MinimalMemory | null,
  ) {
    this.#minimalMemory = minimal;
    this.#snapshots = snapshots;
    this.#manifest = manifest;
    this.#downloader = downloader;
    this.upstreams = snapshots.map(({ locked }) => locked);
    this.unavailable = unavailable;
    this.#indexed = snapshots.map(({ upstream, packages }) => upstreamOf(upstream, packages));
    this.packageCount = this.#indexed.reduce((sum, { packages }) => sum + packages.end, 0);
    const { target, os } = manifest;
    const documents = snapshots.flatMap((one) => (one.modules === null ? [] : [one.modules]));
    this.#modules = resolveModules(documents, { platform: `el${os.major}`, arch: target.arch, chosen });
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
    const pool = baseline.kind === 'none' ? this.#emptyPool() : this.#pool(this.#indexed, this.#installed(baseline));
    const provider = this.#provider(pool, []);
    return { provider, candidates: this.#candidatesOf(provider) };
  }

  bundleAlone(chosen: readonly RpmPackage[], baseline: Baseline): Candidates<RpmPackage> {
    const bundle: RpmUpstream = { name: 'bundle', packages: chosen, moduleHotfixes: true };
    const pool = this.#pool([bundle], this.#installed(baseline), []);
    // What is in the bundle was asked for, or belongs to what was.
    const alone = this.#candidatesOf(this.#provider(pool, 'all'));
    // Nothing has the old name where a package came because it obsoletes the one that was asked for.
    const heirs = (name: string) => pool.obsoleting(name).filter(({ hidden, isInstalled }) => hidden === null && !isInstalled);
    const request = (text: string, origin: string) => {
      const found = alone.request(text, origin);
      return found.anyOf.length > 0 ? found : { text, origin, anyOf: heirs(text).map(({ id }) => id) };
    };
    return { ...alone, request };
  }

  async complete(): Promise<boolean> {
    const unresolved = [...this.#providers].flatMap(({ resolver }) => resolver.unresolvedPaths());
    const paths = [...new Set([...this.#minimalPaths, ...unresolved])].filter((path) => !this.#asked.has(path));
    await this.#rememberMinimal();
    this.#providers.clear();
    if (paths.length === 0 && this.#withoutSha256.size === 0) return false;
    if (paths.length > 0) await this.#loadFiles(paths);
    await this.#loadDigests();
    this.#empty = undefined;
    this.#minimal = undefined;
    this.#beside.clear();
    return true;
  }

  async #loadFiles(paths: readonly string[]): Promise<void> {
    for (const path of paths) this.#asked.add(path);
    const loaded = await Promise.all(this.#snapshots.map((snapshot) => snapshot.loadFiles(new Set(paths))));
    for (const files of loaded) {
      for (const [pkgid, list] of files) this.#files.set(pkgid, [...(this.#files.get(pkgid) ?? []), ...list]);
    }
  }

  /** A lock pins packages by sha256; where the upstream has another digest, the package itself must tell. */
  async #loadDigests(): Promise<void> {
    const wanted = [...this.#withoutSha256.values()];
    this.#withoutSha256.clear();
    const requests = wanted.map(({ pkg, upstream }) => ({
      urls: packageUrls('rpm', this.#snapshots.find((one) => one.upstream.name === upstream)?.mirrors ?? [], pkg.location),
      digest: pkg.checksum,
      sizeBytes: pkg.sizePackage,
      maxBytes: pkg.sizePackage,
      label: `${pkg.name} ${formatEvr(pkg)} [${upstream}]`,
    }));
    const blobs = await this.#downloader.fetcher.fetchAll(requests);
    for (const [at, blob] of blobs.entries()) {
      const pkg = wanted[at]?.pkg;
      if (pkg !== undefined) this.#sha256.set(pkg.checksum.hex, blob.sha256);
    }
  }

  #pool(
    upstreams: readonly RpmUpstream[],
    installed: readonly RpmPackage[],
    pins: readonly VersionPin[] = this.#manifest.pins,
  ): RpmCandidatePool {
    const files: LoadedFiles = { asked: new Set(this.#asked), byPkgid: this.#files };
    const known = this.#indexed.map(({ packages }) => packages);
    return new RpmCandidatePool({ arch: this.#manifest.target.arch, upstreams, installed, known, modules: this.#modules, pins, files });
  }

  #emptyPool(): RpmCandidatePool {
    this.#empty ??= this.#pool(this.#indexed, []);
    return this.#empty;
  }

  #installed(baseline: Baseline): readonly RpmPackage[] {
    if (baseline.kind === 'none') return [];
    if (baseline.kind === 'file') {
      const entries = parseInstalledList(this.#installedList(baseline), baseline.path);
      const known = this.#indexed.flatMap(({ packages }) =>
        entries.flatMap(({ name }) => packages.named(name).map((at) => packages.package(at))),
      );
      const { packages, duplicates } = withoutDuplicates(installedPackages(entries, known));
      if (duplicates.length > 0) this.#notes.add(duplicatesNote(baseline.path, duplicates));
      return packages;
    }
    this.#minimal ??= this.#rememberedMinimal() ?? this.#solvedMinimal();
    return this.#minimal;
  }

  #solvedMinimal(): readonly RpmPackage[] {
    const comps = this.#snapshots.flatMap(({ comps }) => (comps === null ? [] : [comps]));
    const provider = this.#provider(this.#emptyPool(), []);
    const packages = minimalPackages(provider, comps);
    this.#minimalPaths = provider.resolver.unresolvedPaths();
    return packages;
  }

  /** Before anything was looked up in filelists: after that it may be another. */
  #rememberedMinimal(): readonly RpmPackage[] | null {
    const host = this.#minimalMemory?.host ?? null;
    if (host === null || this.#asked.size > 0) return null;
    this.#minimalPaths = host.unresolvedPaths;
    return host.packages.map(([upstream, at]) => indexAt(this.#indexed, upstream).package(at));
  }

  /** Keeps the minimal host as it was found by the first solve. */
  async #rememberMinimal(): Promise<void> {
    if (this.#minimalMemory === null || this.#minimalMemory.host !== null || this.#minimal === undefined || this.#asked.size > 0) return;
    const packages = this.#minimal.map((pkg) => numberOf(this.#indexed, pkg));
    await this.#minimalMemory.kept.write({ packages, unresolvedPaths: this.#minimalPaths });
  }

  #installedList({ bytes, path }: Extract<Baseline, { kind: 'file' }>): string {
    if (!isCapturedFacts(bytes)) return bytes.toString('utf8');
    const isNoarch = (pkg: RpmPackage, version: string) => pkg.arch === 'noarch' && formatEvr(pkg) === version;
    const isKnownNoarch = (name: string, version: string) =>
      this.#indexed.some(({ packages }) => packages.named(name).some((at) => isNoarch(packages.package(at), version)));
    return listOfFacts(bytes, path, (name, version) => (isKnownNoarch(name, version) ? 'noarch' : this.#manifest.target.arch));
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
      names: () => new Set(pool.solvables.map(({ pkg }) => pkg.name)),
    };
  }

  #facts(pkg: RpmPackage, upstream: string): PackageFacts {
    const { name, arch, location: path, sizePackage: sizeBytes, sizeInstalled: installedBytes } = pkg;
    return { name, version: formatEvr(pkg), arch, upstream, path, sizeBytes, installedBytes, sha256: this.#sha256Of(pkg, upstream) };
  }

  /** Empty until `complete` has asked the package itself. */
  #sha256Of(pkg: RpmPackage, upstream: string): string {
    if (pkg.checksum.algorithm === 'sha256') return pkg.checksum.hex;
    const known = this.#sha256.get(pkg.checksum.hex);
    if (known === undefined) this.#withoutSha256.set(pkg.checksum.hex, { pkg, upstream });
    return known ?? '';
  }
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
