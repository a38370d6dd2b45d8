/**
 * Writes a bundle: one pass over the files, straight into a temporary file beside the result, renamed when it is whole and on disk.
 * Which files and in which order is decided by the index; FORMAT.md describes the bytes.
 */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { Context } from '../../base/events.ts';
import { throwIfAborted } from '../../base/interrupted.ts';
import type { TreeFile } from '../../base/tree-file.ts';
import { assertFreeSpace } from '../../files/free-space.ts';
import { partialPath, removeStalePartials } from '../../files/partial-file.ts';
import { syncPath } from '../../files/sync-path.ts';
import { explainWriteError, outputTarget } from '../../files/write-error.ts';
import type { BundleIndex } from '../format/bundle-index.ts';
import { filesInTarOrder, formatBundleIndex, unpackedBytes } from '../format/bundle-index.ts';
import { formatGzipEnd, formatStored, GZIP_HEADER } from '../format/gzip-frames.ts';
import { INDEX_PATH, SIGNATURE_PATH } from '../format/layout.ts';
import { END_OF_TAR } from '../format/tar-header.ts';
import { fillFromFile, packedChunks } from '../read/packed-chunks.ts';
import { prefetch } from '../read/prefetch.ts';
import { bundleFrames } from './bundle-frames.ts';
import { ChecksumThread } from './checksum-thread.ts';
import { ContentChecks } from './content-checks.ts';

/** What goes into a bundle and where it is written. */
export interface WriteBundleInput {
  readonly index: BundleIndex;
  /** Armored detached signature over the bytes of `formatBundleIndex(index)`. */
  readonly signature?: Uint8Array | undefined;
  /** The files of the index, in any order. */
  readonly files: readonly TreeFile[];
  /** Path of the tarball. `<output>.sha256` is written beside it. */
  readonly output: string;
  /** Reads the finished file back from disk and compares it with what was meant to be written. */
  readonly readBack?: boolean;
}

/** What was written. */
export interface WrittenBundle {
  readonly path: string;
  readonly sha256Path: string;
  readonly sizeBytes: number;
  /** Digest of the tarball itself. */
  readonly sha256: string;
}

/**
 * Writes the tarball and its `.sha256`. Same index, signature and Node release: same bytes. On any failure, and when `context.signal`
 * fires, nothing is left behind and an older file of that name is untouched.
 *
 * @throws {AppError} `BUNDLE_DIGEST_MISMATCH` or `BUNDLE_MISSING` naming a file that is not what the index says, `DISK_FULL`,
 * `OUTPUT_UNWRITABLE`, `INTERRUPTED`.
 */
export async function writeBundle(input: WriteBundleInput, context: Context): Promise<WrittenBundle> {
  const files = entriesOf(input);
  const directory = dirname(input.output);
  const needed = Math.ceil(unpackedBytes(input.index) * 1.001) + files.length * 2048 + 65_536;
  const sha256Path = `${input.output}.sha256`;
  const [temporary, temporarySum] = [partialPath(input.output), partialPath(sha256Path)];
  try {
    await mkdir(directory, { recursive: true });
    await Promise.all([input.output, sha256Path].map(removeStalePartials));
    await assertFreeSpace(directory, Math.min(needed, packedEstimate(input.index)), 'the bundle');
    const written = await writeTemporary(temporary, files, input, context);
    await writeFile(temporarySum, `${written.sha256}  ${basename(input.output)}\n`, { mode: 0o644 });
    await rename(temporary, input.output);
    await rename(temporarySum, sha256Path);
    await syncPath(directory);
    return { path: input.output, sha256Path, ...written };
  } catch (error) {
    await Promise.all([temporary, temporarySum].map((path) => rm(path, { force: true }).catch(() => undefined)));
    throw await explainWriteError(error, outputTarget(directory, 'the bundle', needed, '--output'));
  }
}

/** Packages keep their size; all other files are assumed to shrink to nothing. */
function packedEstimate(index: BundleIndex): number {
  return index.packages.sizeBytes + index.files.length * 1024;
}

