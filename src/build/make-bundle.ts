/** From a lock to files on disk: fetch, look into the packages, prove, build the tree, write index, tarball, lock and installer. */
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '../base/bytes.ts';
import type { RunContext } from '../base/events.ts';
import { runPhase } from '../base/run-phase.ts';
import type { TreeFile } from '../base/tree-file.ts';
import { replaceFile } from '../files/replace-file.ts';
import { outputTarget, withWriteErrors } from '../files/write-error.ts';
import { formatLock } from '../lock/format-lock.ts';
import type { Lock } from '../lock/lock.ts';
import type { Downloader } from '../metadata/downloader.ts';
import { type BundleIndex, formatBundleIndex } from '../pack/format/bundle-index.ts';
import { type ComposedBundle, composeBundle } from '../pack/format/compose-bundle.ts';
import { bundleFileName } from '../pack/format/layout.ts';
import { type WrittenBundle, writeBundle } from '../pack/write/write-bundle.ts';
import { writeTree } from '../repo/write-tree.ts';
import { conditionsOf, proveTree, type SolvedWith } from '../resolve/prove-tree.ts';
import type { OpenCondition } from '../rpm/candidates/open-conditions.ts';
import { type SigningKey, signDetached } from '../trust/signing.ts';
import { findAssets, findInstaller } from './bundle-parts.ts';
import { withSoundStore } from './damaged-packages.ts';
import type { FindUpstreams } from './find-upstream.ts';
import { type ReadPackages, readPackages } from './read-packages.ts';

/** What to make. */
export interface MakeInput {
  readonly lock: Lock;
  /** Where the lock's upstreams are; asked only when the store lacks a package or a key. */
  readonly findUpstreams: FindUpstreams;
  /** Version of the bundle, for its name. */
  readonly version: string;
  readonly signer: SigningKey | null;
  /** Directory of the tarball; null makes none. */
  readonly outputDir: string | null;
  /** Directory of the tree; null writes none. */
  readonly treeDir: string | null;
  /** The installer executable for the lock's CPU, left out where there is no such file; null leaves it out anyway. */
  readonly installerPath: string | null;
  /** Directory of dashboards, rules and portal. */
  readonly assetsDir: string;
}

/** What was made. */
export interface MadeBundle {
  readonly index: BundleIndex;
  readonly isSigned: boolean;
  /** What it lacks on hosts that have more than was assumed. */
  readonly conditions: readonly OpenCondition[];
  readonly bundle: WrittenBundle | null;
  readonly treeDir: string | null;
  readonly lockPath: string | null;
  readonly installerPath: string | null;
}

/** What a run that resolved has at hand already. */
export interface AtHand {
  readonly packages: ReadPackages;
  readonly solvedWith: SolvedWith;
}

/**
 * Makes the bundle of a lock, once it is proved to install. Nothing is left half-made: each file is written beside its place and renamed.
 * When packages in the store turn out to be damaged, they are downloaded again and everything is done a second time.
 *
 * @throws {AppError} what fetching, reading packages and writing can throw; `PROOF_FAILED` when the packages do not install by what they
 * say; `FILE_CONFLICT` when two of them would overwrite each other's files.
 */
export async function makeBundle(
  input: MakeInput,
  downloader: Downloader,
  context: RunContext,
  atHand: AtHand | null = null,
): Promise<MadeBundle> {
  let packages = atHand?.packages ?? null;
  return withSoundStore(input.lock, downloader.store, context, async () => {
    const read = packages;
    // What was read before does not count a second time: it may be what is damaged.
    packages = null;
    return fetchAndMake(input, read, atHand?.solvedWith ?? null, downloader, context);
  });
}

async function fetchAndMake(
  input: MakeInput,
  read: ReadPackages | null,
  solvedWith: SolvedWith | null,
  downloader: Downloader,
  context: RunContext,
): Promise<MadeBundle> {
  const { lock, findUpstreams, signer, treeDir, outputDir, version } = input;
  // First what needs no network: a file nothing would use is told before an hour of downloading.
  const assets = await findAssets(input.assetsDir);
  const packages = read ?? (await readPackages(lock, findUpstreams, downloader, context));
  await runPhase(
    context,
    { phase: 'prove', title: 'Proving that the packages install by what they say themselves' },
    async () => proveTree(lock, packages.own, solvedWith),
    () => `${lock.solved.length} proofs`,
  );
  const tree = await packages.makeTree(signer);
  const installer = input.installerPath === null ? null : await findInstaller(input.installerPath);
  const composed = composeBundle({ lock, version, tree, installer, assets });
  if (treeDir !== null) await writeTreeTo(treeDir, composed, lock, context);
  const bundle = outputDir === null ? null : await packBundle(input, composed, outputDir, context);
  const beside = outputDir === null ? { lockPath: null, installerPath: null } : await writeBeside(lock, installer, outputDir, version);
  const conditions = conditionsOf(lock, packages.own);
  return { index: composed.index, isSigned: signer !== null, conditions, bundle, treeDir, ...beside };
}

async function writeTreeTo(treeDir: string, { files }: ComposedBundle, lock: Lock, context: RunContext): Promise<void> {
  await runPhase(
    context,
    { phase: 'tree', title: `Writing ${treeDir}` },
    async () => writeTree(files, treeDir, lock.snapshotSec, context),
    ({ linked, copied }) => `${linked} files linked, ${copied} copied`,
  );
}

async function packBundle(
  input: MakeInput,
  { index, files }: ComposedBundle,
  outputDir: string,
  context: RunContext,
): Promise<WrittenBundle> {
  const { lock, signer, version } = input;
  const signature = signer === null ? undefined : Buffer.from(await signDetached(formatBundleIndex(index), signer, lock.snapshotSec));
  const output = join(outputDir, bundleFileName(lock, version));
  return runPhase(
    context,
    { phase: 'pack', title: `Packing ${output}`, totalBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) },
    async () => writeBundle({ index, signature, files, output, readBack: true }, context),
    ({ sizeBytes }) => formatBytes(sizeBytes),
  );
}

/** Lock and installer beside the tarball. */
async function writeBeside(lock: Lock, installer: TreeFile | null, outputDir: string, version: string) {
  const lockPath = join(outputDir, bundleFileName(lock, version).replace(/\.tgz$/, '.lock'));
  const installerPath = installer === null ? null : join(outputDir, `pigsty-install-${lock.arch}`);
  await withWriteErrors(outputTarget(outputDir, 'lock and installer', installer?.sizeBytes ?? null, '--output'), async () => {
    await mkdir(outputDir, { recursive: true });
    await replaceFile(lockPath, async (partial) => writeFile(partial, formatLock(lock)));
    if (installer !== null && installerPath !== null) await copyExecutable(installer, installerPath);
  });
  return { lockPath, installerPath };
}

async function copyExecutable({ content }: TreeFile, path: string): Promise<void> {
  if (content.kind !== 'file') throw new Error('the installer is a file');
  await replaceFile(path, async (partial) => {
    await copyFile(content.filePath, partial);
    await chmod(partial, 0o755);
  });
}
