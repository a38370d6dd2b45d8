import { describe, expect, it } from 'vitest';
import { lab, mirror, someBytes } from '../../support/fetch-lab.ts';
import { cutAfter, serve, status } from '../../support/strict-server.ts';

const root = (...urls: string[]) => ({ urls, maxBytes: 10_000, label: 'InRelease' });

describe('a root file', () => {
  it('is asked for every time, and not sent again while it is unchanged', async () => {
    const server = await mirror();
    const [old, fresh] = [someBytes(1000), someBytes(2000)];
    server.plan('/InRelease', serve(old), serve(old), serve(fresh));
    const { fetcher } = await lab();
    const answers = [];
    for (let i = 0; i < 3; i += 1) answers.push(await fetcher.fetchRoot(root(`${server.url}/InRelease`)));
    expect(answers.map(({ fromStore }) => fromStore)).toEqual([false, true, false]);
    expect(answers.map(({ bytes }) => bytes.length)).toEqual([1000, 1000, 2000]);
    expect(server.headers.map((headers) => headers['if-none-match'])).toEqual([undefined, '"1000"', '"1000"']);
  });

  it('uses Last-Modified where there is no ETag', async () => {
    const server = await mirror();
    const date = 'Sat, 01 Jun 2024 10:00:00 GMT';
    server.plan('/k', (request, response) => {
      if (request.headers['if-modified-since'] === date) response.writeHead(304).end();
      else response.writeHead(200, { 'last-modified': date }).end('key');
    });
    const { fetcher } = await lab();
    await fetcher.fetchRoot(root(`${server.url}/k`));
    expect(await fetcher.fetchRoot(root(`${server.url}/k`))).toMatchObject({ fromStore: true, bytes: Buffer.from('key') });
  });

  it('comes from the next mirror when the first fails, and says which', async () => {
    const [bad, good] = [await mirror(), await mirror()];
    bad.plan('/InRelease', status(500));
    good.plan('/InRelease', serve(someBytes(10)));
    const { fetcher } = await lab();
    const answer = await fetcher.fetchRoot(root(`${bad.url}/InRelease`, `${good.url}/InRelease`));
    expect(answer).toMatchObject({ url: `${good.url}/InRelease`, mirrorIndex: 1 });
  });

  it('is told apart when it does not exist', async () => {
    const server = await mirror();
    server.plan('/InRelease', status(404));
    const { fetcher } = await lab();
    await expect(fetcher.fetchRoot(root(`${server.url}/InRelease`))).rejects.toMatchObject({ code: 'FETCH_NOT_FOUND' });
  });

  it('is asked for again when it was cut short', async () => {
    const server = await mirror();
    const bytes = someBytes(1000);
    server.plan('/InRelease', cutAfter(bytes, 10), serve(bytes));
    const { fetcher } = await lab();
    expect((await fetcher.fetchRoot(root(`${server.url}/InRelease`))).bytes.equals(bytes)).toBe(true);
  });

  it.each([
    ['with a length', serve(someBytes(20_000))],
    [
      'without one',
      (_: unknown, response: { end: (bytes: Uint8Array) => void }) => {
        response.end(someBytes(20_000));
      },
    ],
  ])('is refused when it is too large, %s', async (_, answer) => {
    const server = await mirror();
    server.plan('/InRelease', answer);
    const { fetcher } = await lab();
    await expect(fetcher.fetchRoot(root(`${server.url}/InRelease`))).rejects.toMatchObject({ code: 'FETCH_TOO_LARGE' });
  });

  it('is the last one seen when offline, and an error when none was', async () => {
    const server = await mirror();
    const bytes = someBytes(1000);
    server.plan('/InRelease', serve(bytes));
    const online = await lab();
    await online.fetcher.fetchRoot(root(`${server.url}/InRelease`));
    const { fetcher } = await lab({ store: online.store, offline: true });
    const seen = await fetcher.fetchRoot(root('http://no-such-host.invalid/InRelease', `${server.url}/InRelease`));
    expect(seen).toMatchObject({ fromStore: true, mirrorIndex: 1 });
    expect(seen.bytes.equals(bytes)).toBe(true);
    await expect(fetcher.fetchRoot(root(`${server.url}/Release`))).rejects.toMatchObject({ code: 'FETCH_OFFLINE' });
    expect(server.seen).toHaveLength(1);
  });
});
