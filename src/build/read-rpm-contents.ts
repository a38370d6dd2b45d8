/**
 * Looks into every RPM of a lock: digests of header and payload, the header signature where its upstream signs packages, and the metadata
 * our repository is written from. Taking it from the package makes a bundle a function of its lock alone. What was read once is kept in the
 * store.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { AppError } from '../base/errors.ts';
import type { RunContext } from '../base/events.ts';
import { type Lock, type LockedPackage, type LockedUpstream, packageSigners } from '../lock/lock.ts';
import type { Downloader } from '../metadata/downloader.ts';
import { fileIdentities } from '../rpm/package/file-conflicts.ts';
import { type CryptoPolicy, cryptoPolicyOf } from '../rpm/package/key-policy.ts';
import { packageFromHeaders, type RpmPackageWithFiles } from '../rpm/package/package-from-header.ts';
import type { RpmPackage } from '../rpm/package/rpm-package.ts';
import { verifyRpm } from '../rpm/package/verify-rpm.ts';
import { readDerived, writeDerived } from '../store/derived-cache.ts';
import type { Store } from '../store/store.ts';
import type { PublicKeys } from '../trust/keyring.ts';
import { formatEvr } from '../version/evr.ts';
import { type FindUpstreams, findUpstream } from './find-upstream.ts';
import { readContents } from './read-contents.ts';

/** What is known of a package from itself. */
export interface RpmContent extends RpmPackageWithFiles {
  /** Primary fingerprint of the key that signed it; null when its upstream signs no packages. */
  readonly signedBy: string | null;
  /** What the crypto policy of EL 9 and later would not accept, as sentences. */
  readonly weak: readonly string[];
  /** Path and identity of every file that could conflict with another package's. */
  readonly identities: readonly (readonly [path: string, identity: string])[];
}

/** Whose signature a package must carry; null for upstreams that sign no packages. */
export interface RpmTrust {
  readonly keyring: PublicKeys;
  readonly fingerprints: readonly string[];
}

/** What every package of a build is judged by. */
interface Judgement {
  readonly crypto: CryptoPolicy;
  readonly nowSec: number;
}

const KIND = 'rpm-content-3';

/**
 * The contents of all packages of a lock, by sha256. Weaknesses are reported as one warning.
 *
 * @param files paths in the store, by sha256.
 * @throws {AppError} the codes of {@link checkRpm}, with every bad package in the message; `KEY_UNUSABLE` when a key cannot be had.
 */
export async function readRpmContents(
  lock: Lock,
  files: ReadonlyMap<string, string>,
  findUpstreams: FindUpstreams,
  downloader: Downloader,
  context: RunContext,
): Promise<ReadonlyMap<string, RpmContent>> {
  const judgement = { crypto: cryptoPolicyOf(majorOf(lock)), nowSec: context.nowSec };
  const trusts = await trustOfUpstreams(lock, judgement.crypto, findUpstreams, downloader, context);
  const read = (locked: LockedPackage) =>
    readContent(locked, files.get(locked.sha256), trusts.get(locked.upstream) ?? null, downloader.store, judgement);
  const detail = (contents: readonly RpmContent[]) =>
    `${contents.length} packages, ${contents.filter(({ signedBy }) => signedBy !== null).length} signed`;
  const contents = await readContents(lock, { title: 'Verifying the packages', read, detail }, context);
  reportWeak([...contents.values()], lock, context);
  return contents;
}

/** `el9` → 9 */
function majorOf({ distro }: Lock): number {
  return Number(distro.slice('el'.length));
}

/**
 * Verifies one package file and reads its metadata.
 *
 * @throws {AppError} `PACKAGE_INVALID` when it is damaged or not what `locked` says; `SIGNATURE_MISSING`, `SIGNATURE_INVALID`,
 * `KEY_UNUSABLE` when `trust` asks for a signature.
 */
