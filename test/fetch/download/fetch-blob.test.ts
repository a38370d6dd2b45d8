import { readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf, hasReceived, lab, mirror, someBytes, until, wanted } from '../../support/fetch-lab.ts';
import { cutAfter, serve, serveChunked, stallAfter, status } from '../../support/strict-server.ts';

const MIB = 1024 * 1024;

describe('a file with a digest', () => {
  it('is downloaded once, and found in the store after that', async () => {
    const server = await mirror();
    const bytes = someBytes(3 * MIB);
    server.plan('/a.deb', serve(bytes));
    const { fetcher, events } = await lab();
    const first = await fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`));
    const second = await fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`));
    expect([first.fromStore, second.fromStore]).toEqual([false, true]);
    expect((await readFile(first.path)).equals(bytes)).toBe(true);
    expect(server.seen).toEqual(['/a.deb']);
    const received = events.map((event) => [event.type, 'receivedBytes' in event ? event.receivedBytes : 0]);
    expect(received[0]).toEqual(['fetch.start', 0]);
    expect(received.slice(-2)).toEqual([
      ['fetch.end', bytes.length],
      ['fetch.end', 0],
    ]);
    expect(received.slice(1, -2).every(([type]) => type === 'fetch.progress')).toBe(true);
  });

  it.each(['sha512', 'sha384', 'sha1'] as const)('is verified by %s and stored by sha256', async (algorithm) => {
    const server = await mirror();
    const bytes = someBytes(1000);
    server.plan('/a.deb', serve(bytes));
    const { fetcher } = await lab();
    const request = { ...wanted(bytes, `${server.url}/a.deb`), digest: digestOf(bytes, algorithm) };
    expect((await fetcher.fetchBlob(request)).sha256).toBe(digestOf(bytes).hex);
    expect((await fetcher.fetchBlob(request)).fromStore).toBe(true);
    expect(server.seen).toHaveLength(1);
  });

  it('is downloaded again when the stored file has another size', async () => {
    const server = await mirror();
    const bytes = someBytes(1000);
    server.plan('/a.deb', serve(bytes));
    const { fetcher } = await lab();
    const { path } = await fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`));
    await truncate(path, 10);
    await fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`));
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it('leaves nothing in partial/ when all went well', async () => {
    const server = await mirror();
    const bytes = someBytes(1000);
    server.plan('/a.deb', serve(bytes));
    const { fetcher, store } = await lab();
    await fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`));
    expect(await readdir(join(store.dir, 'partial'))).toEqual([]);
  });
});

describe('a broken connection', () => {
  it('is resumed where it broke off', async () => {
    const server = await mirror();
    const bytes = someBytes(2 * MIB);
    server.plan('/a.deb', cutAfter(bytes, 100_000), serve(bytes));
    const { fetcher, events, waits } = await lab();
    await fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`));
    expect(server.seen).toEqual(['/a.deb', '/a.deb bytes=100000-']);
    expect(waits).toEqual([375]);
    expect(events.filter(({ type }) => type === 'retry')).toHaveLength(1);
  });

  it('is resumed from another mirror', async () => {
    const [one, two] = [await mirror(), await mirror()];
    const bytes = someBytes(2 * MIB);
    one.plan('/a.deb', cutAfter(bytes, 100_000));
    two.plan('/a.deb', serve(bytes, '"other"'));
    const { fetcher, waits } = await lab();
    await fetcher.fetchBlob(wanted(bytes, `${one.url}/a.deb`, `${two.url}/a.deb`));
    expect(two.seen).toEqual(['/a.deb bytes=100000-']);
    expect(waits).toEqual([]);
  });

  it('starts again where the server knows no Range', async () => {
    const server = await mirror();
    const bytes = someBytes(2 * MIB);
    server.plan('/a.deb', cutAfter(bytes, 100_000), serveChunked(bytes));
    const { fetcher } = await lab();
    expect((await readFile((await fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`))).path)).equals(bytes)).toBe(true);
  });

  it('starts again when the file has changed meanwhile, without digest too', async () => {
    const server = await mirror();
    const [old, fresh] = [someBytes(MIB), someBytes(MIB)];
    server.plan('/a', cutAfter(old, 100_000, '"old"'), serve(fresh, '"fresh"'));
    const { fetcher } = await lab();
    const { path } = await fetcher.fetchBlob({ urls: [`${server.url}/a`], maxBytes: 2 * MIB, label: 'a' });
    expect((await readFile(path)).equals(fresh)).toBe(true);
    expect(server.headers[1]?.['if-range']).toBe('"old"');
  });

  it('starts again after 416', async () => {
    const server = await mirror();
    const bytes = someBytes(MIB);
    server.plan('/a.deb', cutAfter(bytes, 100_000), status(416), serve(bytes));
    const { fetcher } = await lab();
    await fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`));
    expect(server.seen).toEqual(['/a.deb', '/a.deb bytes=100000-', '/a.deb']);
  });

  it('is taken up by a later run from what an interrupted one left', async () => {
    const server = await mirror();
    const bytes = someBytes(2 * MIB);
    server.plan('/a.deb', stallAfter(bytes, 1_500_000), serve(bytes));
    const first = await lab();
    const download = first.fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`));
    await until(() => hasReceived(first, 1_200_000));
    first.abort.abort();
    await expect(download).rejects.toMatchObject({ code: 'INTERRUPTED' });
    const [kept = ''] = await readdir(join(first.store.dir, 'partial'));
    const { size } = await stat(join(first.store.dir, 'partial', kept));
    expect(size).toBeGreaterThanOrEqual(1_200_000);
    const second = await lab({ store: first.store });
    await second.fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`));
    expect(server.seen[1]).toBe(`/a.deb bytes=${size}-`);
    expect(await readdir(join(first.store.dir, 'partial'))).toEqual([]);
  });

  it('notices that what was left is not the beginning of the file, and starts again', async () => {
    const server = await mirror();
    const bytes = someBytes(MIB);
    server.plan('/a.deb', serve(bytes));
    const { fetcher, store } = await lab();
    await writeFile(join(store.dir, 'partial', `sha256-${digestOf(bytes).hex}.kept`), someBytes(1000));
    await fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`));
    expect(server.seen).toEqual(['/a.deb bytes=1000-', '/a.deb']);
  });

  it('counts as broken when nothing arrives for too long', async () => {
    const server = await mirror();
    const bytes = someBytes(MIB);
    server.plan('/a.deb', stallAfter(bytes, 1000), serve(bytes));
    const { fetcher, events } = await lab({ timeouts: { stallMs: 300 } });
    await fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`));
    expect(events.find(({ type }) => type === 'retry')).toMatchObject({ reason: 'nothing received for 0.3 s' });
  });
});

