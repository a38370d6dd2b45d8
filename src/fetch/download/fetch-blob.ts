/**
 * One file into the store: from any of its mirrors, resumed by Range (RFC 9110 §14) where it broke off, hashed while it is written, and
 * never given a name in the store before size and digest are right.
 */
import { type Digest, isDigestHex } from '../../base/digest.ts';
import { AppError } from '../../base/errors.ts';
import { redact } from '../../base/redact.ts';
import { BlobWriter } from '../../store/blob-writer.ts';
import type { StoredBlob } from '../../store/store.ts';
import { askMirrors } from '../mirrors/mirror-loop.ts';
import type { FetchPorts } from '../mirrors/ports.ts';
import { MirrorFailure } from '../transport/mirror-failure.ts';
import { assertStatus, contentLengthOf } from '../transport/response-status.ts';
import { guardAgainstStall, type StallGuard } from '../transport/stall-guard.ts';
import type { TransportResponse } from '../transport/transport.ts';
import { beginWith } from './begin-with.ts';

/** A file wanted. */
export interface BlobRequest {
  /** Mirrors in order of preference: http, https or file URLs, each of the file itself. */
  readonly urls: readonly string[];
  /** Without a digest the store cannot know the file: it is downloaded every time. */
  readonly digest?: Digest;
  /** Exact, when known. */
  readonly sizeBytes?: number;
  /** More than this is refused, whatever a server says. */
  readonly maxBytes: number;
  /** For people. */
  readonly label: string;
  /** The hint when no mirror has it: why somebody thought one would. */
  readonly ifMissing?: string;
}

/** What a download remembers from one attempt to the next. */
interface Download {
  readonly ports: FetchPorts;
  readonly request: BlobRequest;
  readonly id: number;
  readonly writer: BlobWriter;
  /** Whose bytes the writer holds; null when they come from an earlier run. */
  source: { readonly url: string; readonly validator: string | null } | null;
}

/** What identifies the content a request wants, the same in every process; null when nothing does. */
export function contentKey({ digest }: Pick<BlobRequest, 'digest'>): string | null {
  return digest === undefined ? null : `${digest.algorithm}-${digest.hex}`;
}

/**
 * The file in the store, downloaded if it is not there yet.
 *
 * @param findOrphan the partial download nobody works on of a content key; called once per key
 * @throws {AppError} the codes of `askMirrors`, `DISK_FULL`, `STORE_UNWRITABLE`, `FETCH_OFFLINE`, `INTERRUPTED`. What came is kept for
 * resuming.
 */
export async function fetchBlobInto(
  ports: FetchPorts,
  request: BlobRequest,
  findOrphan: (key: string) => Promise<string | undefined>,
): Promise<StoredBlob> {
  assertSane(request);
  const { digest } = request;
  const id = ports.nextId();
  const present = digest === undefined ? undefined : await ports.lookups(() => ports.store.findByDigest(digest, request.sizeBytes));
  if (present !== undefined) {
    ports.report({ type: 'fetch.end', id, url: redact(request.urls[0] ?? ''), receivedBytes: 0, fromStore: true });
    return present;
  }
  const key = contentKey(request);
  const writer = new BlobWriter(ports.store, key ?? 'unnamed', digest?.algorithm ?? 'sha256', request.sizeBytes ?? null);
  const orphan = key === null ? undefined : await findOrphan(key);
  if (orphan !== undefined) await writer.adopt(orphan);
  const download: Download = { ports, request, id, writer, source: null };
  try {
    const commit = await askMirrors(ports, {
      label: request.label,
      ifMissing: request.ifMissing,
      id,
      urls: request.urls,
      attempt: async (url, attempt, answered) => {
        await downloadFrom(download, url, attempt, answered);
        return beginWith(ports.commits, () => commitFrom(download, url));
      },
    });
    return await commit.finished;
  } catch (error) {
    if (key !== null && writer.sizeBytes > 0) await writer.keep();
    else await writer.discard();
    throw error;
  }
}

function assertSane({ digest, label }: BlobRequest): void {
  if (digest !== undefined && !isDigestHex(digest.algorithm, digest.hex)) {
    throw new AppError('INDEX_INVALID', `${label}: "${digest.hex}" is not a ${digest.algorithm} digest`);
  }
}

async function downloadFrom(download: Download, url: string, attempt: number, answered: () => void): Promise<void> {
  const { ports, request, writer, id } = download;
  const startedElsewhere = writer.sizeBytes > 0 && download.source?.url !== url;
  ports.report({ type: 'fetch.start', id, url: redact(url), totalBytes: request.sizeBytes ?? null, attempt });
  try {
    await completeFrom(download, url, answered);
  } catch (error) {
    // The bytes may come from two mirrors that serve different files: then this mirror is asked once more for the whole file.
    if (!startedElsewhere || !(error instanceof MirrorFailure) || error.kind !== 'mismatch') throw error;
    await completeFrom(download, url, answered);
  }
}

/** Moves the file that `url` completed to its place in the store. */
async function commitFrom({ ports, request, writer, id }: Download, url: string): Promise<StoredBlob> {
  const blob = await writer.commit();
  if (request.digest !== undefined) await ports.store.recordAlias(request.digest, blob.sha256);
  ports.report({ type: 'fetch.end', id, url: redact(url), receivedBytes: blob.sizeBytes, fromStore: false });
  return blob;
}

