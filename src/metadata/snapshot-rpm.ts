/**
 * The verified metadata of all RPM upstreams at one moment: repomd.xml (with its signature where the upstream signs it), then primary,
 * modules and comps by the digests it gives. Filelists are read when somebody asks for a path; updateinfo and other are left out.
 */
import pLimit, { type LimitFunction } from 'p-limit';
import { AppError, isAppError } from '../base/errors.ts';
import type { RunContext } from '../base/events.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import type { LockedUpstream, UpstreamTrust } from '../lock/lock.ts';
import type { Modules } from '../rpm/modules/modulemd.ts';
import { type CryptoPolicy, cryptoPolicyOf } from '../rpm/package/key-policy.ts';
import { type Comps, parseComps } from '../rpm/repodata/comps.ts';
import { scanPrimary } from '../rpm/repodata/primary.ts';
import { PRIMARY_CACHE_VERSION, PrimaryCacheWriter, parsePrimaryCache } from '../rpm/repodata/primary-cache.ts';
import { parseRepomd, type Repomd } from '../rpm/repodata/repomd.ts';
import { RpmPackageIndex } from '../rpm/repodata/rpm-package-index.ts';
import type { BlockFile } from '../store/block-file.ts';
import { openDerivedBlocks, writeDerivedBlocks } from '../store/derived-blocks.ts';
import { collectUpstreams, type UnavailableUpstream } from './collect-upstreams.ts';
import type { Downloader } from './downloader.ts';
import { keepRecordFaults, keptRecordFaults, reportRecordFaults } from './record-faults.ts';
import { assertRootState, type UpstreamMirrors } from './rpm-mirrors.ts';
import { type FilesByPkgid, RpmRecords } from './rpm-records.ts';
import { trustRpmRoot } from './rpm-trust.ts';
import type { SnapshotPolicy } from './snapshot-policy.ts';
import { below, noRepositoryHint, startingWith } from './upstream-urls.ts';

const PRIMARY_KIND = 'rpm-primary';
const MAX_ROOT_BYTES = 4 << 20;
/** The same lists, best form first. dnf takes `group_gz` before `group`. */
const COMPS_FORMS = ['group_gz', 'group_xz', 'group_zst', 'group'] as const;

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
    readPackages(records, upstream, readers),
    readModules(records, upstream, readers),
    readComps(records, upstream, readers),
  ]);
  const minor = upstream.minor === null ? {} : { minor: upstream.minor };
  const locked = { name: upstream.name, suite: '', rootSha256: sha256, dateSec: repomd.timestampSec, trust, ...minor };
  const decisive = ['primary', 'modules', ...COMPS_FORMS].map((type) => records.find(type));
  const digests = decisive.flatMap((found) => (found === undefined ? [] : [found.checksum.hex]));
  return { upstream, locked, packages, digests, modules, comps, mirrors, loadFiles: (wanted) => records.files(wanted) };
}

async function readModules(records: RpmRecords, { name }: ResolvedUpstream, { context }: Readers): Promise<Modules | null> {
  const modules = await records.readOptional('modules', async (bytes, label) => {
    // Most upstreams have none, and what reads them takes long to load.
    const { parseModules } = await import('../rpm/modules/modulemd.ts');
    return parseModules(bytes, { source: label });
  });
  reportRecordFaults(`modules of upstream ${name}`, modules?.faults ?? [], context);
  return modules;
}

/** dnf goes on without groups that it cannot read; where one form of them is not there, the others are. */
async function readComps(records: RpmRecords, { name }: ResolvedUpstream, { context }: Readers): Promise<Comps | null> {
  const { value, faults } = await records.readAnyForm(COMPS_FORMS, (bytes, label) => parseComps(bytes, { source: label }));
  reportRecordFaults(`groups of upstream ${name}`, faults, context);
  return value;
}

/** The packages of an upstream; the pass over the XML is skipped when an earlier run kept what it found. */
async function readPackages(records: RpmRecords, upstream: ResolvedUpstream, { downloader, context }: Readers): Promise<RpmPackageIndex> {
  const { store } = downloader;
  const document = `packages of upstream ${upstream.name}`;
  const record = records.find('primary');
  if (record === undefined) throw primaryMissing(upstream.name);
  const key = `${record.checksum.hex}-v${PRIMARY_CACHE_VERSION}`;
  const kept = indexKept(openDerivedBlocks(store, PRIMARY_KIND, key));
  if (kept !== null) {
    reportRecordFaults(document, await keptRecordFaults(store, key), context);
    return kept;
  }
  const file = await writeDerivedBlocks(store, PRIMARY_KIND, key, async (sink) => {
    const writer = new PrimaryCacheWriter(sink);
    const faults = await records.read(record, (bytes, label) => scanPrimary(bytes, (pkg) => writer.add(pkg), { source: label }));
    writer.finish();
    reportRecordFaults(document, faults, context);
    await keepRecordFaults(store, key, faults);
  });
  const made = indexKept(file);
  if (made === null) throw new Error('kept metadata of another form than it is read in');
  return made;
}

function primaryMissing(upstream: string): AppError {
  return new AppError('INDEX_INVALID', `upstream ${upstream}: its repomd.xml names no primary metadata`, {
    hint: 'dnf cannot read it either: run createrepo_c over its packages again, or leave this upstream out',
  });
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
