/**
 * The verified metadata of all DEB upstreams at one moment: InRelease (or Release and Release.gpg), its dates, then every Packages file
 * by the digest the Release gives. A mirror that changes in between is noticed, because nothing is read except by digest.
 */
import { AppError, isAppError } from '../base/errors.ts';
import type { RunContext } from '../base/events.ts';
import { packageArch, type Target } from '../base/target.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import { chooseIndexFiles, type IndexFile } from '../deb/index/choose-index-files.ts';
import { DebPackageIndex, indexDebPackages } from '../deb/index/deb-package-index.ts';
import { checkReleaseDates, parseRelease, type Release } from '../deb/index/release.ts';
import { formatScan, parseScan, SCAN_CACHE_VERSION } from '../deb/index/scan-cache.ts';
import type { LockedUpstream, UpstreamTrust } from '../lock/lock.ts';
import { keepBlobBlocks, openBlobBlocks } from '../store/derived-blocks.ts';
import { readDerived, writeDerived } from '../store/derived-cache.ts';
import type { Store } from '../store/store.ts';
import { isClearsigned } from '../trust/clearsign.ts';
import { verifyClearsigned, verifyDetached } from '../trust/verify.ts';
import { collectUpstreams, type UnavailableUpstream } from './collect-upstreams.ts';
import type { Downloader } from './downloader.ts';
import { readPackagesFile } from './packages-file.ts';
import { assertMayBeUnsigned, type SnapshotPolicy } from './snapshot-policy.ts';
import { withTrustStamp } from './trust-stamp.ts';
import { below, startingWith } from './upstream-urls.ts';

const MAX_RELEASE_BYTES = 32 << 20;
const SCAN_KIND = 'deb-scan';

/** One upstream that could be read. */
export interface DebUpstreamSnapshot {
  readonly upstream: ResolvedUpstream;
  /** What its Release says of how apt ranks it (apt_preferences(5)). */
  readonly notAutomatic: Release['notAutomatic'];
  readonly butAutomaticUpgrades: Release['butAutomaticUpgrades'];
  readonly locked: LockedUpstream;
  readonly indexes: readonly DebPackageIndex[];
}

/** All upstreams of a target, in manifest order, and the optional ones that could not be read. */
export interface DebSnapshot {
  readonly upstreams: readonly DebUpstreamSnapshot[];
  readonly unavailable: readonly UnavailableUpstream[];
}

interface Root {
  readonly text: string;
  readonly trust: UpstreamTrust;
  readonly sha256: string;
  readonly url: string;
  readonly mirrors: readonly string[];
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
  const root = await readRoot(upstream, downloader, policy, context);
  const release = parseRelease(root.text, root.url);
  checkReleaseDates(release, { nowSec: context.nowSec, what: root.url, allowExpired: policy.ignoreExpiry });
  const components = upstream.layout === 'flat' ? [null] : upstream.components;
  const files = components.flatMap((component) => chooseIndexFiles(release, { component, arch: packageArch(target), what: root.url }));
  const indexes = await Promise.all(files.map((file) => readIndex(file, upstream, root.mirrors, downloader)));
  const locked = {
    name: upstream.name,
    suite: [upstream.suite, ...upstream.components].join(' '),
    rootSha256: root.sha256,
    dateSec: release.dateSec,
    trust: root.trust,
  };
  const { notAutomatic, butAutomaticUpgrades } = release;
  return { upstream, notAutomatic, butAutomaticUpgrades, locked, indexes };
}

/** Directory of the Release file below a base URL. */
function releaseDir(upstream: ResolvedUpstream): string {
  if (upstream.layout !== 'flat') return `dists/${upstream.suite}`;
  const path = upstream.suite.replace(/^(?:\.\/)+/, '').replace(/\/+$/, '');
  return path === '.' ? '' : path;
}

