/** Mirrors on disk (a mounted DVD, an exported tree): `file:` URLs answered like a web server that knows Range. Links are followed. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { errnoOf } from '../../files/errno.ts';
import { MirrorFailure } from './mirror-failure.ts';
import type { Transport, TransportRequest, TransportResponse } from './transport.ts';

const PIECE_BYTES = 1024 * 1024;

/** Answers 200, 206, 404 or 416; other trouble with the disk rejects with `MirrorFailure`. */
export const fileTransport: Transport = async (request) => {
  const path = toPath(request.url);
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw new MirrorFailure('refused', 'not a regular file');
    return answer(request, path, stats.size);
  } catch (error) {
    if (error instanceof MirrorFailure) throw error;
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error))) return emptyAnswer(request.url, 404, 'no such file');
    throw new MirrorFailure('refused', `cannot read: ${errnoOf(error)}`, { cause: error });
  }
};

function toPath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (error) {
    throw new MirrorFailure('refused', 'not a path of this machine', { cause: error });
  }
}

function answer(request: TransportRequest, path: string, sizeBytes: number): TransportResponse {
  const offset = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (offset > 0 && offset >= sizeBytes) return emptyAnswer(request.url, 416, 'past the end');
  const headers: Record<string, string> = { 'content-length': String(sizeBytes - offset) };
  if (offset > 0) headers['content-range'] = `bytes ${offset}-${sizeBytes - 1}/${sizeBytes}`;
  const stream = createReadStream(path, { start: offset, highWaterMark: PIECE_BYTES, signal: request.signal });
  return {
    status: offset > 0 ? 206 : 200,
    statusText: 'OK',
    url: request.url,
    header: (name) => headers[name] ?? null,
    body: stream,
    discard: () => stream.destroy(),
  };
}

function emptyAnswer(url: string, status: number, statusText: string): TransportResponse {
  return { status, statusText, url, header: () => null, body: (async function* () {})(), discard: () => undefined };
}
