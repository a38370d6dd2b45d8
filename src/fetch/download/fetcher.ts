/** Makes a fetcher: connects store, transport and limits. One fetcher lives as long as one command. */
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import pLimit from 'p-limit';
import { AppError } from '../../base/errors.ts';
import type { Context } from '../../base/events.ts';
import { findOrphans } from '../../store/blob-writer.ts';
import type { Store, StoredBlob } from '../../store/store.ts';
import { MirrorHealth } from '../mirrors/mirror-health.ts';
import type { Clock, FetchPorts } from '../mirrors/ports.ts';
import { RequestSlots } from '../mirrors/request-slots.ts';
import { fileTransport } from '../transport/file-transport.ts';
import { createHttpTransport } from '../transport/http-transport.ts';
import { chooseTransport, offlineTransport, type Transport } from '../transport/transport.ts';
import { fetchAllBlobs } from './fetch-all.ts';
import { type BlobRequest, contentKey, fetchBlobInto } from './fetch-blob.ts';
import { fetchRootFile, type RootFile, type RootRequest } from './fetch-root.ts';

/** What a fetcher needs to know. All but the first three have defaults. */
export interface FetcherOptions extends Context {
  readonly store: Store;
  /** True: only `file:` URLs and the store. */
  readonly offline?: boolean;
  /** Environment for proxy and CA variables; none by default, since only `cli/` may read the process's. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** In place of the environment's proxies, for http and https alike. */
  readonly proxy?: string;
  /** PEM files trusted besides the default roots. */
  readonly caFiles?: readonly string[];
  readonly userAgent?: string;
  /** At most so many downloads at a time from one mirror; default 64. See `MirrorPace` for when there are fewer. */
  readonly concurrencyPerHost?: number;
  /** Requests under way in all; default 128. */
  readonly totalConcurrency?: number;
  /** Rounds over the mirrors after the first; default 4. */
  readonly retries?: number;
  readonly timeouts?: { readonly connectMs?: number; readonly stallMs?: number };
  /** For tests. */
  readonly clock?: Partial<Clock>;
}

/** See {@link createFetcher}. Paths (`/media/dvd/…`) may be given wherever a URL may. */
export interface Fetcher {
  /** See `fetchBlobInto`. Two requests for one digest share one download. */
  fetchBlob(request: BlobRequest): Promise<StoredBlob>;
  /** See `fetchRootFile`. */
  fetchRoot(request: RootRequest): Promise<RootFile>;
  /** See `fetchAllBlobs`. With `phase`, a `phase.progress` event tells the totals after each file. */
  fetchAll(requests: readonly BlobRequest[], options?: { readonly phase?: string }): Promise<StoredBlob[]>;
  /** Every root that was asked for so far, also those nobody had. */
  readonly askedRoots: readonly AskedRoot[];
  /** Closes idle connections. */
  close(): void;
}

/** A root that was asked for. */
export interface AskedRoot {
  readonly urls: readonly string[];
  /** Which of the URLs had it; -1 when none had. */
  readonly mirrorIndex: number;
  readonly sha256: string | null;
}

const CONNECT_MS = 10_000;
const STALL_MS = 30_000;
const JOBS = 64;
const TOTAL = 128;
/** Node uses four threads for the disk. These limits keep them busy, without a long queue that later work would have to wait for. */
const LOOKUPS = 32;
const COMMITS = 8;