/** Receives what is missing and checks the whole. Wrong bytes are removed at once, so that no later attempt continues them. */
async function completeFrom(download: Download, url: string, answered: () => void): Promise<void> {
  const { request, writer } = download;
  try {
    if (writer.sizeBytes === 0 || writer.sizeBytes !== request.sizeBytes) await receive(download, url, answered);
    assertContent(request, writer);
  } catch (error) {
    if (error instanceof MirrorFailure && (error.kind === 'mismatch' || error.kind === 'too-large')) {
      await writer.reset();
      download.source = null;
    }
    throw error;
  }
}

function assertContent({ digest, sizeBytes }: BlobRequest, writer: BlobWriter): void {
  if (sizeBytes !== undefined && writer.sizeBytes !== sizeBytes) throw sizeMismatch(writer.sizeBytes, sizeBytes);
  if (digest === undefined) return;
  const actual = writer.digest();
  if (actual.hex !== digest.hex) throw new MirrorFailure('mismatch', `${digest.algorithm} is ${actual.hex}, expected ${digest.hex}`);
}

function sizeMismatch(actualBytes: number, expectedBytes: number): MirrorFailure {
  return new MirrorFailure('mismatch', `size is ${actualBytes} bytes, expected ${expectedBytes}`);
}

/** One request: appends to the writer what it lacks. */
async function receive(download: Download, url: string, answered: () => void): Promise<void> {
  const { ports, request } = download;
  const guard = guardAgainstStall(ports.stallMs, ports.signal);
  try {
    const response = await ports.transport({
      url,
      headers: await rangeHeaders(download, url),
      signal: guard.signal,
      digestKnown: request.digest !== undefined,
    });
    guard.heard();
    answered();
    await acceptAnswer(download, url, response);
    await readBody(download, response, guard);
  } catch (error) {
    throw guard.explain(error);
  } finally {
    guard.done();
  }
}

/**
 * Asks for the rest only. With a digest any mirror may continue any other's bytes; without one only the same URL may, and only if the
 * server says that the file is unchanged (If-Range).
 */
async function rangeHeaders({ request, writer, source }: Download, url: string): Promise<Record<string, string>> {
  if (writer.sizeBytes === 0) return {};
  const validator = source?.url === url ? source.validator : null;
  if (request.digest === undefined && validator === null) {
    await writer.reset();
    return {};
  }
  return { range: `bytes=${writer.sizeBytes}-`, ...(validator === null ? {} : { 'if-range': validator }) };
}

/** Checks status, range and length before the first byte of the body is taken. */
async function acceptAnswer(download: Download, url: string, response: TransportResponse): Promise<void> {
  const { ports, request, writer } = download;
  try {
    if (response.status === 416 && writer.sizeBytes > 0) {
      await writer.reset();
      throw new MirrorFailure('interrupted', '416: the file is shorter than what we have of it');
    }
    assertStatus(response, writer.sizeBytes > 0 ? [200, 206] : [200], ports.clock.now());
    if (response.status === 200 && writer.sizeBytes > 0) await writer.reset();
    if (response.status === 206) await assertRange(writer, response);
    assertLength(request, writer.sizeBytes, contentLengthOf(response));
  } catch (error) {
    response.discard();
    throw error;
  }
  download.source = { url, validator: strongValidator(response) };
}

async function assertRange(writer: BlobWriter, response: TransportResponse): Promise<void> {
  const start = /^bytes (\d+)-/.exec(response.header('content-range') ?? '')?.[1];
  if (Number(start) === writer.sizeBytes) return;
  const asked = writer.sizeBytes;
  await writer.reset();
  throw new MirrorFailure('interrupted', `asked for the bytes from ${asked} on, got "${response.header('content-range') ?? ''}"`);
}

function assertLength({ sizeBytes, maxBytes }: BlobRequest, offset: number, lengthBytes: number | null): void {
  if (lengthBytes === null) return;
  const total = offset + lengthBytes;
  if (sizeBytes !== undefined && total !== sizeBytes) throw sizeMismatch(total, sizeBytes);
  if (total > maxBytes) throw new MirrorFailure('too-large', `${total} bytes, allowed are ${maxBytes}`);
}

/** If-Range takes a strong ETag or a date; a weak ETag does not promise equal bytes. */
function strongValidator(response: TransportResponse): string | null {
  const etag = response.header('etag');
  return etag !== null && !etag.startsWith('W/') ? etag : response.header('last-modified');
}

const PROGRESS_BYTES = 256 * 1024;

async function readBody({ ports, request, id, writer }: Download, response: TransportResponse, guard: StallGuard): Promise<void> {
  const limit = Math.min(request.maxBytes, request.sizeBytes ?? Number.POSITIVE_INFINITY);
  let reportAt = writer.sizeBytes + PROGRESS_BYTES;
  for await (const piece of response.body) {
    guard.heard();
    if (writer.sizeBytes + piece.length > limit) {
      response.discard();
      if (limit === request.sizeBytes) throw new MirrorFailure('mismatch', `longer than the ${limit} bytes expected`);
      throw new MirrorFailure('too-large', `more than the ${limit} bytes allowed`);
    }
    await writer.write(piece);
    if (writer.sizeBytes >= reportAt) {
      reportAt = writer.sizeBytes + PROGRESS_BYTES;
      ports.report({ type: 'fetch.progress', id, receivedBytes: writer.sizeBytes, totalBytes: request.sizeBytes ?? null });
    }
  }
}
