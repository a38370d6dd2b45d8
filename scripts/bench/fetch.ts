/**
 * Downloading into an empty store over a line of 30 MB/s, against what the line carries: small and large files, without and with 50 ms of
 * delay. For the smallest, which are latency more than anything, also against a bare loop over node-fetch that checks nothing: each of its
 * as many workers asks for the next file when it has written the last one down.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fetch from 'node-fetch';
import type { BlobRequest } from '../../src/fetch/download/fetch-blob.ts';
import { createFetcher } from '../../src/fetch/download/fetcher.ts';
import { openStore } from '../../src/store/store.ts';
import { bodyOf } from './line-server.ts';
import type { Row } from './row.ts';

const LINE_BYTES_PER_SECOND = 30e6;
const RUNS = 5;
/** Our own default. */
const WORKERS = 64;

/** One set of files. */
interface Load {
  readonly count: number;
  readonly sizeBytes: number;
  readonly delayMs: number;
}

const LOADS: readonly (Load & { readonly budget: string; readonly isRaced: boolean })[] = [
  { count: 500, sizeBytes: 100_000, delayMs: 0, budget: '≥ 0.9', isRaced: false },
  { count: 6, sizeBytes: 10_000_000, delayMs: 0, budget: '≥ 0.9', isRaced: false },
  { count: 500, sizeBytes: 100_000, delayMs: 50, budget: '≥ 0.9', isRaced: false },
  { count: 6, sizeBytes: 10_000_000, delayMs: 50, budget: '≥ 0.9', isRaced: false },
  { count: 2000, sizeBytes: 20_000, delayMs: 50, budget: '≥ 0.65', isRaced: true },
];

export async function bench(): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-fetch-'));
  try {
    const rows: Row[] = [];
    for (const load of LOADS) rows.push(...(await measure(dir, load, load.budget, load.isRaced)));
    return rows;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(dir: string, load: Load, budget: string, isRaced: boolean): Promise<Row[]> {
  const { count, sizeBytes, delayMs } = load;
  const server = fork(new URL('./line-server.ts', import.meta.url), [String(LINE_BYTES_PER_SECOND), String(delayMs)]);
  try {
    const [port] = (await once(server, 'message')) as [number];
    const requests = requestsOf(load, port);
    const [ours, loop]: [Took[], Took[]] = [[], []];
    // Contenders take turns.
    for (let run = 0; run < RUNS; run += 1) {
      ours.push(await timed(() => download(join(dir, 'store'), requests)));
      if (isRaced) loop.push(await timed(() => bareLoop(join(dir, 'bare'), requests)));
    }
    const line = ((count * sizeBytes) / LINE_BYTES_PER_SECOND) * 1000 + delayMs;
    const best = fastest(ours);
    const what = `download ${count} × ${sizeBytes / 1000} kB at 30 MB/s, ${delayMs} ms delay (${(best.cpuMs / count).toFixed(1)} ms CPU per file)`;
    const row = (theirs: string, theirsMs: number, limit: string): Row => ({
      what,
      ours: seconds(best.ms),
      theirs: `${theirs} ${seconds(theirsMs)}`,
      ratio: theirsMs / best.ms,
      budget: limit,
    });
    const raced = isRaced ? [row(`${WORKERS} workers over node-fetch`, fastest(loop).ms, '≥ 0.9')] : [];
    return [row('the line', line, budget), ...raced];
  } finally {
    server.kill();
  }
}

interface Took {
  readonly ms: number;
  readonly cpuMs: number;
}

async function timed(work: () => Promise<unknown>): Promise<Took> {
  const before = process.cpuUsage();
  const start = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - start, cpuMs: (user + system) / 1000 };
}

function fastest(all: readonly Took[]): Took {
  return all.reduce((a, b) => (b.ms < a.ms ? b : a));
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}

function requestsOf({ count, sizeBytes }: Load, port: number): BlobRequest[] {
  return Array.from({ length: count }, (_, i) => ({
    urls: [`http://127.0.0.1:${port}/${sizeBytes}/${i}`],
    digest: { algorithm: 'sha256' as const, hex: createHash('sha256').update(bodyOf(sizeBytes, i)).digest('hex') },
    sizeBytes,
    maxBytes: sizeBytes,
    label: `file ${i}`,
  }));
}

async function download(storeDir: string, requests: readonly BlobRequest[]): Promise<void> {
  rmSync(storeDir, { recursive: true, force: true });
  const fetcher = createFetcher({ store: await openStore(storeDir), report: () => undefined, signal: new AbortController().signal });
  await fetcher.fetchAll(requests);
  fetcher.close();
}

async function bareLoop(into: string, requests: readonly BlobRequest[]): Promise<void> {
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into);
  const agent = new http.Agent({ keepAlive: true, maxSockets: WORKERS });
  const left = requests.entries();
  const work = async (): Promise<void> => {
    for (const [at, { urls }] of left) {
      const response = await fetch(urls[0] ?? '', { agent });
      await writeFile(join(into, String(at)), Buffer.from(await response.arrayBuffer()));
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  agent.destroy();
}
