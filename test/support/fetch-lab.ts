/** A store in a temporary directory and a fetcher whose waits take no time. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Digest } from '../../src/base/digest.ts';
import type { Event } from '../../src/base/events.ts';
import { createFetcher, type Fetcher, type FetcherOptions } from '../../src/fetch/download/fetcher.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { type StrictServer, startServer } from './strict-server.ts';

export async function temporaryDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'pigsty-fetch-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

export async function temporaryStore(): Promise<Store> {
  return openStore(join(await temporaryDir(), 'store'));
}

export async function mirror(tls?: { readonly key: string; readonly cert: string }): Promise<StrictServer> {
  const server = await startServer(tls);
  onTestFinished(async () => {
    await server.close();
    server.assertKept();
  });
  return server;
}

export interface Lab {
  readonly fetcher: Fetcher;
  readonly store: Store;
  readonly events: Event[];
  /** Milliseconds of every wait between rounds. */
  readonly waits: number[];
  readonly abort: AbortController;
}

export async function lab(options: Partial<FetcherOptions> = {}): Promise<Lab> {
  const store = options.store ?? (await temporaryStore());
  const events: Event[] = [];
  const waits: number[] = [];
  const abort = new AbortController();
  const inner = createFetcher({
    store,
    report: (event) => events.push(event),
    signal: abort.signal,
    retries: 2,
    // Nobody is slow here; a test of slowness says how long it wants to wait.
    timeouts: { stallMs: 60_000 },
    clock: {
      random: () => 0.5,
      sleep: async (ms) => {
        waits.push(ms);
      },
    },
    ...options,
  });
  const running = new Set<Promise<unknown>>();
  const watched = <A extends unknown[], R>(fetch: (...parameters: A) => Promise<R>) => {
    return (...parameters: A): Promise<R> => {
      const download = fetch(...parameters);
      running.add(download);
      return download;
    };
  };
  // What a failed test left under way ends before its store is removed.
  onTestFinished(async () => {
    abort.abort();
    await Promise.allSettled(running);
    inner.close();
  });
  const fetcher: Fetcher = {
    ...inner,
    fetchBlob: watched((...parameters) => inner.fetchBlob(...parameters)),
    fetchRoot: watched((...parameters) => inner.fetchRoot(...parameters)),
    fetchAll: watched((...parameters) => inner.fetchAll(...parameters)),
  };
  return { fetcher, store, events, waits, abort };
}

/** Waits for something another part of the test surely does; how long that takes is the machine's affair, and the test's own limit. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** True when a download has received at least that many bytes, as far as it tells. */
export function hasReceived({ events }: Lab, bytes: number): boolean {
  return events.some((event) => event.type === 'fetch.progress' && event.receivedBytes >= bytes);
}

/** Bytes no two calls share. */
export function someBytes(sizeBytes: number): Buffer {
  return randomBytes(sizeBytes);
}

export function digestOf(bytes: Uint8Array, algorithm: Digest['algorithm'] = 'sha256'): Digest {
  return { algorithm, hex: createHash(algorithm).update(bytes).digest('hex') };
}

/** A request that knows everything about `bytes`. */
export function wanted(bytes: Uint8Array, ...urls: string[]) {
  return { urls, digest: digestOf(bytes), sizeBytes: bytes.length, maxBytes: 1 << 30, label: 'hello.deb' };
}