function entriesOf(input: WriteBundleInput): TreeFile[] {
  const byPath = new Map(input.files.map((file) => [file.path, file]));
  const listed = filesInTarOrder(input.index).map((wanted) => {
    const file = byPath.get(wanted.path);
    if (file === undefined) throw new Error(`the index lists ${wanted.path}, which was not given`);
    if (file.sha256 !== wanted.sha256 || file.sizeBytes !== wanted.sizeBytes) throw new Error(`the index contradicts ${wanted.path}`);
    return file;
  });
  if (listed.length !== input.files.length) throw new Error('more files were given than the index lists');
  const head = [fileOfBytes(INDEX_PATH, formatBundleIndex(input.index))];
  if (input.signature !== undefined) head.push(fileOfBytes(SIGNATURE_PATH, input.signature));
  return [...head, ...listed];
}

function fileOfBytes(path: string, bytes: Uint8Array): TreeFile {
  return { path, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), content: { kind: 'bytes', bytes } };
}

const NOTHING = Buffer.alloc(0);

/** The output file and the running state of the gzip member in it. */
interface Sink {
  readonly handle: FileHandle;
  readonly thread: ChecksumThread;
  sizeBytes: number;
  /** CRC-32 of the payload up to the last frame that was waited for. */
  crc: number;
  pending: Promise<void>;
}

async function writeTemporary(
  temporary: string,
  files: readonly TreeFile[],
  input: WriteBundleInput,
  context: Context,
): Promise<{ sizeBytes: number; sha256: string }> {
  const handle = await open(temporary, 'wx', 0o644);
  const thread = new ChecksumThread();
  try {
    await handle.chmod(0o644);
    const sink: Sink = { handle, thread, sizeBytes: 0, crc: 0, pending: Promise.resolve() };
    await writeMember(sink, files, input.index, context);
    const { size } = await handle.stat();
    if (size !== sink.sizeBytes)
      throw new AppError('OUTPUT_UNWRITABLE', `${temporary}: ${sink.sizeBytes} bytes were written, ${size} arrived`);
    const sha256 = await thread.digest();
    const synced = handle.sync();
    synced.catch(() => undefined);
    if (input.readBack === true) await assertReadsBack(temporary, sha256, context);
    await synced;
    return { sizeBytes: size, sha256 };
  } finally {
    await thread.close();
    await handle.close();
  }
}

async function writeMember(sink: Sink, files: readonly TreeFile[], index: BundleIndex, context: Context): Promise<void> {
  const checks = new ContentChecks();
  const totalBytes = unpackedBytes(index);
  let payloadBytes = 0;
  await put(sink, GZIP_HEADER, NOTHING);
  for await (const frame of prefetch(bundleFrames(files, index.snapshotSec))) {
    throwIfAborted(context.signal);
    await put(sink, frame.bytes, frame.deflated);
    checks.add(frame);
    payloadBytes += frame.payloadBytes;
    context.report({ type: 'phase.progress', phase: 'pack', doneBytes: Math.min(payloadBytes, totalBytes), totalBytes });
  }
  await put(sink, formatStored(END_OF_TAR), null);
  await sink.pending;
  await put(sink, formatGzipEnd(sink.crc, payloadBytes + END_OF_TAR.length), NOTHING);
  await sink.pending;
}

/** Waits for the bytes before to be written and hashed, then starts with `bytes`. `payload` as in `ChecksumThread.update`. */
async function put(sink: Sink, bytes: Buffer, payload: Buffer | null): Promise<void> {
  await sink.pending;
  sink.sizeBytes += bytes.length;
  sink.pending = Promise.all([sink.thread.update(bytes, payload), writeAll(sink.handle, bytes)]).then(([crc]) => {
    sink.crc = crc;
  });
  sink.pending.catch(() => undefined);
}

async function writeAll(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten;
}

async function assertReadsBack(path: string, sha256: string, context: Context): Promise<void> {
  const hash = createHash('sha256');
  const handle = await open(path, 'r');
  try {
    for await (const chunk of prefetch(packedChunks(fillFromFile(handle)))) {
      throwIfAborted(context.signal);
      hash.update(chunk);
    }
  } finally {
    await handle.close();
  }
  if (hash.digest('hex') === sha256) return;
  throw new AppError('OUTPUT_UNWRITABLE', `${path} reads back differently from what was written`, { hint: 'check the disk' });
}
