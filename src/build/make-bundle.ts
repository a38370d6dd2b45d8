/** From a lock to files on disk: fetch, look into the packages, build the tree, write index, tarball, lock and installer. */
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatBytes } from '../base/bytes.ts';
import { AppError } from '../base/errors.ts';
import type { RepoTree, TreeFile } from '../base/tree-file.ts';
import type { Source } from '../cli/bundle/open-downloader.ts';
import { type CommandContext, runPhase } from '../cli/program/command.ts';
import type { DistroManifest } from '../config/manifest/distro-manifest.ts';
import { replaceFile } from '../files/replace-file.ts';
import { formatLock } from '../lock/format-lock.ts';
import type { Lock } from '../lock/lock.ts';
import { type BundleIndex, formatBundleIndex } from '../pack/format/bundle-index.ts';
import { type ComposedBundle, composeBundle } from '../pack/format/compose-bundle.ts';
import { bundleFileName } from '../pack/format/layout.ts';
import { type WrittenBundle, writeBundle } from '../pack/write/write-bundle.ts';
import { writeTree } from '../repo/write-tree.ts';
import { installLists } from '../resolve/install-lists.ts';
import { type SigningKey, signDetached } from '../trust/signing.ts';
import { describeComponents, findAssets, findInstaller } from './bundle-parts.ts';
import { withWholePackages } from './damaged-packages.ts';
import { buildFamilyTree } from './family-tree.ts';
import { fetchPackages } from './fetch-packages.ts';

/** What to make. */
export interface MakeInput {
  readonly lock: Lock;
  readonly manifest: DistroManifest;
  /** Version of the bundle, for its name. */
  readonly version: string;
  readonly signer: SigningKey | null;
  /** Directory of the tarball; null makes none. */
  readonly outputDir: string | null;
  /** Directory of the tree; null writes none. */
  readonly treeDir: string | null;
  /** False leaves the installer out even where one was built. */
  readonly withInstaller: boolean;
}

/** What was made. */
export interface MadeBundle {
  readonly index: BundleIndex;
  readonly isSigned: boolean;
  readonly bundle: WrittenBundle | null;
  readonly treeDir: string | null;
  readonly lockPath: string | null;
  readonly installerPath: string | null;
}

/**
 * Makes the bundle of a lock. Nothing is left half-made: each file is written beside its place and renamed.
 *
 * @throws {AppError} what fetching, reading packages and writing can throw; `FILE_CONFLICT` when two packages would overwrite each other's files.
 */
export async function makeBundle(input: MakeInput, source: Source, context: CommandContext): Promise<MadeBundle> {
  const { lock, manifest } = input;
  return withWholePackages(
    lock,
    source.store,
    context,
    () => fetchPackages(lock, manifest, source, context),
    (files) => makeFrom(files, input, source, context),
  );
}

async function makeFrom(
  files: ReadonlyMap<string, string>,
  input: MakeInput,
  source: Source,
  context: CommandContext,
): Promise<MadeBundle> {
  const { lock, manifest, signer, treeDir, outputDir } = input;
  const tree = await buildFamilyTree({ lock, manifest, files, signer }, source, context);
  const installer = input.withInstaller ? await findInstaller(lock.arch) : null;
  const composed = await compose(input, tree, installer);
  const mtimeSec = lock.snapshotSec;
  if (treeDir !== null) {
    await runPhase(
      context,
      { phase: 'tree', title: `Writing ${treeDir}` },
      async () => writeTree(composed.files, treeDir, mtimeSec, context),
      ({ linked, copied }) => `${linked} files linked, ${copied} copied`,
    );
  }
  const bundle = outputDir === null ? null : await packBundle(input, composed, outputDir, context);
  const beside =
    outputDir === null ? { lockPath: null, installerPath: null } : await writeBeside(lock, installer, outputDir, input.version);
  return { index: composed.index, isSigned: signer !== null, bundle, treeDir, ...beside };
}

async function compose({ lock, manifest, version }: MakeInput, tree: RepoTree, installer: TreeFile | null): Promise<ComposedBundle> {
  return composeBundle({
    lock,
    version,
    tree,
    installer,
    assets: await findAssets(),
    installs: installLists(lock, manifest),
    components: describeComponents(manifest, lock.packages) as unknown as Parameters<typeof composeBundle>[0]['components'],
  });
}

async function packBundle(
  input: MakeInput,
  { index, files }: ComposedBundle,
  outputDir: string,
  context: CommandContext,
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

async function writeBeside(lock: Lock, installer: TreeFile | null, outputDir: string, version: string) {
  const lockPath = join(outputDir, bundleFileName(lock, version).replace(/\.tgz$/, '.lock'));
  const installerPath = installer === null ? null : join(outputDir, `pigsty-install-${lock.arch}`);
  try {
    await mkdir(outputDir, { recursive: true });
    await replaceFile(lockPath, async (partial) => writeFile(partial, formatLock(lock)));
    if (installer !== null && installerPath !== null) {
      const { content } = installer;
      if (content.kind !== 'file') throw new Error('the installer is a file');
      await replaceFile(installerPath, async (partial) => {
        await copyFile(content.filePath, partial);
        await chmod(partial, 0o755);
      });
    }
  } catch (cause) {
    const isFull = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC';
    throw new AppError(isFull ? 'DISK_FULL' : 'OUTPUT_UNWRITABLE', `cannot write lock and installer into ${outputDir}`, {
      cause,
      hint: 'the tarball is there and whole; make room, or choose another place with --output',
    });
  }
  return { lockPath, installerPath };
}