describe('a mirror that serves something else', () => {
  it.each([
    ['other bytes of the same size', serve(someBytes(1000))],
    ['a shorter file', serve(someBytes(999))],
    ['a longer file', serve(someBytes(1001))],
    ['a longer file without a length', serveChunked(someBytes(5000))],
    ['a shorter file without a length', serveChunked(someBytes(10))],
  ])('is passed over for the next: %s', async (_, answer) => {
    const [bad, good] = [await mirror(), await mirror()];
    const bytes = someBytes(1000);
    bad.plan('/a.deb', answer);
    good.plan('/a.deb', serve(bytes));
    const { fetcher, waits } = await lab();
    const { path } = await fetcher.fetchBlob(wanted(bytes, `${bad.url}/a.deb`, `${good.url}/a.deb`));
    expect((await readFile(path)).equals(bytes)).toBe(true);
    expect(good.seen).toEqual(['/a.deb']);
    expect(bad.seen).toEqual(['/a.deb']);
    expect(waits).toEqual([]);
  });

  it('is named with what was expected and what came, and leaves nothing behind', async () => {
    const server = await mirror();
    const bytes = someBytes(1000);
    const other = someBytes(1000);
    server.plan('/a.deb', serve(other));
    const { fetcher, store } = await lab();
    const error = await fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`)).catch((e: unknown) => e as Error);
    expect(error).toMatchObject({ code: 'FETCH_DIGEST_MISMATCH' });
    for (const part of [`${server.url}/a.deb`, digestOf(bytes).hex, digestOf(other).hex]) expect((error as Error).message).toContain(part);
    expect(await readdir(join(store.dir, 'partial'))).toEqual([]);
    expect(await store.has(digestOf(other).hex)).toBe(false);
  });

  it('is stopped at the limit when no size is known', async () => {
    const server = await mirror();
    server.plan('/long', serve(someBytes(5000)));
    server.plan('/endless', serveChunked(someBytes(5000)));
    const { fetcher } = await lab();
    for (const path of ['/long', '/endless']) {
      const request = { urls: [`${server.url}${path}`], maxBytes: 1000, label: path };
      await expect(fetcher.fetchBlob(request)).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
    }
  });
});

describe('a mirror in trouble', () => {
  it.each([404, 403, 410])('is left for the next at once after %d', async (code) => {
    const [bad, good] = [await mirror(), await mirror()];
    const bytes = someBytes(1000);
    bad.plan('/a.deb', status(code));
    good.plan('/a.deb', serve(bytes));
    const { fetcher, waits } = await lab();
    await fetcher.fetchBlob(wanted(bytes, `${bad.url}/a.deb`, `${good.url}/a.deb`));
    expect([bad.seen.length, waits.length]).toEqual([1, 0]);
  });

  it.each([408, 429, 500, 503])('is asked again after %d', async (code) => {
    const server = await mirror();
    const bytes = someBytes(1000);
    server.plan('/a.deb', status(code), status(code), serve(bytes));
    const { fetcher, waits } = await lab();
    await fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`));
    expect(waits).toEqual([375, 750]);
  });

  it('is given the time it asks for, up to a minute', async () => {
    const server = await mirror();
    const bytes = someBytes(1000);
    server.plan('/a.deb', status(503, { 'retry-after': '7' }), status(429, { 'retry-after': '86400' }), serve(bytes));
    const { fetcher, waits } = await lab();
    await fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`));
    expect(waits).toEqual([7000, 60_000]);
  });

  it('fails after the last round, saying why', async () => {
    const server = await mirror();
    server.plan('/a.deb', status(503));
    const { fetcher } = await lab();
    const failing = fetcher.fetchBlob(wanted(someBytes(10), `${server.url}/a.deb`));
    await expect(failing).rejects.toMatchObject({
      code: 'FETCH_FAILED',
      message: expect.stringContaining('503 Service Unavailable (3 attempts)'),
    });
    expect(server.seen).toHaveLength(3);
  });

  it('is a missing file when every mirror that can be reached lacks it', async () => {
    const server = await mirror();
    server.plan('/a.deb', status(404));
    const { fetcher } = await lab();
    const request = wanted(someBytes(10), 'http://127.0.0.1:1/a.deb', `${server.url}/a.deb`);
    await expect(fetcher.fetchBlob(request)).rejects.toMatchObject({ code: 'FETCH_NOT_FOUND' });
  });

  it('is asked last by later files once it has failed repeatedly', async () => {
    const [bad, good] = [await mirror(), await mirror()];
    bad.plan('/0', status(500));
    bad.plan('/1', status(500));
    bad.plan('/2', status(500));
    const files = Array.from({ length: 6 }, () => someBytes(10));
    files.forEach((bytes, i) => {
      good.plan(`/${i}`, serve(bytes));
    });
    const { fetcher } = await lab();
    for (const [i, bytes] of files.entries()) await fetcher.fetchBlob(wanted(bytes, `${bad.url}/${i}`, `${good.url}/${i}`));
    expect(bad.seen).toEqual(['/0', '/1', '/2']);
  });
});
