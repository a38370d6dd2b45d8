import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SyncQueue } from '../../../src/pack/read/sync-queue.ts';
import { scratchDir } from '../../lab/upstreams/bundle-lab.ts';

async function files(count: number): Promise<string[]> {
  const dir = await scratchDir();
  const paths = Array.from({ length: count }, (_, n) => join(dir, String(n)));
  for (const path of paths) await writeFile(path, 'x');
  return paths;
}

it('waits for all files', async () => {
  const queue = new SyncQueue();
  for (const path of await files(7)) queue.add(path);
  await expect(queue.drain()).resolves.toBeUndefined();
  await expect(new SyncQueue().drain()).resolves.toBeUndefined();
});

it('throws what the first failed sync threw', async () => {
  const queue = new SyncQueue();
  const [first = ''] = await files(1);
  for (const path of [first, '/nonexistent/one', first, '/nonexistent/two', first]) queue.add(path);
  await expect(queue.drain()).rejects.toMatchObject({ code: 'ENOENT', path: '/nonexistent/one' });
});

it('gives up without throwing', async () => {
  const queue = new SyncQueue();
  for (const path of ['/nonexistent/one', '/nonexistent/two', '/nonexistent/three']) queue.add(path);
  await expect(queue.abandon()).resolves.toBeUndefined();
});
