import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lab, mirror, someBytes, temporaryDir, wanted } from '../../support/fetch-lab.ts';
import { serve } from '../../support/strict-server.ts';

const MIB = 1024 * 1024;

describe('a file', () => {
  it('is downloaded once for two requests at the same time', async () => {
    const server = await mirror();
    const bytes = someBytes(1000);
    server.plan('/a.deb', serve(bytes));
    const { fetcher } = await lab();
    await Promise.all([1, 2, 3].map(() => fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`))));
    expect(server.seen).toHaveLength(1);
  });

  it('may be asked for again after it failed', async () => {
    const server = await mirror();
    const bytes = someBytes(1000);
    const { fetcher } = await lab();
    server.plan('/a.deb', (_request, response) => response.writeHead(404).end(), serve(bytes));
    const request = wanted(bytes, `${server.url}/a.deb`);
    await expect(fetcher.fetchBlob(request)).rejects.toMatchObject({ code: 'FETCH_NOT_FOUND' });
    expect(await fetcher.fetchBlob(request)).toMatchObject({ sizeBytes: 1000, fromStore: false });
  });
});

describe('file: mirrors', () => {
  it('are read by URL or path with the same checks', async () => {
    const dir = await temporaryDir();
    const bytes = someBytes(MIB);
    await writeFile(join(dir, 'a b.deb'), bytes);
    await writeFile(join(dir, 'bad.deb'), someBytes(MIB));
    const { fetcher } = await lab({ offline: true });
    const { path } = await fetcher.fetchBlob(wanted(bytes, join(dir, 'missing.deb'), join(dir, 'bad.deb'), `file://${dir}/a%20b.deb`));
    expect((await readFile(path)).equals(bytes)).toBe(true);
  });

  it.each([
    ['a directory', '.', 'FETCH_FAILED'],
    ['nothing', 'none.deb', 'FETCH_NOT_FOUND'],
  ])('are refused where there is %s', async (_, name, code) => {
    const { fetcher } = await lab();
    await expect(fetcher.fetchBlob(wanted(someBytes(1), join(await temporaryDir(), name)))).rejects.toMatchObject({ code });
  });
});

describe('offline', () => {
  it('uses the store and never asks', async () => {
    const server = await mirror();
    const bytes = someBytes(1000);
    server.plan('/a.deb', serve(bytes));
    const online = await lab();
    await online.fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`));
    const { fetcher } = await lab({ store: online.store, offline: true });
    expect((await fetcher.fetchBlob(wanted(bytes, `${server.url}/a.deb`))).fromStore).toBe(true);
    await expect(fetcher.fetchBlob(wanted(someBytes(5), `${server.url}/b.deb`))).rejects.toMatchObject({ code: 'FETCH_OFFLINE' });
    expect(server.seen).toEqual(['/a.deb']);
  });
});

it.each(['ftp://localhost/a', 'relative/a', 'data:,x'])('refuses %s', async (url) => {
  const { fetcher } = await lab();
  await expect(fetcher.fetchBlob(wanted(someBytes(1), url))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

it('says which file no mirror is known for', async () => {
  const { fetcher } = await lab();
  await expect(fetcher.fetchBlob(wanted(someBytes(1)))).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: 'no mirror is known for hello.deb',
  });
});
