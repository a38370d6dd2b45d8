/** Whatever is fetched goes by way of the map. */
import { describe, expect, it } from 'vitest';
import type { MirrorRoute } from '../../../src/base/mirror-map.ts';
import { routedFetcher } from '../../../src/fetch/download/routed-fetcher.ts';
import { lab, mirror } from '../../support/fetch-lab.ts';
import { serve, status } from '../../support/strict-server.ts';

const BYTES = Buffer.from('hello');

async function routedLab(to: (url: string) => readonly string[]) {
  const server = await mirror();
  const { fetcher, events } = await lab();
  const routes: readonly MirrorRoute[] = [{ from: 'http://published.invalid/debian/', to: to(server.url) }];
  return { server, events, fetcher: routedFetcher(fetcher, () => routes) };
}

describe('a fetcher with a map', () => {
  it('asks the proxy for roots, files and many files', async () => {
    const { server, fetcher } = await routedLab((url) => [`${url}/proxy`]);
    for (const path of ['/proxy/root', '/proxy/blob', '/proxy/one']) server.plan(path, serve(BYTES));
    const url = (name: string) => `http://published.invalid/debian/${name}`;
    expect(String((await fetcher.fetchRoot({ urls: [url('root')], maxBytes: 10, label: 'root' })).bytes)).toBe('hello');
    expect((await fetcher.fetchBlob({ urls: [url('blob')], maxBytes: 10, label: 'blob' })).sizeBytes).toBe(5);
    expect(await fetcher.fetchAll([{ urls: [url('one')], maxBytes: 10, label: 'one' }])).toHaveLength(1);
    expect(server.seen).toEqual(['/proxy/root', '/proxy/blob', '/proxy/one']);
  });

  it('says of a root which of the published URLs it stands for', async () => {
    const { server, fetcher } = await routedLab((url) => [`${url}/lacks`, `${url}/has`]);
    server.plan('/lacks/root', status(404));
    server.plan('/has/root', serve(BYTES));
    const urls = ['http://other.invalid/root', 'http://published.invalid/debian/root'];
    expect(await fetcher.fetchRoot({ urls, maxBytes: 10, label: 'root' })).toMatchObject({ mirrorIndex: 1, url: `${server.url}/has/root` });
  });

  it('tells which entry of the map led to a failure, without credentials', async () => {
    const { server, fetcher } = await routedLab((url) => [`${url.replace('://', '://me:secret@')}/proxy/`]);
    server.plan('/proxy/root', status(404));
    const failed = await fetcher
      .fetchRoot({ urls: ['http://published.invalid/debian/root'], maxBytes: 10, label: 'root' })
      .catch((e: unknown) => e);
    expect(failed).toMatchObject({
      code: 'FETCH_NOT_FOUND',
      hint: expect.stringMatching(
        /^"mirrors" of an overlay \(--manifest\) sends http:\/\/published\.invalid\/debian\/ to http:\/\/\S*localhost/,
      ),
    });
    expect(JSON.stringify(failed) + String((failed as Error).message)).not.toContain('secret');
    expect((failed as { hint: string }).hint).not.toContain('secret');
  });

  it('leaves other URLs and their errors alone', async () => {
    const { server, fetcher } = await routedLab((url) => [`${url}/proxy`]);
    server.plan('/direct', serve(BYTES));
    server.plan('/gone', status(404));
    expect((await fetcher.fetchBlob({ urls: [`${server.url}/direct`], maxBytes: 10, label: 'x' })).sizeBytes).toBe(5);
    const failed = fetcher.fetchBlob({ urls: [`${server.url}/gone`], maxBytes: 10, label: 'x' });
    await expect(failed).rejects.toMatchObject({ code: 'FETCH_NOT_FOUND', hint: expect.not.stringContaining('mirrors') });
  });
});
