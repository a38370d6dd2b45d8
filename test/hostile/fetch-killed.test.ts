import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digestOf, lab, mirror, someBytes, temporaryStore, until, wanted } from '../support/fetch-lab.ts';
import { serve, stallAfter } from '../support/strict-server.ts';

const CHILD = join(import.meta.dirname, '..', 'fetch', 'fetch-child.ts');

function startChild(dir: string, url: string, bytes: Uint8Array): ChildProcess {
  return spawn(process.execPath, [CHILD, dir, url, digestOf(bytes).hex, String(bytes.length)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function answerOf(child: ChildProcess): Promise<Record<string, unknown>> {
  const pieces: Buffer[] = [];
  child.stdout?.on('data', (piece: Buffer) => pieces.push(piece));
  await once(child, 'close');
  return JSON.parse(Buffer.concat(pieces).toString()) as Record<string, unknown>;
}

it('a download killed with SIGKILL is resumed by the next process, and nothing of it was in the store', async () => {
  const store = await temporaryStore();
  const server = await mirror();
  const bytes = someBytes(6 * 1024 * 1024);
  server.plan('/a.deb', stallAfter(bytes, 3 * 1024 * 1024), serve(bytes));
  const child = startChild(store.dir, `${server.url}/a.deb`, bytes);
  await until(async () => {
    const [name] = await readdir(join(store.dir, 'partial'));
    return name !== undefined && (await readFile(join(store.dir, 'partial', name))).length >= 2 * 1024 * 1024;
  });
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(await store.has(digestOf(bytes).hex)).toBe(false);
  const { fetcher } = await lab({ store });
  const { path } = await fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`));
  expect((await readFile(path)).equals(bytes)).toBe(true);
  expect(Number(/bytes=(\d+)-/.exec(server.seen[1] ?? '')?.[1])).toBeGreaterThanOrEqual(2 * 1024 * 1024);
  expect(await readdir(join(store.dir, 'partial'))).toEqual([]);
});

it('several processes may fetch one file into one store', async () => {
  const store = await temporaryStore();
  const server = await mirror();
  const bytes = someBytes(20 * 1024 * 1024);
  server.plan('/a.deb', serve(bytes));
  const children = [1, 2, 3].map(() => startChild(store.dir, `${server.url}/a.deb`, bytes));
  const answers = await Promise.all(children.map(answerOf));
  for (const answer of answers) expect(answer).toMatchObject({ sha256: digestOf(bytes).hex, sizeBytes: bytes.length });
  expect(await store.verify(digestOf(bytes).hex)).toBe(true);
  expect(await readdir(join(store.dir, 'partial'))).toEqual([]);
});
