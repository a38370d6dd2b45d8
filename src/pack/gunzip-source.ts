/**
 * The tar stream inside a bundle: opens a file or takes a stream, decompresses, and turns what zlib says into our errors.
 * A bundle is exactly one gzip member; anything after it is refused.
 */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { AppError, isAppError, messageOf } from '../base/errors.ts';
import { ByteSource } from './byte-source.ts';

/** A path, or a stream of the compressed bytes. */
export type BundleInput = string | Readable;

/** An open bundle. */
export interface TarStream {
  readonly bytes: ByteSource;
  /** Size of the compressed file; null for a stream. */
  readonly packedBytes: number | null;
  close(): Promise<void>;
}

const READ_BYTES = 256 * 1024;
const INFLATE_BYTES = 128 * 1024;

/**
 * Opens a bundle for one pass. Reading from it throws `BUNDLE_TRUNCATED` when the compressed data ends too early and `BUNDLE_INVALID`
 * when it is not gzip, is damaged, or is followed by anything.
 *
 * @throws {AppError} `BUNDLE_MISSING` when `input` is a path that is not a readable file.
 */
export async function openTarStream(input: BundleInput, signal?: AbortSignal): Promise<TarStream> {
  const packedBytes = typeof input === 'string' ? await fileSize(input) : null;
  const compressed = typeof input === 'string' ? createReadStream(input, { highWaterMark: READ_BYTES }) : input;
  const name = typeof input === 'string' ? input : 'the bundle';
  const chunks = gunzip(compressed, name, signal);
  const bytes = new ByteSource(chunks);
  return {
    bytes,
    packedBytes,
    close: async () => {
      compressed.destroy();
      await bytes.close();
    },
  };
}

async function fileSize(path: string): Promise<number> {
  try {
    const info = await stat(path);
    if (info.isFile()) return info.size;
  } catch (error) {
    throw new AppError('BUNDLE_MISSING', `${path}: ${messageOf(error)}`, { cause: error });
  }
  throw new AppError('BUNDLE_MISSING', `${path} is not a file`);
}

async function* gunzip(compressed: Readable, name: string, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  const inflater = createGunzip({ chunkSize: INFLATE_BYTES, rejectGarbageAfterEnd: true } as Parameters<typeof createGunzip>[0]);
  let givenBytes = 0;
  compressed.on('data', (chunk: Buffer) => {
    givenBytes += chunk.length;
    if (!inflater.write(chunk)) compressed.pause();
  });
  inflater.on('drain', () => compressed.resume());
  compressed.once('end', () => inflater.end());
  compressed.once('error', (error) => inflater.destroy(error));
  const abort = (): void => void inflater.destroy(isAppError(signal?.reason) ? signal.reason : new AppError('INTERRUPTED', 'interrupted'));
  signal?.addEventListener('abort', abort, { once: true });
  try {
    if (signal?.aborted === true) abort();
    for await (const chunk of inflater) yield chunk as Buffer;
    if (inflater.bytesWritten !== givenBytes)
      throw new AppError('BUNDLE_INVALID', `${name}: there is something after the end of the bundle`);
  } catch (error) {
    throw explain(error, name);
  } finally {
    signal?.removeEventListener('abort', abort);
    compressed.destroy();
    inflater.destroy();
  }
}

const CAUSES: Readonly<Record<string, string>> = {
  ERR_TRAILING_JUNK_AFTER_STREAM_END: 'there is something after the end of the bundle',
  Z_DATA_ERROR: 'the compressed data is damaged',
  Z_NEED_DICT: 'the compressed data is damaged',
};

function explain(error: unknown, name: string): unknown {
  if (isAppError(error)) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR') {
    return new AppError('BUNDLE_TRUNCATED', `${name} ends too early`, {
      cause: error,
      hint: 'the copy is incomplete: copy it again and compare with its .sha256',
    });
  }
  const why = CAUSES[code];
  if (why === undefined) return error;
  return new AppError('BUNDLE_INVALID', `${name}: ${why} (${messageOf(error)})`, {
    cause: error,
    hint: 'compare the file with its .sha256',
  });
}
