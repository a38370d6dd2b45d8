/** Single files on a host. Many at once go through `batch.ts`. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { AppError } from '../base/errors.ts';
import { runBatch } from './batch.ts';
import { type Host, type RunOptions, runChecked } from './host.ts';

/**
 * Reads a file of at most `maxBytes` (default 16 MiB); null when there is none.
 *
 * @throws {AppError} `HOST_COMMAND_FAILED` when it is larger or unreadable.
 */
export async function readHostFile(
  host: Host,
  path: string,
  maxBytes = 16 * 1024 * 1024,
  options: RunOptions = {},
): Promise<Buffer | null> {
  const script = '[ -e "$1" ] || exit 44; exec head -c "$2" -- "$1"';
  const result = await host.run(
    { argv: ['sh', '-c', script, 'sh', path, String(maxBytes + 1)] },
    { ...options, maxOutputBytes: maxBytes + 1 },
  );
  if (result.code === 44) return null;
  if (result.code !== 0) throw new AppError('HOST_COMMAND_FAILED', `${host.id}: cannot read ${path}: ${result.stderr.toString().trim()}`);
  if (result.stdout.length > maxBytes) throw new AppError('HOST_COMMAND_FAILED', `${host.id}: ${path} is larger than ${maxBytes} bytes`);
  return result.stdout;
}

/** Who may do what with a written file. */
export interface FileOwnership {
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

/** Writes a whole file beside itself, then renames. @throws {AppError} `HOST_COMMAND_FAILED` with what the host said. */
export async function writeHostFile(
  host: Host,
  path: string,
  data: string | Uint8Array,
  ownership: FileOwnership,
  options: { readonly privileged?: boolean } = {},
): Promise<void> {
  const [result] = await runBatch(host, [{ op: 'write', path, data, ...ownership }], options);
  if (result?.code !== 0)
    throw new AppError('HOST_COMMAND_FAILED', `${host.id}: cannot write ${path}: ${result?.output.toString().trim()}`);
}

/** What to carry, and how to tell about it. */
export interface Upload {
  readonly localPath: string;
  readonly remotePath: string;
  readonly mode: number;
  /** When known; else computed, which reads the file once more. */
  readonly sha256?: string;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Carries a local file to the host, as root. A file that is there with the right digest is not sent again; one that broke off is
 * continued after its part proved identical. The final name appears only after the whole digest was checked on the far side.
 *
 * @returns bytes sent.
 * @throws {AppError} `BUNDLE_DIGEST_MISMATCH` when it arrived damaged (the partial file is removed), besides the codes of {@link
 * Host.run}.
 */
export async function uploadFile(host: Host, upload: Upload): Promise<number> {
  const { localPath, remotePath } = upload;
  const totalBytes = (await stat(localPath)).size;
  const sha256 = upload.sha256 ?? (await digestOf(localPath, totalBytes));
  const partial = `${remotePath}.partial`;
  const there = await askRemote(host, remotePath, partial);
  if (there.finished === sha256) return 0;
  const from = await resumePoint(localPath, totalBytes, there);
  if (from === 0) await runChecked(host, { argv: ['rm', '-f', '--', partial] });
  await send(host, upload, partial, from, totalBytes);
  await finish(host, upload, partial, sha256);
  return totalBytes - from;
}

interface RemoteState {
  readonly finished: string | null;
  readonly partialBytes: number;
  readonly partialSha256: string;
}

async function askRemote(host: Host, path: string, partial: string): Promise<RemoteState> {
  const script =
    'umask 077; mkdir -p "$(dirname "$1")" || exit 1; if [ -f "$1" ]; then sha256sum <"$1"; else echo -; fi; ' +
    'if [ -f "$2" ]; then wc -c <"$2"; sha256sum <"$2"; else echo 0; echo -; fi';
  const result = await runChecked(host, { argv: ['sh', '-c', script, 'sh', path, partial] });
  const [finished = '-', bytes = '0', digest = '-'] = result.stdout.toString().split('\n');
  return {
    finished: finished.startsWith('-') ? null : (finished.split(' ')[0] ?? null),
    partialBytes: Number(bytes.trim()),
    partialSha256: digest.split(' ')[0] ?? '',
  };
}

/** Bytes of the partial file that are ours, or 0. */
async function resumePoint(localPath: string, totalBytes: number, there: RemoteState): Promise<number> {
  if (there.partialBytes === 0 || there.partialBytes > totalBytes) return 0;
  return (await digestOf(localPath, there.partialBytes)) === there.partialSha256 ? there.partialBytes : 0;
}

async function send(host: Host, upload: Upload, partial: string, from: number, totalBytes: number): Promise<void> {
  if (from === totalBytes) return;
  const source = Readable.from(counted(upload, from, totalBytes));
  await runChecked(
    host,
    { argv: ['sh', '-c', 'umask 077; cat >>"$1"', 'sh', partial], stdin: source },
    upload.signal === undefined ? {} : { signal: upload.signal },
  );
}

/** A listener on the stream itself would set it flowing before anybody reads it. */
async function* counted(upload: Upload, from: number, totalBytes: number): AsyncGenerator<Buffer> {
  let done = from;
  for await (const chunk of createReadStream(upload.localPath, { start: from, highWaterMark: 256 * 1024 })) {
    yield chunk as Buffer;
    done += (chunk as Buffer).length;
    upload.onProgress?.(done, totalBytes);
  }
}

async function finish(host: Host, upload: Upload, partial: string, sha256: string): Promise<void> {
  const script = '[ "$(sha256sum <"$1")" = "$2  -" ] || { rm -f -- "$1"; exit 9; }; chmod "$3" "$1" && sync "$1" && mv -fT -- "$1" "$4"';
  const argv = ['sh', '-c', script, 'sh', partial, sha256, upload.mode.toString(8), upload.remotePath] as const;
  const result = await host.run({ argv });
  if (result.code === 0) return;
  if (result.code !== 9) throw new AppError('HOST_COMMAND_FAILED', `${host.id}: ${result.stderr.toString().trim()}`);
  throw new AppError('BUNDLE_DIGEST_MISMATCH', `${host.id}: ${upload.localPath} arrived damaged and was removed there`, {
    hint: 'run it again; if it happens twice, check the disk on both sides',
  });
}

async function digestOf(path: string, sizeBytes: number): Promise<string> {
  const hash = createHash('sha256');
  if (sizeBytes > 0)
    for await (const chunk of createReadStream(path, { end: sizeBytes - 1, highWaterMark: 1024 * 1024 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
