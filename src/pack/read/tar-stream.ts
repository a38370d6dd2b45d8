/** The tar stream inside a bundle: opens a file or takes a stream, reads ahead and takes the gzip framing away. */
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { AppError, messageOf } from '../../base/errors.ts';
import { interruptedError, throwIfAborted } from '../../base/interrupted.ts';
import { ByteSource } from './byte-source.ts';
import { type Fill, fillFromFile, fillFromStream, packedChunks } from './packed-chunks.ts';
import { prefetch } from './prefetch.ts';
import { unframe } from './unframe.ts';

/** A path, or a stream of the compressed bytes. */
export type BundleInput = string | Readable;

/** An open bundle. */
export interface TarStream {
  /** What it gives is valid until two more pieces were asked for. */
  readonly bytes: ByteSource;
  /** Size of the compressed file; null for a stream. */
  readonly packedBytes: number | null;
  close(): Promise<void>;
}

/**
 * Opens a bundle for one pass. Reading from it throws `BUNDLE_TRUNCATED` when the compressed data ends too early, `BUNDLE_INVALID` when it
 * is not what a bundle is made of, is damaged, or is followed by anything, and `INTERRUPTED` when `signal` fires.
 *
 * @throws {AppError} `BUNDLE_MISSING` when `input` is a path that is not a readable file.
 */
export async function openTarStream(input: BundleInput, signal?: AbortSignal): Promise<TarStream> {
  if (typeof input !== 'string') {
    const abort = (): void => void input.destroy(interruptedError(signal));
    signal?.addEventListener('abort', abort, { once: true });
    return tarStream(fillFromStream(input), 'the bundle', null, signal, async () => {
      signal?.removeEventListener('abort', abort);
      input.destroy();
    });
  }
  const { handle, sizeBytes } = await openBundleFile(input);
  return tarStream(fillFromFile(handle), input, sizeBytes, signal, async () => handle.close());
}

function tarStream(
  fill: Fill,
  name: string,
  packedBytes: number | null,
  signal: AbortSignal | undefined,
  release: () => Promise<void>,
): TarStream {
  const watched: Fill = async (buffer) => {
    if (signal !== undefined) throwIfAborted(signal);
    return fill(buffer);
  };
  const bytes = new ByteSource(unframe(prefetch(packedChunks(watched)), name));
  return {
    bytes,
    packedBytes,
    close: async () => {
      try {
        await bytes.close();
      } finally {
        await release();
      }
    },
  };
}

/** Opens a bundle's file. @throws {AppError} `BUNDLE_MISSING` when it is not a readable file. */
export async function openBundleFile(path: string): Promise<{ handle: FileHandle; sizeBytes: number }> {
  try {
    const info = await stat(path);
    if (info.isFile()) return { handle: await open(path, 'r'), sizeBytes: info.size };
  } catch (error) {
    throw new AppError('BUNDLE_MISSING', `cannot read the bundle ${path}: ${messageOf(error)}`, {
      cause: error,
      hint: 'check the path and its rights',
    });
  }
  throw new AppError('BUNDLE_MISSING', `${path} is not a file`, { hint: 'name the tarball itself' });
}
