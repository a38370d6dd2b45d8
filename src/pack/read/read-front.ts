/**
 * The front of a bundle: everything before the first package. One pass from the beginning reads it; the installer, which is larger than all
 * the rest of the front together, is passed over without inflating it, and its place is kept, so that it can be read later without coming
 * by the rest again.
 */
import { createHash } from 'node:crypto';
import { AppError } from '../../base/errors.ts';
import { throwIfAborted } from '../../base/interrupted.ts';
import { type BundleFault, bundleFaultsError } from '../format/bundle-fault.ts';
import type { BundleFile } from '../format/bundle-index.ts';
import { INSTALLER_PATH, isPackagePath } from '../format/layout.ts';
import { BundleWalk, type FileSink } from './bundle-walk.ts';
import { ByteSource } from './byte-source.ts';
import { type Fill, fillFromFile, packedChunks } from './packed-chunks.ts';
import { noteContentError } from './read-bundle.ts';
import { type BundleHead, readHead } from './read-head.ts';
import { openBundleFile } from './tar-stream.ts';
import { type Place, Unframer } from './unframe.ts';

/** More than this before the first package is not held in memory. */
const MAX_FRONT_BYTES = 512 * 1024 * 1024;

/** What stands before the first package. */
export interface BundleFront {
  readonly head: BundleHead;
  /** Content of every file but index, signature and installer, by its path in the tarball. Each was checked against the index. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Where the installer is; null when the bundle carries none. */
  readonly installer: InstallerPlace | null;
  /** Size of the bundle's own file. */
  readonly packedBytes: number;
}

/** Where an installer is in the file of a bundle, and what it must be. */
export interface InstallerPlace {
  readonly file: BundleFile;
  readonly place: Place;
}

/**
 * Reads the front of the bundle at `path`. `onHead` sees index and signature before anything else is read; what it throws ends the reading.
 *
 * @throws {AppError} as `readBundle`; `BUNDLE_DIGEST_MISMATCH` for a file that is not what the index promises.
 */
export async function readFront(path: string, onHead: (head: BundleHead) => Promise<void>, signal?: AbortSignal): Promise<BundleFront> {
  const { handle, sizeBytes } = await openBundleFile(path);
  try {
    const unframer = new Unframer(packedChunks(watched(fillFromFile(handle), signal)), path, { isSeekable: true });
    const bytes = new ByteSource(unframer.payload(), (count) => unframer.skip(count));
    const head = await readHead(bytes, path);
    await onHead(head);
    const front = new FrontReader(path, () => unframer.place(bytes.buffered));
    await walkFront(new BundleWalk(bytes, front), head, path);
    return { head, files: front.files, installer: front.installer, packedBytes: sizeBytes };
  } finally {
    await handle.close();
  }
}

/**
 * Reads the installer from its place. @throws {AppError} `BUNDLE_DIGEST_MISMATCH`, `BUNDLE_TRUNCATED`, `BUNDLE_INVALID`, `BUNDLE_MISSING`.
 */
export async function readInstaller(path: string, { file, place }: InstallerPlace, signal?: AbortSignal): Promise<Buffer> {
  const { handle } = await openBundleFile(path);
  try {
    const chunks = packedChunks(watched(fillFromFile(handle, place.packedBytes), signal));
    const content = await new ByteSource(new Unframer(chunks, path, { from: place }).payload()).upTo(file.sizeBytes);
    if (createHash('sha256').update(content).digest('hex') !== file.sha256) throw damaged(path, file);
    return content;
  } finally {
    await handle.close();
  }
}

function watched(fill: Fill, signal: AbortSignal | undefined): Fill {
  return async (buffer) => {
    if (signal !== undefined) throwIfAborted(signal);
    return fill(buffer);
  };
}

async function walkFront(walk: BundleWalk, head: BundleHead, path: string): Promise<void> {
  try {
    await walk.files(head);
  } catch (error) {
    noteContentError(error, walk.faults);
  }
  if (walk.faults.length > 0) throw bundleFaultsError(path, walk.faults);
}

class FrontReader {
  readonly files = new Map<string, Buffer>();
  installer: InstallerPlace | null = null;
  readonly #path: string;
  readonly #place: () => Place;
  #sizeBytes = 0;

  constructor(path: string, place: () => Place) {
    this.#path = path;
    this.#place = place;
  }

  onFile(file: BundleFile): FileSink | 'skip' | 'stop' {
    if (isPackagePath(file.path)) return 'stop';
    if (file.path === INSTALLER_PATH) {
      this.installer = { file, place: this.#place() };
      return 'skip';
    }
    this.#sizeBytes += file.sizeBytes;
    if (this.#sizeBytes > MAX_FRONT_BYTES)
      throw new AppError('BUNDLE_INVALID', `${this.#path}: more metadata than ${MAX_FRONT_BYTES} bytes`);
    const pieces: Buffer[] = [];
    return {
      write: (piece) => void pieces.push(Buffer.from(piece)),
      end: (ok) => {
        if (!ok) throw damaged(this.#path, file);
        this.files.set(file.path, Buffer.concat(pieces));
      },
    };
  }

  onFault(fault: BundleFault): void {
    // A damaged file is told by its sink; anything else ends the reading: what comes behind is of no use then.
    if (fault.code !== 'BUNDLE_DIGEST_MISMATCH') throw bundleFaultsError(this.#path, [fault]);
  }
}

function damaged(path: string, file: BundleFile): AppError {
  return new AppError('BUNDLE_DIGEST_MISMATCH', `${path}: ${file.path} is damaged`, { hint: 'copy the bundle again' });
}