/** A fetcher over `options.store`. @throws {AppError} `CONFIG_INVALID` for a CA file or proxy we cannot use */
export function createFetcher(options: FetcherOptions): Fetcher {
  const { transport, close } = chooseNetwork(options);
  const ports = createPorts(options, transport);
  const underWay = new Map<string, Promise<StoredBlob>>();

  const askedRoots: AskedRoot[] = [];
  let orphans: Promise<Map<string, string>> | undefined;
  const findOrphan = async (key: string): Promise<string | undefined> => {
    orphans ??= findOrphans(options.store);
    return (await orphans).get(key);
  };
  const fetchBlob = async (request: BlobRequest, signal = options.signal): Promise<StoredBlob> => {
    const key = contentKey(request);
    const running = key === null ? undefined : underWay.get(key);
    if (running !== undefined) return running;
    const promise = fetchBlobInto({ ...ports, signal }, withUrls(request), findOrphan);
    if (key === null) return promise;
    const forget = (): unknown => underWay.delete(key);
    underWay.set(key, promise);
    promise.then(forget, forget);
    return promise;
  };

  return {
    fetchBlob: (request) => fetchBlob(request),
    fetchRoot: async (asked) => {
      const request = withUrls(asked);
      const { urls } = request;
      try {
        const root = await fetchRootFile(ports, request);
        askedRoots.push({ urls, mirrorIndex: root.mirrorIndex, sha256: root.sha256 });
        return root;
      } catch (error) {
        askedRoots.push({ urls, mirrorIndex: -1, sha256: null });
        throw error;
      }
    },
    askedRoots,
    fetchAll: (requests, { phase } = {}) => {
      let either: AbortSignal | undefined;
      return fetchAllBlobs(
        requests,
        (request, pointless) => {
          either ??= AbortSignal.any([options.signal, pointless]);
          return fetchBlob(request, either);
        },
        (totals) => {
          if (phase !== undefined) options.report({ type: 'phase.progress', phase, ...totals });
        },
      );
    },
    close,
  };
}

function chooseNetwork(options: FetcherOptions): { readonly transport: Transport; readonly close: () => void } {
  if (options.offline === true) return { transport: chooseTransport(fileTransport, offlineTransport), close: () => undefined };
  const http = createHttpTransport({
    env: options.env ?? {},
    ...(options.proxy === undefined ? {} : { proxy: options.proxy }),
    caFiles: options.caFiles ?? [],
    userAgent: options.userAgent ?? 'pigsty-bundle',
    connectTimeoutMs: options.timeouts?.connectMs ?? CONNECT_MS,
    connectionsPerHost: options.concurrencyPerHost ?? JOBS,
  });
  return { transport: chooseTransport(fileTransport, http.transport), close: http.close };
}

function createPorts(options: FetcherOptions, transport: Transport): FetchPorts {
  let id = 0;
  const clock: Clock = {
    now: Date.now,
    sleep: (ms, abort) => sleep(ms, undefined, { signal: abort }),
    random: Math.random,
    ...options.clock,
  };
  return {
    store: options.store,
    transport,
    report: options.report,
    signal: options.signal,
    clock,
    health: new MirrorHealth(),
    slots: new RequestSlots(options.concurrencyPerHost ?? JOBS, options.totalConcurrency ?? TOTAL, clock.now),
    lookups: pLimit(LOOKUPS),
    commits: pLimit(COMMITS),
    retries: options.retries ?? 4,
    stallMs: options.timeouts?.stallMs ?? STALL_MS,
    offline: options.offline ?? false,
    nextId: () => {
      id += 1;
      return id;
    },
  };
}

const SCHEMES = new Set(['http:', 'https:', 'file:']);

/** The request with paths made URLs. @throws {AppError} `CONFIG_INVALID` for what is neither */
function withUrls<R extends { readonly urls: readonly string[]; readonly label: string }>(request: R): R {
  if (request.urls.length === 0) throw new AppError('CONFIG_INVALID', `no mirror is known for ${request.label}`);
  const toUrl = (place: string): string => {
    if (place.startsWith('/')) return pathToFileURL(place).href;
    const url = URL.parse(place);
    if (url !== null && SCHEMES.has(url.protocol)) return place;
    throw new AppError('CONFIG_INVALID', `cannot fetch ${request.label} from "${place}"`, {
      hint: 'give an http, https or file URL, or an absolute path',
    });
  };
  return { ...request, urls: request.urls.map(toUrl) };
}