export async function checkRpm(filePath: string, locked: LockedPackage, trust: RpmTrust | null, judgement: Judgement): Promise<RpmContent> {
  const what = `${locked.file} [${locked.upstream}]`;
  const policy = { ...judgement, fingerprints: trust?.fingerprints ?? [], what };
  const { contents, signedBy, weak } = await verifyRpm(
    createReadStream(filePath, { highWaterMark: 1 << 18 }),
    trust?.keyring ?? { keys: [] },
    policy,
  );
  const checksum = { algorithm: 'sha256', hex: locked.sha256 } as const;
  const facts = { checksum, sizeBytes: contents.sizeBytes, timeFileSec: 0, location: locked.file };
  const { pkg, files } = packageFromHeaders(contents, facts);
  if (contents.sha256Hex !== locked.sha256) throw new AppError('PACKAGE_INVALID', `${what} is not the file the lock names`);
  assertSame(locked, pkg);
  return { pkg, files, signedBy, weak, identities: fileIdentities(contents.header, files) };
}

/** The metadata an upstream signed and the package it serves must speak of the same thing. */
function assertSame(locked: LockedPackage, pkg: RpmPackage): void {
  const found = `${pkg.name} ${formatEvr(pkg)} ${pkg.arch}`;
  const wanted = `${locked.name} ${locked.version} ${locked.arch}`;
  if (found === wanted) return;
  const what = `${locked.file} [${locked.upstream}]`;
  throw new AppError('PACKAGE_INVALID', `${what} says it is ${found}, its upstream's metadata says ${wanted}`, {
    hint: 'the upstream published a broken package: exclude it or take another upstream with an overlay (--manifest)',
  });
}

async function trustOfUpstreams(
  lock: Lock,
  crypto: CryptoPolicy,
  findUpstreams: FindUpstreams,
  downloader: Downloader,
  context: RunContext,
): Promise<ReadonlyMap<string, RpmTrust>> {
  const used = new Set(lock.packages.map(({ upstream }) => upstream));
  const signing = lock.upstreams.filter(({ name, trust }) => used.has(name) && packageSigners(trust).length > 0);
  const load = async (locked: LockedUpstream): Promise<[string, RpmTrust]> => {
    const find = async () => findUpstream(locked.name, await findUpstreams());
    const { keyring } = await downloader.keys.ofLocked(locked, crypto, context, find);
    return [locked.name, { keyring, fingerprints: packageSigners(locked.trust) }];
  };
  return new Map(await Promise.all(signing.map(load)));
}

async function readContent(
  locked: LockedPackage,
  filePath: string | undefined,
  trust: RpmTrust | null,
  store: Store,
  judgement: Judgement,
): Promise<RpmContent> {
  if (filePath === undefined) throw new Error(`${locked.file} was not fetched`);
  const key = `${locked.sha256}-${judgeDigest(trust, judgement)}`;
  const kept = await readDerived(store, KIND, key);
  if (kept !== undefined) {
    const content = JSON.parse(kept.toString('utf8')) as RpmContent;
    // What was kept is known by the digest alone: another lock may say something else of it.
    assertSame(locked, content.pkg);
    return content;
  }
  const content = await checkRpm(filePath, locked, trust, judgement);
  await writeDerived(store, KIND, key, Buffer.from(JSON.stringify(content)));
  return content;
}

/** What a verdict depends on besides the package: a key that was revoked since, or a stricter release, gives another one. */
function judgeDigest(trust: RpmTrust | null, { crypto }: Judgement): string {
  const hash = createHash('sha256').update(trust === null ? 'unsigned' : `el${crypto.major} ${trust.fingerprints.join(' ')}`);
  const pinned = trust?.keyring.keys.filter((key) => trust.fingerprints.includes(key.getFingerprint().toUpperCase())) ?? [];
  for (const key of pinned) hash.update(key.write());
  return hash.digest('hex').slice(0, 16);
}

/** What EL 8 still accepts is worth a word, what EL 9 and later refuse an instruction. */
function reportWeak(contents: readonly RpmContent[], lock: Lock, context: RunContext): void {
  const weak = contents.flatMap((content) => content.weak.slice(0, 1)).sort();
  if (weak.length === 0) return;
  const more = weak.length > 3 ? `; and ${weak.length - 3} more` : '';
  context.report({ type: 'warning', code: 'WEAK_SIGNATURE', message: `${lock.distro}: ${weak.slice(0, 3).join('; ')}${more}` });
}
