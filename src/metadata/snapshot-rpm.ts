/**
 * The verified metadata of all RPM upstreams at one moment: repomd.xml (with its signature where the upstream signs it), then primary,
 * modules and comps by the digests it gives. Filelists are read when somebody asks for a path; updateinfo and other are left out.
 */
import pLimit, { type LimitFunction } from 'p-limit';
import { isAppError } from '../base/errors.ts';
import type { RunContext } from '../base/events.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import type { LockedUpstream, UpstreamTrust } from '../lock/lock.ts';
import type { Modules } from '../rpm/modules/modulemd.ts';
import { type CryptoPolicy, cryptoPolicyOf } from '../rpm/package/key-policy.ts';
import type { RpmPackage } from '../rpm/package/rpm-package.ts';
import { type Comps, parseComps } from '../rpm/repodata/comps.ts';
import { scanPrimary } from '../rpm/repodata/primary.ts';
import { PRIMARY_CACHE_VERSION, PrimaryCacheWriter, parsePrimaryCache } from '../rpm/repodata/primary-cache.ts';
import { parseRepomd, type Repomd } from '../rpm/repodata/repomd.ts';
import { RpmPackageIndex } from '../rpm/repodata/rpm-package-index.ts';
import type { BlockFile } from '../store/block-file.ts';
import { openDerivedBlocks, writeDerivedBlocks } from '../store/derived-blocks.ts';
import { collectUpstreams, type UnavailableUpstream } from './collect-upstreams.ts';
import type { Downloader } from './downloader.ts';
import { assertRootState, type UpstreamMirrors } from './rpm-mirrors.ts';
import { type FilesByPkgid, RpmRecords } from './rpm-records.ts';
import { trustRpmRoot } from './rpm-trust.ts';
import type { SnapshotPolicy } from './snapshot-policy.ts';
import { below, noRepositoryHint, startingWith } from './upstream-urls.ts';

const PRIMARY_KIND = 'rpm-primary';
const GROUP_TYPES = ['group_gz', 'group_xz', 'group_zst', 'group'];
const MAX_ROOT_BYTES = 4 << 20;

/** One upstream that could be read. */
export interface RpmUpstreamSnapshot {
  readonly upstream: ResolvedUpstream;
  readonly locked: LockedUpstream;
  readonly packages: RpmPackageIndex;
  /** Of all of its metadata that decides about packages, primary's first. */
  readonly digests: readonly string[];
  readonly modules: Modules | null;
  readonly comps: Comps | null;
  /** Base URLs packages are read from, best first. */
  readonly mirrors: readonly string[];
  /** The wanted paths by pkgid, from filelists. */
  loadFiles(wanted: ReadonlySet<string>): Promise<FilesByPkgid>;
}

/** All upstreams of a target, in manifest order, and the optional ones that could not be read. */
export interface RpmSnapshot {
  readonly upstreams: readonly RpmUpstreamSnapshot[];
  readonly unavailable: readonly UnavailableUpstream[];
}

interface Root {
  readonly repomd: Repomd;
  readonly trust: UpstreamTrust;
  readonly sha256: string;
  readonly mirrors: readonly string[];
}

/** What reading one upstream needs besides its entry. */
interface Readers {
  readonly downloader: Downloader;
  readonly policy: SnapshotPolicy;
  readonly crypto: CryptoPolicy;
  readonly context: RunContext;
  /** One at a time. */
  readonly unpacking: LimitFunction;
}

/**
 * Reads and verifies every upstream of a major release (`9`). All that fail are reported together; an optional one that
 * cannot be reached is only named in the result.
 *
 * @throws {AppError} `UPSTREAM_UNAVAILABLE` with every fault, or the single upstream's own error when only one failed.
 */
export async function snapshotRpm(
  upstreams: readonly ResolvedUpstream[],
  major: number,
  downloader: Downloader,
  policy: SnapshotPolicy,
  context: RunContext,
): Promise<RpmSnapshot> {
  const readers = { downloader, policy, crypto: cryptoPolicyOf(major), context, unpacking: pLimit(1) };
  const { good, unavailable } = await collectUpstreams(upstreams, (upstream) => snapshotOne(upstream, readers));
  context.signal.throwIfAborted();
  return { upstreams: good, unavailable };
}

async function snapshotOne(upstream: ResolvedUpstream, readers: Readers): Promise<RpmUpstreamSnapshot> {
  const { repomd, trust, sha256, mirrors } = await readRoot(upstream, readers);
  for (const type of repomd.weak) {
    readers.context.report({
      type: 'warning',
      code: 'WEAK_DIGEST',
      message: `upstream ${upstream.name} vouches for its ${type} metadata with SHA-1 only`,
    });
  }
  const records = new RpmRecords(repomd, upstream, mirrors, readers.downloader, readers.unpacking);
  const [packages, modules, comps] = await Promise.all([
    readPackages(records, upstream, mirrors, readers),
    records.readOptional(['modules'], async (bytes, label) => {
      // Most upstreams have none, and what reads them takes long to load.
      const { parseModules } = await import('../rpm/modules/modulemd.ts');
      return parseModules(bytes, { source: label });
    }),
    records.readOptional(GROUP_TYPES, (bytes, label) => parseComps(bytes, { source: label })),
  ]);
  const minor = upstream.minor === null ? {} : { minor: upstream.minor };
  const locked = { name: upstream.name, suite: '', rootSha256: sha256, dateSec: repomd.timestampSec, trust, ...minor };
  const decisive = [records.find('primary'), records.find('modules'), records.find(...GROUP_TYPES)];
  const digests = decisive.flatMap((record) => (record === undefined ? [] : [record.checksum.hex]));
  return { upstream, locked, packages, digests, modules, comps, mirrors, loadFiles: (wanted) => records.files(wanted) };
}

