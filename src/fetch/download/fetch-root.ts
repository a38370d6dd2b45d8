/**
 * The few files nothing else vouches for by digest: InRelease, Release, Release.gpg, repomd.xml, its signature, keys. They are asked for on
 * every run, conditionally (RFC 9110 §13.1) when the store has an earlier answer. Verifying them is the caller's business.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDigestHex } from '../../base/digest.ts';
import { redact } from '../../base/redact.ts';
import type { Store } from '../../store/store.ts';
import { askMirrors } from '../mirrors/mirror-loop.ts';
import type { FetchPorts } from '../mirrors/ports.ts';
import { MirrorFailure } from '../transport/mirror-failure.ts';
import { assertStatus, contentLengthOf } from '../transport/response-status.ts';
import { guardAgainstStall, type StallGuard } from '../transport/stall-guard.ts';
import type { TransportResponse } from '../transport/transport.ts';

/** A root file wanted. */
export interface RootRequest {
  /** Mirrors in order of preference. */
  readonly urls: readonly string[];
  readonly maxBytes: number;
  /** For people. */
  readonly label: string;
  /** The hint when no mirror has it. */
  readonly ifMissing?: string;
}

/** A root file as some mirror gave it. */
export interface RootFile {
  readonly bytes: Buffer;
  /** Which of the URLs asked for, credentials removed. */
  readonly url: string;
  /** The position of that URL in the request: the mirror to read the rest from first. */
  readonly mirrorIndex: number;
  readonly sha256: string;
  /** True when the store's copy was current, or when offline. */
  readonly fromStore: boolean;
}

/** What the store remembers of a URL's last answer. */
interface RootRecord {
  readonly sha256: string;
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/**
 * The file as it is now; offline, as it was last seen.
 *
 * @throws {AppError} `FETCH_NOT_FOUND` when no reachable mirror has it, `FETCH_OFFLINE` when offline and never seen, `FETCH_TOO_LARGE`,
 * `FETCH_FAILED`, `INTERRUPTED`, `DISK_FULL`, `STORE_UNWRITABLE`
 */
export async function fetchRootFile(ports: FetchPorts, request: RootRequest): Promise<RootFile> {
  const id = ports.nextId();
  if (ports.offline) {
    const local = request.urls.filter((url) => url.startsWith('file:'));
    return (await lastSeen(ports, request)) ?? askForRoot(ports, { ...request, urls: local.length > 0 ? local : request.urls }, id);
  }
  return askForRoot(ports, request, id);
}

function askForRoot(ports: FetchPorts, request: RootRequest, id: number): Promise<RootFile> {
  return askMirrors(ports, {
    label: request.label,
    ifMissing: request.ifMissing,
    id,
    urls: request.urls,
    attempt: async (url, attempt, answered) => {
      ports.report({ type: 'fetch.start', id, url: redact(url), totalBytes: null, attempt });
      const file = await askOnce(ports, request, url, answered);
      ports.report({ type: 'fetch.end', id, url: redact(url), receivedBytes: file.bytes.length, fromStore: file.fromStore });
      return file;
    },
  });
}

async function lastSeen(ports: FetchPorts, request: RootRequest): Promise<RootFile | undefined> {
  for (const url of request.urls) {
    const known = url.startsWith('file:') ? undefined : await readKnown(ports.store, url);
    if (known === undefined || known.bytes.length > request.maxBytes) continue;
    return rootFile(request, url, known.bytes, known.record.sha256, true);
  }
  return undefined;
}

async function askOnce(ports: FetchPorts, request: RootRequest, url: string, answered: () => void): Promise<RootFile> {
  const known = await readKnown(ports.store, url);
  const guard = guardAgainstStall(ports.stallMs, ports.signal);
  try {
    const headers = known === undefined ? {} : conditions(known.record);
    const response = await ports.transport({ url, headers, signal: guard.signal, digestKnown: false });
    guard.heard();
    answered();
    const conditional = Object.keys(headers).length > 0;
    assertStatus(response, conditional ? [200, 304] : [200], ports.clock.now());
    if (response.status === 304 && known !== undefined) {
      response.discard();
      return rootFile(request, url, known.bytes, known.record.sha256, true);
    }
    const bytes = await readBounded(response, request.maxBytes, guard);
    return rootFile(request, url, bytes, await remember(ports.store, url, response, bytes), false);
  } catch (error) {
    throw guard.explain(error);
  } finally {
    guard.done();
  }
}

function rootFile(request: RootRequest, url: string, bytes: Buffer, sha256: string, fromStore: boolean): RootFile {
  return { bytes, url: redact(url), mirrorIndex: request.urls.indexOf(url), sha256, fromStore };
}

function conditions({ etag, lastModified }: RootRecord): Record<string, string> {
  if (etag !== null) return { 'if-none-match': etag };
  return lastModified === null ? {} : { 'if-modified-since': lastModified };
}

async function readBounded(response: TransportResponse, maxBytes: number, guard: StallGuard): Promise<Buffer> {
  const lengthBytes = contentLengthOf(response);
  const tooLarge = (sizeBytes: number): MirrorFailure => {
    response.discard();
    return new MirrorFailure('too-large', `${sizeBytes} bytes or more, allowed are ${maxBytes}`);
  };
  if (lengthBytes !== null && lengthBytes > maxBytes) throw tooLarge(lengthBytes);
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const piece of response.body) {
    guard.heard();
    sizeBytes += piece.length;
    if (sizeBytes > maxBytes) throw tooLarge(sizeBytes);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** The name of the record is a digest of the URL, so that credentials and tokens in it never reach the disk. */
function recordPath(store: Store, url: string): string {
  return join(store.dir, 'roots', `${createHash('sha256').update(redact(url)).digest('hex')}.json`);
}

async function remember(store: Store, url: string, response: TransportResponse, bytes: Buffer): Promise<string> {
  const { sha256 } = await store.putBytes(bytes);
  const record: RootRecord = { sha256, etag: response.header('etag'), lastModified: response.header('last-modified') };
  await store.writeAtomically(recordPath(store, url), `${JSON.stringify({ url: redact(url), ...record })}\n`);
  return sha256;
}

async function readKnown(store: Store, url: string): Promise<{ readonly record: RootRecord; readonly bytes: Buffer } | undefined> {
  const text = await readFile(recordPath(store, url), 'utf8').catch(() => undefined);
  const record = text === undefined ? undefined : parseRecord(text);
  const bytes = record === undefined ? undefined : await store.readVerified(record.sha256);
  return record === undefined || bytes === undefined ? undefined : { record, bytes };
}

function parseRecord(text: string): RootRecord | undefined {
  try {
    const { sha256, etag, lastModified } = JSON.parse(text) as Partial<Record<keyof RootRecord, unknown>>;
    if (typeof sha256 !== 'string' || !isDigestHex('sha256', sha256)) return undefined;
    const orNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
    return { sha256, etag: orNull(etag), lastModified: orNull(lastModified) };
  } catch {
    return undefined;
  }
}
