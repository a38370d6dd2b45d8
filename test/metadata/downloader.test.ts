/** Of each upstream its mirrors are asked for once, however many steps need them. */
import { describe, expect, it } from 'vitest';
import { Downloader } from '../../src/metadata/downloader.ts';
import { toyKey } from '../lab/upstreams/toy-archive.ts';
import { debUpstream, elUpstream, toyDownloader } from '../lab/upstreams/toy-build.ts';
import { lab, mirror } from '../support/fetch-lab.ts';
import { serve, status } from '../support/strict-server.ts';

describe('the mirrors of an upstream', () => {
  it('are asked for once, also by steps that run side by side', async () => {
    const server = await mirror();
    server.plan('/mirrorlist', serve(Buffer.from('http://one/\nhttp://two/\n')));
    const { downloader } = await toyDownloader();
    const upstream = await elUpstream(`${server.url}/mirrorlist`);
    const asked = await Promise.all([downloader.mirrorsOf(upstream), downloader.mirrorsOf({ ...upstream })]);
    expect(asked[0]).toEqual({ urls: ['http://one', 'http://two'], rootStates: [] });
    expect(await downloader.mirrorsOf(upstream)).toBe(asked[0]);
    expect(asked[1]).toBe(asked[0]);
    expect(server.seen).toEqual(['/mirrorlist']);
  });

  it('are asked for each upstream by itself', async () => {
    const server = await mirror();
    server.plan('/mirrorlist', serve(Buffer.from('http://one/\n')));
    const { downloader } = await toyDownloader();
    for (const name of ['a', 'b']) await downloader.mirrorsOf(await elUpstream(`${server.url}/mirrorlist`, { name }));
    expect(server.seen).toEqual(['/mirrorlist', '/mirrorlist']);
  });

  it('of a DEB upstream are its base URLs: nobody is asked, whatever they are called', async () => {
    const { downloader } = await toyDownloader({ offline: true });
    const upstream = await debUpstream('http://host/mirrorlist');
    expect(await downloader.mirrorsOf(upstream)).toEqual({ urls: ['http://host/mirrorlist'], rootStates: [] });
  });

  it('that cannot be had fail every step with the same error', async () => {
    const server = await mirror();
    server.plan('/mirrorlist', status(404));
    const { downloader } = await toyDownloader();
    const upstream = await elUpstream(`${server.url}/mirrorlist`);
    const errors = [];
    for (let step = 0; step < 2; step += 1) errors.push(await downloader.mirrorsOf(upstream).catch((error: unknown) => error));
    expect(errors[0]).toMatchObject({ code: 'FETCH_NOT_FOUND' });
    expect(errors[1]).toBe(errors[0]);
    expect(server.seen).toEqual(['/mirrorlist']);
  });

  it('begin with those this machine prefers', async () => {
    const { fetcher, store } = await lab({ offline: true });
    const downloader = new Downloader({ store, fetcher, baseUrlsOf: ({ urls }) => ['http://near/', ...urls] });
    expect((await downloader.mirrorsOf(await elUpstream('http://far'))).urls).toEqual(['http://near', 'http://far']);
  });
});

it('for another target has the same store, and asks for that target’s upstreams itself, by no map', async () => {
  const { downloader } = await toyDownloader({ offline: true });
  downloader.routeBy([{ from: 'http://one/', to: ['file:///nowhere'] }]);
  await downloader.mirrorsOf(await debUpstream('http://one/debian'));
  const other = downloader.forAnotherTarget();
  expect(other.store).toBe(downloader.store);
  expect((await other.mirrorsOf(await debUpstream('http://two/debian'))).urls).toEqual(['http://two/debian']);
  const asked = other.fetcher.fetchRoot({ urls: ['http://one/x'], maxBytes: 1, label: 'x' });
  await expect(asked).rejects.toMatchObject({ code: 'FETCH_OFFLINE' });
});

it('fetches everything by way of its map: a mirror list, what it lists, a key', async () => {
  const server = await mirror();
  server.plan('/lists/mirrorlist', serve(Buffer.from('http://listed.invalid/el9/\n')));
  server.plan('/keys/key.asc', serve(Buffer.from((await toyKey()).publicKeyArmored)));
  server.plan('/yum/repodata/repomd.xml', serve(Buffer.from('<repomd/>')));
  const { downloader, context } = await toyDownloader();
  const map = { 'http://lists.invalid/': 'lists', 'http://listed.invalid/el9/': 'yum', 'http://keys.invalid/': 'keys' };
  downloader.routeBy(Object.entries(map).map(([from, name]) => ({ from, to: [`${server.url}/${name}/`] })));
  const upstream = await elUpstream('http://lists.invalid/mirrorlist');
  const { urls } = await downloader.mirrorsOf(upstream);
  expect(urls).toEqual(['http://listed.invalid/el9']);
  await downloader.fetcher.fetchRoot({ urls: [`${urls[0]}/repodata/repomd.xml`], maxBytes: 100, label: 'repomd' });
  const trust = { ...upstream.trust, keyUrls: ['http://keys.invalid/key.asc'] };
  expect((await downloader.keys.of({ ...upstream, trust }, null, context)).fingerprints).toEqual(upstream.trust.fingerprints);
});

it('closes the connections of its fetcher', async () => {
  const { fetcher, store } = await lab({ offline: true });
  let closed = 0;
  const counting = { ...fetcher, close: () => (closed += 1) };
  new Downloader({ store, fetcher: counting, baseUrlsOf: () => [] }).close();
  expect(closed).toBe(1);
});
