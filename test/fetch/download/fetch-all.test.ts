import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digestOf, lab, mirror, someBytes, until, wanted } from '../../support/fetch-lab.ts';
import { serve, stallAfter, status } from '../../support/strict-server.ts';

it('fetches all, in the order asked, and tells the totals', async () => {
  const server = await mirror();
  const files = Array.from({ length: 50 }, (_, i) => someBytes(100 + i));
  files.forEach((bytes, i) => {
    server.plan(`/${i}`, serve(bytes));
  });
  const { fetcher, events } = await lab();
  const blobs = await fetcher.fetchAll(
    files.map((bytes, i) => wanted(bytes, `${server.url}/${i}`)),
    { phase: 'fetch' },
  );
  expect(blobs.map(({ sizeBytes }) => sizeBytes)).toEqual(files.map(({ length }) => length));
  const totalBytes = files.reduce((sum, { length }) => sum + length, 0);
  expect(events.filter(({ type }) => type === 'phase.progress').at(-1)).toMatchObject({ doneItems: 50, doneBytes: totalBytes, totalBytes });
});

it('tells all failures together after the others are done, and does not fetch those again', async () => {
  const server = await mirror();
  const files = Array.from({ length: 10 }, () => someBytes(100));
  files.forEach((bytes, i) => {
    server.plan(`/${i}`, i === 3 ? status(404) : i === 7 ? status(500) : serve(bytes));
  });
  const { fetcher } = await lab({ retries: 0 });
  const requests = files.map((bytes, i) => ({ ...wanted(bytes, `${server.url}/${i}`), label: `file-${i}` }));
  const error = await fetcher.fetchAll(requests).catch((e: unknown) => e);
  expect(error).toMatchObject({ code: 'FETCH_FAILED', details: { failures: [{ label: 'file-3' }, { label: 'file-7' }] } });
  expect((error as Error).message).toMatch(/^2 of 10 files could not be fetched:\n.*file-3.*404.*\n.*file-7.*500/);
  expect(server.seen).toHaveLength(10);
  await expect(fetcher.fetchAll(requests)).rejects.toMatchObject({ code: 'FETCH_FAILED' });
  expect(server.seen).toHaveLength(12);
});

it('gives the common code when all failed for one reason', async () => {
  const server = await mirror();
  server.plan('/a', status(404));
  server.plan('/b', status(404));
  const { fetcher } = await lab();
  const requests = ['/a', '/b'].map((path) => wanted(someBytes(5), `${server.url}${path}`));
  await expect(fetcher.fetchAll(requests)).rejects.toMatchObject({ code: 'FETCH_NOT_FOUND' });
});

it('stops as one when interrupted', async () => {
  const server = await mirror();
  const bytes = someBytes(5000);
  server.plan('/a', stallAfter(bytes, 10));
  const { fetcher, abort } = await lab();
  const running = fetcher.fetchAll([wanted(bytes, `${server.url}/a`)]);
  await until(() => server.seen.length === 1);
  abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
});

it('stops as one in the middle of many: what came is stored whole, and only the rest is asked for again', async () => {
  const server = await mirror();
  const files = Array.from({ length: 120 }, () => someBytes(20_000));
  files.forEach((bytes, i) => {
    server.plan(`/${i}`, i % 10 === 9 ? stallAfter(bytes, 5000) : serve(bytes));
  });
  const first = await lab();
  const requests = files.map((bytes, i) => wanted(bytes, `${server.url}/${i}`));
  const running = first.fetcher.fetchAll(requests);
  await until(() => server.seen.length >= 60);
  first.abort.abort();
  await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
  const whole = await Promise.all(files.map((bytes) => first.store.verify(digestOf(bytes).hex)));
  const stored = whole.filter(Boolean).length;
  expect(stored).toBeGreaterThan(20);
  const kept = (await readdir(join(first.store.dir, 'partial'))).length;
  expect(kept).toBeGreaterThan(0);
  files.forEach((bytes, i) => {
    server.plan(`/${i}`, serve(bytes));
  });
  const second = await lab({ store: first.store, userAgent: 'second' });
  await second.fetcher.fetchAll(requests);
  // What the first run had asked for may reach the server only now.
  const asked = server.seen.filter((_, at) => server.headers[at]?.['user-agent'] === 'second');
  expect(asked).toHaveLength(120 - stored);
  expect(asked.filter((line) => / bytes=\d+-$/.test(line))).toHaveLength(kept);
  expect(await readdir(join(first.store.dir, 'partial'))).toEqual([]);
});