async function readRoot(upstream: ResolvedUpstream, downloader: Downloader, policy: SnapshotPolicy, context: RunContext): Promise<Root> {
  const { urls: mirrors } = await downloader.mirrorsOf(upstream);
  const dir = releaseDir(upstream);
  const fetchRoot = (file: string) =>
    downloader.fetcher.fetchRoot({ urls: below(mirrors, dir, file), maxBytes: MAX_RELEASE_BYTES, label: `${upstream.name} ${file}` });
  const inRelease = await fetchRoot('InRelease').catch((error: unknown) => {
    if (isAppError(error, 'FETCH_NOT_FOUND')) return null;
    throw error;
  });
  const main = inRelease ?? (await fetchRoot('Release'));
  const ordered = startingWith(mirrors, main.mirrorIndex);
  const base = { sha256: main.sha256, url: main.url, mirrors: ordered };
  const isSigned = upstream.trust.mode !== 'unsigned';
  if (!isSigned) {
    assertMayBeUnsigned(upstream.name, policy);
    return { ...base, text: unsignedText(main.bytes), trust: { kind: 'unsigned' } };
  }
  const signature = inRelease === null ? await fetchSignature(upstream, main.url, fetchRoot) : null;
  const digests = [main.sha256, ...(signature === null ? [] : [signature.sha256])];
  const verified = await withTrustStamp({ upstream, digests, rules: 'deb', downloader, context }, async (told) => {
    const { keyring, fingerprints } = await downloader.keys.of(upstream, null, told);
    const signaturePolicy = { fingerprints, nowSec: told.nowSec, what: main.url };
    if (signature === null) {
      const { text, fingerprint } = await verifyClearsigned(main.bytes, keyring, signaturePolicy);
      return { trust: { kind: 'signed', fingerprint }, text };
    }
    const { fingerprint } = await verifyDetached(main.bytes, signature.bytes, keyring, signaturePolicy);
    return { trust: { kind: 'signed', fingerprint }, text: null };
  });
  return { ...base, text: verified.text ?? main.bytes.toString('utf8'), trust: verified.trust };
}

type FetchRoot = (file: string) => ReturnType<Downloader['fetcher']['fetchRoot']>;

/** @throws {AppError} `SIGNATURE_MISSING` where there is none. */
async function fetchSignature(upstream: ResolvedUpstream, url: string, fetchRoot: FetchRoot): ReturnType<FetchRoot> {
  return fetchRoot('Release.gpg').catch((error: unknown) => {
    if (!isAppError(error, 'FETCH_NOT_FOUND')) throw error;
    throw new AppError('SIGNATURE_MISSING', `${url} has no signature: neither InRelease nor Release.gpg exists`, {
      hint: `if upstream ${upstream.name} is known not to sign, say "signed: []" for it in an overlay (--manifest)`,
      cause: error,
    });
  });
}

/** The body of a clear-signed file nobody pins a key for: the armor is taken off, nothing is believed of it. */
function unsignedText(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (!isClearsigned(bytes)) return text;
  const start = text.indexOf('\n\n') + 2;
  return text.slice(start, text.indexOf('\n-----BEGIN PGP SIGNATURE-----', start)).replace(/^- /gm, '');
}

/** The index over a Packages file. What an earlier run verified and kept is read in parts, when a package is asked for. */
async function readIndex(
  file: IndexFile,
  upstream: ResolvedUpstream,
  mirrors: readonly string[],
  downloader: Downloader,
): Promise<DebPackageIndex> {
  const { store } = downloader;
  const digest = file.variants[0]?.plain?.digest;
  const sha256 = digest?.algorithm === 'sha256' ? digest.hex : null;
  const kept = sha256 === null ? null : await keptIndex(sha256, upstream.name, store);
  if (kept !== null) return kept;
  const bytes = await readPackagesFile(file, { upstream: upstream.name, mirrors, dir: releaseDir(upstream) }, downloader);
  const index = indexDebPackages(bytes, upstream.name);
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
