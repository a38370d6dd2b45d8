/**
 * The root of a DEB upstream: InRelease, or Release and Release.gpg, verified as the manifest asks. Where a person wrote `trusted: yes`
 * there may be none, or one that apt would not believe: then the Packages files are all there is.
 */
import { AppError, isAppError, messageOf } from '../base/errors.ts';
import type { RunContext } from '../base/events.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import { checkReleaseDates, parseRelease, type Release } from '../deb/index/release.ts';
import type { RootFile } from '../fetch/download/fetch-root.ts';
import type { UpstreamTrust } from '../lock/lock.ts';
import { isClearsigned } from '../trust/clearsign.ts';
import { verifyClearsigned, verifyDetached } from '../trust/verify.ts';
import type { Downloader } from './downloader.ts';
import { assertMayBeUnsigned, type SnapshotPolicy } from './snapshot-policy.ts';
import { withTrustStamp } from './trust-stamp.ts';
import { below, encodePath, noRepositoryHint, startingWith } from './upstream-urls.ts';

const MAX_RELEASE_BYTES = 32 << 20;

/** What is known of an upstream before its Packages files are read. */
export interface DebRoot {
  /** Null when there is none, or none that vouches for anything: only where `trusted: yes` allows it. */
  readonly release: Release | null;
  readonly trust: UpstreamTrust;
  /** Digest of the file with the Release; empty without one. */
  readonly sha256: string;
  /** Where the Release was read, for messages. */
  readonly url: string;
  /** The mirror that had it first. */
  readonly mirrors: readonly string[];
}

/** Directory of the Release file below a base URL. */
export function releaseDir({ layout, suite }: Pick<ResolvedUpstream, 'layout' | 'suite'>): string {
  if (layout !== 'flat') return `dists/${suite}`;
  const path = suite.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
  return path === '.' ? '' : path;
}

/**
 * Reads and verifies the root.
 *
 * @throws {AppError} the codes of `fetchRoot`, of verifying and of `parseRelease`; `INDEX_EXPIRED`, `INDEX_NOT_YET_VALID`.
 */
export async function readDebRoot(
  upstream: ResolvedUpstream,
  downloader: Downloader,
  policy: SnapshotPolicy,
  context: RunContext,
): Promise<DebRoot> {
  const { urls: mirrors } = await downloader.mirrorsOf(upstream);
  if (upstream.trust.mode === 'trusted') return readTrusted(upstream, mirrors, downloader, policy, context);
  const fetchFile = fileFetcher(upstream, mirrors, downloader);
  const inRelease = await orNull(fetchFile('InRelease'));
  const main = inRelease ?? (await fetchFile('Release'));
  const { text, trust } = await verified(upstream, main, { isInline: inRelease !== null, fetchFile, downloader, policy, context });
  const release = parseRelease(text, main.url);
  checkReleaseDates(release, { nowSec: context.nowSec, what: main.url, allowExpired: policy.ignoreExpiry });
  return { release, trust, sha256: main.sha256, url: main.url, mirrors: startingWith(mirrors, main.mirrorIndex) };
}

/** `[trusted=yes]` of sources.list(5): no signature is looked at, no date, and a Release that vouches for nothing is as good as none. */
async function readTrusted(
  upstream: ResolvedUpstream,
  mirrors: readonly string[],
  downloader: Downloader,
  policy: SnapshotPolicy,
  context: RunContext,
): Promise<DebRoot> {
  assertMayBeUnsigned(upstream.name, policy);
  const trust = { kind: 'trusted' } as const;
  const fetchFile = fileFetcher(upstream, mirrors, downloader);
  const main = (await orNull(fetchFile('InRelease'))) ?? (await orNull(fetchFile('Release')));
  if (main === null) {
    tell(upstream, 'it has no Release: nothing vouches for its packages', context);
    return { release: null, trust, sha256: '', url: mirrors[0] ?? '', mirrors };
  }
  const found = { trust, sha256: main.sha256, url: main.url, mirrors: startingWith(mirrors, main.mirrorIndex) };
  try {
    const release = parseRelease(unsignedText(main.bytes), main.url);
    tell(upstream, 'its signature is not looked at', context);
    return { ...found, release };
  } catch (error) {
    if (!isAppError(error, 'INDEX_INVALID')) throw error;
    tell(upstream, `its Release counts for nothing (${messageOf(error)})`, context);
    return { ...found, release: null, sha256: '' };
  }
}

function tell({ name }: ResolvedUpstream, what: string, { report }: RunContext): void {
  report({
    type: 'warning',
    code: 'UPSTREAM_TRUSTED',
    message: `upstream ${name} is taken as it is, because the manifest says "trusted: yes": ${what}`,
  });
}

type FetchFile = (file: string) => Promise<RootFile>;

function fileFetcher(upstream: ResolvedUpstream, mirrors: readonly string[], { fetcher }: Downloader): FetchFile {
  const { name, layout, trust } = upstream;
  const dir = releaseDir(upstream);
  const place = layout === 'flat' ? 'url and suite' : `url and suite (apt looks for ${dir}/Release too)`;
  const bare = trust.mode === 'unsigned' ? '; a directory with Packages and no Release is taken when it says "trusted: yes"' : '';
  const ifMissing = `${noRepositoryHint(name, place)}${bare}`;
  return (file) =>
    fetcher.fetchRoot({
      urls: below(mirrors, encodePath.deb(dir), file),
      maxBytes: MAX_RELEASE_BYTES,
      label: `${name} ${file}`,
      ifMissing,
    });
}

function orNull(fetching: Promise<RootFile>): Promise<RootFile | null> {
  return fetching.catch((error: unknown) => {
    if (isAppError(error, 'FETCH_NOT_FOUND')) return null;
    throw error;
  });
}

interface Verifying {
  readonly isInline: boolean;
  readonly fetchFile: FetchFile;
  readonly downloader: Downloader;
  readonly policy: SnapshotPolicy;
  readonly context: RunContext;
}

async function verified(
  upstream: ResolvedUpstream,
  main: RootFile,
  { isInline, fetchFile, downloader, policy, context }: Verifying,
): Promise<{ readonly text: string; readonly trust: UpstreamTrust }> {
  if (upstream.trust.mode === 'unsigned') {
    assertMayBeUnsigned(upstream.name, policy);
    return { text: unsignedText(main.bytes), trust: { kind: 'unsigned' } };
  }
  const signature = isInline ? null : await signatureOf(upstream, main.url, fetchFile);
  const digests = [main.sha256, ...(signature === null ? [] : [signature.sha256])];
  const root = await withTrustStamp({ upstream, digests, rules: 'deb', downloader, context }, async (told) => {
    const { keyring, fingerprints } = await downloader.keys.of(upstream, null, told);
    const signaturePolicy = { fingerprints, nowSec: told.nowSec, what: main.url };
    if (signature === null) {
      const { text, fingerprint } = await verifyClearsigned(main.bytes, keyring, signaturePolicy);
      return { trust: { kind: 'signed', fingerprint }, text };
    }
    const { fingerprint } = await verifyDetached(main.bytes, signature.bytes, keyring, signaturePolicy);
    return { trust: { kind: 'signed', fingerprint }, text: null };
  });
  return { text: root.text ?? main.bytes.toString('utf8'), trust: root.trust };
}

/** @throws {AppError} `SIGNATURE_MISSING` where there is none. */
async function signatureOf(upstream: ResolvedUpstream, url: string, fetchFile: FetchFile): Promise<RootFile> {
  return fetchFile('Release.gpg').catch((error: unknown) => {
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
