/**
 * The verified metadata of all DEB upstreams at one moment: InRelease (or Release and Release.gpg), its dates, then every Packages file
 * by the digest the Release gives. A mirror that changes in between is noticed, because nothing is read except by digest.
 */
import { createHash } from 'node:crypto';
import type { RunContext } from '../base/events.ts';
import { packageArch, type Target } from '../base/target.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import { chooseIndexFiles, type IndexFile } from '../deb/index/choose-index-files.ts';
import { DebPackageIndex, indexDebPackages } from '../deb/index/deb-package-index.ts';
import type { Release } from '../deb/index/release.ts';
import { formatScan, parseScan, SCAN_CACHE_VERSION } from '../deb/index/scan-cache.ts';
import type { LockedUpstream } from '../lock/lock.ts';
import { keepBlobBlocks, openBlobBlocks } from '../store/derived-blocks.ts';
import { readDerived, writeDerived } from '../store/derived-cache.ts';
import type { Store } from '../store/store.ts';
import { type BarePackages, readBarePackages } from './bare-packages.ts';
import { collectUpstreams, type UnavailableUpstream } from './collect-upstreams.ts';
import { type DebRoot, readDebRoot, releaseDir } from './deb-root.ts';
import type { Downloader } from './downloader.ts';
import { type PackagesFilePlace, readPackagesFile } from './packages-file.ts';
import { releaseOddities } from './release-oddities.ts';
import type { SnapshotPolicy } from './snapshot-policy.ts';

const SCAN_KIND = 'deb-scan';

/** One upstream that could be read. */
export interface DebUpstreamSnapshot {
  readonly upstream: ResolvedUpstream;
  /** What its Release says of how apt ranks it (apt_preferences(5)). */
  readonly notAutomatic: Release['notAutomatic'];
  readonly butAutomaticUpgrades: Release['butAutomaticUpgrades'];
  readonly locked: LockedUpstream;
  readonly indexes: readonly DebPackageIndex[];
  /** Base URLs packages are read from, best first. */
  readonly mirrors: readonly string[];
}

/** All upstreams of a target, in manifest order, and the optional ones that could not be read. */
export interface DebSnapshot {
  readonly upstreams: readonly DebUpstreamSnapshot[];
  readonly unavailable: readonly UnavailableUpstream[];
}

/**
 * Reads and verifies every upstream. All that fail are reported together; an optional one that fails is only named in the result.
 *
 * @throws {AppError} `UPSTREAM_UNAVAILABLE` with every fault, or the single upstream's own error when only one failed.
 */
export async function snapshotDeb(
  upstreams: readonly ResolvedUpstream[],
  target: Target,
  downloader: Downloader,
  policy: SnapshotPolicy,
  context: RunContext,
): Promise<DebSnapshot> {
  const { good, unavailable } = await collectUpstreams(upstreams, (upstream) => snapshotOne(upstream, target, downloader, policy, context));
  context.signal.throwIfAborted();
  return { upstreams: good, unavailable };
}

async function snapshotOne(
  upstream: ResolvedUpstream,
  target: Target,
  downloader: Downloader,
  policy: SnapshotPolicy,
  context: RunContext,
): Promise<DebUpstreamSnapshot> {
  const root = await readDebRoot(upstream, downloader, policy, context);
  const { release, trust, mirrors } = root;
  const place = { upstream: upstream.name, mirrors, dir: releaseDir(upstream) };
  const arch = packageArch(target);
  const { indexes, rootSha256 } =
    release === null
      ? await readBare(upstream, arch, place, downloader)
      : await readListed(upstream, arch, { ...root, release }, downloader, context);
  return {
    upstream,
    notAutomatic: release?.notAutomatic ?? false,
    butAutomaticUpgrades: release?.butAutomaticUpgrades ?? false,
    locked: {
      name: upstream.name,
      suite: [upstream.suite, ...upstream.components].join(' '),
      rootSha256,
      dateSec: Math.max(0, release?.dateSec ?? 0),
      trust,
    },
    indexes,
    mirrors,
  };
}

