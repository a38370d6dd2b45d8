/** How much of an RPM upstream can be verified before its packages are there: the signature of repomd.xml, or the keys of its packages. */
import { AppError, isAppError } from '../base/errors.ts';
import type { RunContext } from '../base/events.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import type { UpstreamTrust } from '../lock/lock.ts';
import type { CryptoPolicy } from '../rpm/package/key-policy.ts';
import { verifyDetached } from '../trust/verify.ts';
import type { Downloader } from './downloader.ts';
import { assertMayBeUnsigned, type SnapshotPolicy } from './snapshot-policy.ts';
import { withTrustStamp } from './trust-stamp.ts';

/** A repomd.xml or its signature, as some mirror gave it. */
type RootFile = Awaited<ReturnType<Downloader['fetcher']['fetchRoot']>>;

/** What verifying needs besides the files. */
export interface RpmTrustReaders {
  readonly downloader: Downloader;
  readonly policy: SnapshotPolicy;
  readonly crypto: CryptoPolicy;
  readonly context: RunContext;
}

/**
 * Verifies what can be verified. The keys of its packages are read now as well: a key that cannot be had is better missed before the
 * packages were downloaded than after, and what is wrong with it belongs into the lock.
 *
 * @throws {AppError} `SIGNATURE_MISSING`, `SIGNATURE_INVALID`, `KEY_UNUSABLE`, and those of fetching.
 */
export async function trustRpmRoot(
  upstream: ResolvedUpstream,
  main: RootFile,
  fetchSignature: () => Promise<RootFile>,
  readers: RpmTrustReaders,
): Promise<UpstreamTrust> {
  const { downloader, policy, crypto, context } = readers;
  if (upstream.trust.mode === 'unsigned') {
    assertMayBeUnsigned(upstream.name, policy);
    return { kind: 'unsigned' };
  }
  const isPackages = upstream.trust.mode === 'signed-packages';
  const signature = isPackages ? null : await signatureOf(upstream, main, fetchSignature);
  const digests = signature === null ? [] : [main.sha256, signature.sha256];
  const { trust } = await withTrustStamp({ upstream, digests, rules: JSON.stringify(crypto), downloader, context }, async (told) => {
    const listened = { ...readers, context: told };
    const verifying = signature === null ? trustPackages(upstream, listened) : trustSigned(upstream, main, signature, listened);
    return { trust: await verifying, text: null };
  });
  return trust;
}

async function trustPackages(upstream: ResolvedUpstream, { downloader, crypto, context }: RpmTrustReaders): Promise<UpstreamTrust> {
  const { fingerprints, weak } = await downloader.keys.of(upstream, crypto, context);
  const [fingerprint = 'not pinned', ...others] = fingerprints;
  return { kind: 'packages', fingerprint, ...(others.length === 0 ? {} : { others }), ...weakness(weak) };
}

async function trustSigned(
  upstream: ResolvedUpstream,
  main: RootFile,
  signature: RootFile,
  { downloader, crypto, context }: RpmTrustReaders,
): Promise<UpstreamTrust> {
  const { keyring, fingerprints, weak } = await downloader.keys.of(upstream, crypto, context);
  const { nowSec } = context;
  const verified = await verifyDetached(main.bytes, signature.bytes, keyring, { fingerprints, nowSec, what: main.url });
  const signers = upstream.trust.packagesSigned ? { packageSigners: fingerprints } : {};
  return { kind: 'signed', fingerprint: verified.fingerprint, ...signers, ...weakness(weak) };
}

function weakness(weak: readonly string[]): { readonly weak?: readonly string[] } {
  return weak.length === 0 ? {} : { weak };
}

async function signatureOf(upstream: ResolvedUpstream, { url }: RootFile, fetchSignature: () => Promise<RootFile>): Promise<RootFile> {
  try {
    return await fetchSignature();
  } catch (cause) {
    if (!isAppError(cause, 'FETCH_NOT_FOUND')) throw cause;
    throw new AppError('SIGNATURE_MISSING', `${url} has no signature: repomd.xml.asc does not exist`, {
      hint: `if upstream ${upstream.name} is known not to sign its metadata, say "signed: [packages]" or "signed: []" for it in an overlay (--manifest)`,
      cause,
    });
  }
}
