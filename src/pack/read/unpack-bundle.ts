/**
 * Unpacks a bundle in one pass: into a directory nobody reads yet, digests checked while writing, everything on disk before the marker,
 * then two renames. Whatever kills it, the repository that was there stays, or the new one is there whole.
 */
import { chmod, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { Context } from '../../base/events.ts';
import { throwIfAborted } from '../../base/interrupted.ts';
import { assertFreeSpace } from '../../files/free-space.ts';
import { renameIfThere, restoreInterruptedSwap, swapDirectory } from '../../files/swap-directory.ts';
import { syncPath } from '../../files/sync-path.ts';
import { explainWriteError, outputTarget } from '../../files/write-error.ts';
import { bundleFaultsError } from '../format/bundle-fault.ts';
import type { BundleFile, BundleIndex } from '../format/bundle-index.ts';
import { unpackedBytes } from '../format/bundle-index.ts';
import { BESIDE_REPO, INDEX_PATH, MARKER_PATH, REPO_DIR, SIGNATURE_PATH } from '../format/layout.ts';
import type { FileSink } from './bundle-walk.ts';
import type { PresentRepo } from './present-repo.ts';
import { readPresentRepo } from './present-repo.ts';
import { readBundle } from './read-bundle.ts';
import type { BundleHead } from './read-head.ts';
import { SyncQueue } from './sync-queue.ts';
import type { BundleInput } from './tar-stream.ts';
import { openForUnpack, writeWholeFile } from './unpack-file.ts';
import type { BundleTrust, SignatureState } from './verify-bundle.ts';
import { checkSignature } from './verify-bundle.ts';

/** Where to unpack, and under which conditions. */
export interface UnpackBundleOptions {
  /** Web root, `/www`. Must exist; may be a symbolic link. */
  readonly webRoot: string;
  /** Directory below the web root; `pigsty` when left out. */
  readonly repoName?: string;
  /** Null accepts unsigned bundles and does not look at signatures. */
  readonly trust: BundleTrust | null;
  /** Whether a repository that is not this bundle may be replaced. Without it that is the outcome `other-present`. */
  readonly replace: boolean;
}

/** What happened. Only `unpacked` changed anything. A damaged copy of this very bundle is replaced without asking. */
export type UnpackOutcome =
  | { readonly kind: 'unpacked'; readonly index: BundleIndex; readonly signature: SignatureState; readonly replaced: PresentRepo | null }
  | { readonly kind: 'already-present'; readonly index: BundleIndex; readonly signature: SignatureState }
  | { readonly kind: 'other-present'; readonly index: BundleIndex; readonly signature: SignatureState; readonly present: PresentRepo };

/**
 * Unpacks `input` to `<webRoot>/<repoName>` and its source file to `<webRoot>`. Files are 0644 or 0755 and directories 0755 whatever the
 * umask; the owner is who runs it. Needs space for the bundle's content beside an old repository. Leftovers of killed runs are removed
 * first.
 *
 * @throws {AppError} as `readBundle`; `BUNDLE_SIGNATURE_INVALID`, `DISK_FULL`, `OUTPUT_UNWRITABLE`, `INTERRUPTED`. Nothing is left behind.
 */
export async function unpackBundle(input: BundleInput, options: UnpackBundleOptions, context: Context): Promise<UnpackOutcome> {
  const unpacking = new Unpacking(input, options, context);
  try {
    return await unpacking.run();
  } catch (error) {
    if (error instanceof Stop) return error.outcome;
    throw await explainWriteError(error, outputTarget(options.webRoot, 'the repository', unpacking.neededBytes));
  } finally {
    await unpacking.cleanUp();
  }
}

/** Ends the reading after the head because there is nothing to unpack. */
class Stop extends Error {
  readonly outcome: UnpackOutcome;
  constructor(outcome: UnpackOutcome) {
    super(outcome.kind);
    this.outcome = outcome;
  }
}

class Unpacking {
  neededBytes = 0;
  readonly #input: BundleInput;
  readonly #options: UnpackBundleOptions;
  readonly #context: Context;
  readonly #repo: string;
  readonly #sync = new SyncQueue();
  readonly #directories = new Set<string>();
  #partial: string | null = null;
  #signature: SignatureState = { kind: 'unsigned' };
  #present: PresentRepo | null = null;
  #doneBytes = 0;
  #totalBytes = 0;

  constructor(input: BundleInput, options: UnpackBundleOptions, context: Context) {
    this.#input = input;
    this.#options = options;
    this.#context = context;
    this.#repo = join(options.webRoot, options.repoName ?? REPO_DIR);
  }

  async run(): Promise<UnpackOutcome> {
    const visitor = {
      onHead: (head: BundleHead) => this.#begin(head),
      onFile: (file: BundleFile) => this.#file(file),
      onFault: (fault: Parameters<typeof bundleFaultsError>[1][number]) => {
        throw bundleFaultsError(typeof this.#input === 'string' ? this.#input : 'the bundle', [fault]);
      },
    };
    const { index } = await readBundle(this.#input, visitor, this.#context.signal);
    await this.#finish();
    return { kind: 'unpacked', index, signature: this.#signature, replaced: this.#present };
  }

  async cleanUp(): Promise<void> {
    await this.#sync.abandon();
    // What cannot be tidied up does not hide why unpacking failed.
    if (this.#partial !== null) await rm(this.#partial, { recursive: true, force: true }).catch(() => undefined);
  }

  async #begin(head: BundleHead): Promise<void> {
    const { index } = head;
    this.#signature = await checkSignature(head, this.#options.trust);
    if (index.since !== null || index.parts !== null) {
      throw new AppError('BUNDLE_TOO_NEW', 'this bundle only adds to another or is split; this program unpacks whole bundles');
    }
    await restoreInterruptedSwap(this.#repo);
    this.#present = await readPresentRepo(this.#repo, this.#options.webRoot, index);
    if (this.#present?.isSame === true) throw new Stop({ kind: 'already-present', index, signature: this.#signature });
    if (this.#present !== null && this.#present.id !== index.id && !this.#options.replace) {
      throw new Stop({ kind: 'other-present', index, signature: this.#signature, present: this.#present });
    }
    await removeLeftovers(this.#repo);
    this.#totalBytes = unpackedBytes(index);
    this.neededBytes = this.#totalBytes + index.files.length * 4096 + head.indexBytes.length;
    await assertFreeSpace(this.#options.webRoot, this.neededBytes, 'the repository');
    this.#partial = `${this.#repo.slice(0, -this.#name.length)}.${this.#name}.${index.id}.partial`;
    await this.#makeDirectory(this.#partial);
    await writeWholeFile(this.#pathOf(INDEX_PATH), head.indexBytes);
    if (head.signature !== null) await writeWholeFile(this.#pathOf(SIGNATURE_PATH), head.signature);
  }

  get #name(): string {
    return this.#options.repoName ?? REPO_DIR;
  }

  #pathOf(path: string): string {
    return BESIDE_REPO.includes(path) ? join(this.#partial!, `.beside-${path}`) : join(this.#partial!, path.slice(REPO_DIR.length + 1));
  }

  async #file(file: BundleFile): Promise<FileSink> {
    throwIfAborted(this.#context.signal);
    if (file.path === MARKER_PATH) await this.#allOnDisk();
    const path = this.#pathOf(file.path);
    await this.#makeDirectory(dirname(path));
    const sink = await openForUnpack(file, path);
    return {
      write: sink.write,
      abort: sink.abort,
      end: async () => {
        await sink.end();
        this.#sync.add(path);
        this.#doneBytes += file.sizeBytes;
        this.#context.report({ type: 'phase.progress', phase: 'unpack', doneBytes: this.#doneBytes, totalBytes: this.#totalBytes });
      },
    };
  }

  /** Creates `directory` and what is missing above it, with the mode it must have: mkdir alone is subject to the umask. */
  async #makeDirectory(directory: string): Promise<void> {
    if (this.#directories.has(directory) || !directory.startsWith(this.#partial!)) return;
    await this.#makeDirectory(dirname(directory));
    await mkdir(directory);
    await chmod(directory, 0o755);
    this.#directories.add(directory);
  }

  /** The marker may only exist where everything else does. */
  async #allOnDisk(): Promise<void> {
    await this.#sync.drain();
    for (const directory of this.#directories) await syncPath(directory);
  }

  async #finish(): Promise<void> {
    await this.#allOnDisk();
    for (const name of BESIDE_REPO) await renameIfThere(join(this.#partial!, `.beside-${name}`), join(this.#options.webRoot, name));
    await swapDirectory(this.#partial!, this.#repo, async () => {
      this.#partial = null;
      await syncPath(this.#options.webRoot);
    });
  }
}

async function removeLeftovers(repo: string): Promise<void> {
  const root = dirname(repo);
  const prefix = `.${repo.slice(root.length + 1)}.`;
  for (const name of await readdir(root)) {
    if (name.startsWith(prefix) && name.endsWith('.partial')) await rm(join(root, name), { recursive: true, force: true });
  }
}
