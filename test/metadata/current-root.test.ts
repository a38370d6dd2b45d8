import { expect, it } from 'vitest';
import { currentRootSha256 } from '../../src/metadata/current-root.ts';
import { sha256 } from '../lab/upstreams/toy-archive.ts';
import { debUpstream, elUpstream, toyDownloader, toyMirror } from '../lab/upstreams/toy-build.ts';

const BYTES = Buffer.from('x');

it.each([
  ['dists/toy/InRelease', 'deb'],
  ['dists/toy/Release', 'deb'],
  ['repodata/repomd.xml', 'rpm'],
])('is the digest of %s', async (path, family) => {
  const { url } = await toyMirror(new Map([[path, BYTES]]));
  const { downloader } = await toyDownloader();
  const upstream = await (family === 'deb' ? debUpstream(url) : elUpstream(url));
  expect(await currentRootSha256(upstream, downloader)).toBe(sha256(BYTES));
});

it('is unknown where there is none, or no network', async () => {
  const { url } = await toyMirror(new Map());
  expect(await currentRootSha256(await debUpstream(url), (await toyDownloader()).downloader)).toBeNull();
  expect(await currentRootSha256(await debUpstream(url), (await toyDownloader({ offline: true })).downloader)).toBeNull();
});
