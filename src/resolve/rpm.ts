/** The RPM family for resolving: packages of all upstreams as one pool of candidates beside what a host has, with modules and pins. */
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

interface IndexedUpstream extends RpmUpstream {
  readonly packages: RpmPackageIndex;
}

/** As `LoadMetadata` says. @throws {AppError} as `snapshotRpm` and `resolveModules` do. */
export async function loadRpmMetadata(
  manifest: DistroManifest,
  { local, modules }: MetadataChoice,
  downloader: Downloader,
  policy: SnapshotPolicy,
  context: RunContext,
): Promise<Metadata<RpmPackage>> {
  const { upstreams, unavailable } = await snapshotRpm(manifest.upstreams, manifest.os.major, downloader, policy, context);
  for (const { upstream, mirrors } of upstreams) {
    if (upstream.minor === null || upstream.minor !== manifest.minor) continue;
    context.report({ type: 'note', message: `${upstream.name} of minor release ${upstream.minor}: ${redact(mirrors[0] ?? '')}` });
  }
  return new RpmMetadata([...localRpmSnapshot(local), ...upstreams], unavailable, modules, manifest, downloader);
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
  #providers: RpmProvider[] = [];
  #empty: RpmCandidatePool | undefined;
  #minimal: readonly RpmPackage[] | undefined;

  constructor(
    snapshots: readonly RpmUpstreamSnapshot[],
    unavailable: readonly UnavailableUpstream[],
    chosen: StreamChoice,
    manifest: DistroManifest,
    downloader: Downloader,
  ) {
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
    const pool = baseline.kind === 'none' ? this.#emptyPool() : this.#pool(this.#indexed, this.#installed(baseline));
    return this.#candidatesOf(this.#provider(pool, asked));
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
    const paths = [...new Set(this.#providers.flatMap(({ resolver }) => resolver.unresolvedPaths()))].filter(
      (path) => !this.#asked.has(path),
    );
    this.#providers = [];
    if (paths.length === 0 && this.#withoutSha256.size === 0) return false;
    if (paths.length > 0) await this.#loadFiles(paths);
    await this.#loadDigests();
    this.#empty = undefined;
    this.#minimal = undefined;
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
    if (this.#minimal === undefined) {
      const provider = this.#provider(this.#emptyPool(), []);
      this.#minimal = minimalPackages(
        provider,
        this.#snapshots.flatMap(({ comps }) => (comps === null ? [] : [comps])),
      );
    }
    return this.#minimal;
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
    this.#providers.push(provider);
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

function upstreamOf(upstream: ResolvedUpstream, packages: RpmPackageIndex): IndexedUpstream {
  const { name, priority, cost, excludes, includes, moduleHotfixes } = upstream;
  const ranks = { ...(priority === null ? {} : { priority }), ...(cost === undefined ? {} : { cost }) };
  return { name, packages, excludes, includes, moduleHotfixes, ...ranks };
}
