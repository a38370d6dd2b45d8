/**
 * Downloading into an empty store over a line of 30 MB/s, against what the line carries: small and large files, without and with 50 ms of
 * delay.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createFetcher } from '../../src/fetch/download/fetcher.ts';
import { openStore } from '../../src/store/store.ts';
import { bodyOf } from './line-server.ts';
import type { Row } from './row.ts';

const LINE_BYTES_PER_SECOND = 30e6;
const RUNS = 3;

export async function bench(): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'bench-fetch-'));
  try {
    const rows: Row[] = [];
    for (const delayMs of [0, 50]) {
      for (const [count, sizeBytes] of [[500, 100_000] as const, [6, 10_000_000] as const]) {
        rows.push(await measure(dir, count, sizeBytes, delayMs));
      }
    }
    return rows;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(dir: string, count: number, sizeBytes: number, delayMs: number): Promise<Row> {
  const server = fork(new URL('./line-server.ts', import.meta.url), [String(LINE_BYTES_PER_SECOND), String(delayMs)]);
  try {
    const [port] = (await once(server, 'message')) as [number];
    const requests = Array.from({ length: count }, (_, i) => ({
      urls: [`http://127.0.0.1:${port}/${sizeBytes}/${i}`],
      digest: { algorithm: 'sha256' as const, hex: createHash('sha256').update(bodyOf(sizeBytes, i)).digest('hex') },
      sizeBytes,
      maxBytes: sizeBytes,
      label: `file ${i}`,
    }));
    const took: number[] = [];
    let cpuMs = 0;
    for (let run = 0; run < RUNS; run += 1) {
      const storeDir = join(dir, 'store');
      rmSync(storeDir, { recursive: true, force: true });
      const fetcher = createFetcher({ store: await openStore(storeDir), report: () => undefined, signal: new AbortController().signal });
      const before = process.cpuUsage();
      const start = performance.now();
      await fetcher.fetchAll(requests);
      took.push(performance.now() - start);
      const { user, system } = process.cpuUsage(before);
      cpuMs = (user + system) / 1000;
      fetcher.close();
    }
    const ours = took.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
    const line = ((count * sizeBytes) / LINE_BYTES_PER_SECOND) * 1000 + delayMs;
    return {
      what: `download ${count} × ${sizeBytes / 1000} kB at 30 MB/s, ${delayMs} ms delay (${(cpuMs / count).toFixed(1)} ms CPU per file)`,
      ours: `${(ours / 1000).toFixed(2)} s`,
      theirs: `the line ${(line / 1000).toFixed(2)} s`,
      ratio: line / ours,
      budget: '≥ 0.9',
    };
  } finally {
    server.kill();
  }
}