/** The packages of an upstream; the pass over the XML is skipped when an earlier run kept what it found. */
async function readPackages(
  records: RpmRecords,
  upstream: ResolvedUpstream,
  mirrors: readonly string[],
  { downloader, context }: Readers,
): Promise<RpmPackageIndex> {
  const record = records.find('primary');
  if (record === undefined) throw new Error('repomd.xml without primary metadata was accepted');
  const key = `${record.checksum.hex}-v${PRIMARY_CACHE_VERSION}`;
  const kept = indexKept(openDerivedBlocks(downloader.store, PRIMARY_KIND, key));
  if (kept !== null) return kept;
  let [foreignCount, lostCount] = [0, 0];
  const file = await writeDerivedBlocks(downloader.store, PRIMARY_KIND, key, async (sink) => {
    const writer = new PrimaryCacheWriter(sink);
    const take = (pkg: RpmPackage) => {
      const own = ownPackage(pkg, mirrors);
      if (own !== pkg) foreignCount += 1;
      if (own === null) lostCount += 1;
      else writer.add(own);
    };
    await records.read(record, (document, label) => scanPrimary(document, take, { source: label }));
    writer.finish();
    // Where a base URL is of the mirror's making, the next run may find it elsewhere.
    return foreignCount === 0;
  });
  if (lostCount > 0) {
    const message = `${lostCount} packages of upstream ${upstream.name} are left out: they lie elsewhere (xml:base)`;
    context.report({ type: 'warning', code: 'FOREIGN_LOCATION', message });
  }
  const made = indexKept(file);
  if (made === null) throw new Error('kept metadata of another form than it is read in');
  return made;
}

function indexKept(file: BlockFile | undefined): RpmPackageIndex | null {
  const parts = file === undefined ? null : parsePrimaryCache(file);
  return parts === null ? null : new RpmPackageIndex(parts);
}

type FetchedRoot = Awaited<ReturnType<Downloader['fetcher']['fetchRoot']>>;

async function readRoot(upstream: ResolvedUpstream, readers: Readers): Promise<Root> {
  const { downloader } = readers;
  const found = await downloader.mirrorsOf(upstream);
  const fetchRoot = (file: string, mirrors: readonly string[]) =>
    downloader.fetcher.fetchRoot({
      urls: below(mirrors, 'repodata', file),
      maxBytes: MAX_ROOT_BYTES,
      label: `${upstream.name} ${file}`,
      ifMissing: noRepositoryHint(upstream.name, 'the url (it must hold repodata/)'),
    });
  const { main, mirrors } = await knownRoot(found, (mirrors) => fetchRoot('repomd.xml', mirrors), readers.context);
  const trust = await trustRpmRoot(upstream, main, () => fetchRoot('repomd.xml.asc', mirrors), readers);
  return { repomd: await parseRepomd(main.bytes, { source: main.url }), trust, sha256: main.sha256, mirrors };
}

/** The first repomd.xml that is what a metalink says, and the mirrors to go on with: those that had another one are left out. */
async function knownRoot(
  { urls, rootStates }: UpstreamMirrors,
  fetchRoot: (mirrors: readonly string[]) => Promise<FetchedRoot>,
  context: RunContext,
): Promise<{ readonly main: FetchedRoot; readonly mirrors: readonly string[] }> {
  const main = await fetchRoot(urls);
  const mirrors = startingWith(urls, main.mirrorIndex);
  try {
    assertRootState(main.bytes, rootStates, main.url);
    return { main, mirrors };
  } catch (mismatch) {
    const others = urls.filter((_, at) => at !== main.mirrorIndex);
    if (!isAppError(mismatch, 'INDEX_DIGEST_MISMATCH') || others.length === 0) throw mismatch;
    context.report({ type: 'warning', code: mismatch.code, message: `${mismatch.message}; the next mirror is asked` });
    return knownRoot({ urls: others, rootStates }, fetchRoot, context).catch((error: unknown) => {
      throw isAppError(error, 'INTERRUPTED') ? error : mismatch;
    });
  }
}

/** A lock knows one base URL per upstream: packages that `xml:base` puts elsewhere cannot be locked, and null is returned. */
function ownPackage(pkg: RpmPackage, mirrors: readonly string[]): RpmPackage | null {
  if (pkg.locationBase === '') return pkg;
  const base = pkg.locationBase.replace(/\/+$/, '');
  const mirror = mirrors.find((url) => base === url || base.startsWith(`${url}/`));
  if (mirror === undefined) return null;
  const inside = base.slice(mirror.length + 1);
  return { ...pkg, locationBase: '', location: inside === '' ? pkg.location : `${inside}/${pkg.location}` };
}