interface ReadIndexes {
  readonly indexes: readonly DebPackageIndex[];
  readonly rootSha256: string;
}

/** The Packages files a Release lists, with a word on what is odd about it. */
async function readListed(
  upstream: ResolvedUpstream,
  arch: string,
  { release, url, sha256, mirrors }: DebRoot & { readonly release: Release },
  downloader: Downloader,
  { report }: RunContext,
): Promise<ReadIndexes> {
  const place = { upstream: upstream.name, mirrors, dir: releaseDir(upstream) };
  const wanted = componentsOf(upstream).map((component) => ({ component, files: chooseIndexFiles(release, { component, arch }) }));
  const empty = wanted.filter(({ files }) => files.length === 0).map(({ component }) => component);
  for (const message of releaseOddities(upstream, release, { url, arch, empty }))
    report({ type: 'warning', code: 'UPSTREAM_ODD', message });
  const indexes = await Promise.all(wanted.flatMap(({ files }) => files).map((file) => readIndex(file, place, downloader)));
  return { indexes, rootSha256: sha256 };
}

/** The Packages files of an upstream without a Release that counts; their digest stands for that of the root. */
async function readBare(upstream: ResolvedUpstream, arch: string, place: PackagesFilePlace, downloader: Downloader): Promise<ReadIndexes> {
  const names = componentsOf(upstream).flatMap((component) =>
    component === null ? ['Packages'] : [arch, 'all'].map((one) => `${component}/binary-${one}/Packages`),
  );
  const files = await readBarePackages(names, place, downloader);
  const indexes = await Promise.all(files.map(({ bytes, sha256 }) => indexOf(bytes, sha256, upstream.name, downloader)));
  return { indexes, rootSha256: rootOf(files) };
}

function rootOf(files: readonly BarePackages[]): string {
  const digests = files.map(({ sha256 }) => sha256);
  return digests.length === 1 ? (digests[0] ?? '') : createHash('sha256').update(digests.join('\n')).digest('hex');
}

/** Null stands for a flat repository, which has none. */
function componentsOf({ layout, components }: ResolvedUpstream): readonly (string | null)[] {
  return layout === 'flat' ? [null] : components;
}

/** The index over a Packages file. What an earlier run verified and kept is read in parts, when a package is asked for. */
async function readIndex(file: IndexFile, place: PackagesFilePlace, downloader: Downloader): Promise<DebPackageIndex> {
  const { upstream } = place;
  const digest = file.variants[0]?.plain?.digest;
  const sha256 = digest?.algorithm === 'sha256' ? digest.hex : null;
  const kept = sha256 === null ? null : await keptIndex(sha256, upstream, downloader.store);
  if (kept !== null) return kept;
  return indexOf(await readPackagesFile(file, place, downloader), sha256, upstream, downloader);
}

/**
 * Indexes a Packages file that was verified by `sha256`, and keeps what the next run can read in parts; without a digest nothing is kept.
 */
async function indexOf(bytes: Buffer, sha256: string | null, upstream: string, { store }: Downloader): Promise<DebPackageIndex> {
  const index = indexDebPackages(bytes, upstream);
  if (sha256 === null) return index;
  await writeDerived(store, SCAN_KIND, scanKey(sha256), formatScan(index.scan, bytes.length));
  await keepBlobBlocks(store, sha256, bytes);
  return index;
}

async function keptIndex(sha256: string, where: string, store: Store): Promise<DebPackageIndex | null> {
  const file = await openBlobBlocks(store, sha256);
  const bytes = file === undefined ? undefined : await readDerived(store, SCAN_KIND, scanKey(sha256));
  if (file === undefined || bytes === undefined) return null;
  const scan = parseScan(bytes, file.sizeBytes);
  return scan === null ? null : new DebPackageIndex(file, scan, where, 'archive');
}

function scanKey(sha256: string): string {
  return `${sha256}-v${SCAN_CACHE_VERSION}`;
}
