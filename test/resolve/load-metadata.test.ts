import { describe, expect, it } from 'vitest';
import { loadMetadata } from '../../src/resolve/load-metadata.ts';
import { toyArchive } from '../lab/upstreams/toy-archive.ts';
import { debManifest, debUpstream, elManifest, elUpstream, POLICY, toyDownloader, toyMirror } from '../lab/upstreams/toy-build.ts';
import { toyElUpstream } from '../lab/upstreams/toy-el-upstream.ts';

const NOTHING = { local: [], modules: new Map() };

describe('metadata of either family', () => {
  it.each([
    ['DEB', async () => toyArchive(), async (url: string) => debManifest(await debUpstream(url))],
    ['RPM', async () => toyElUpstream(), async (url: string) => elManifest(await elUpstream(url))],
  ])('%s is read as a phase that says how much there is', async (_, files, manifestAt) => {
    const mirror = await toyMirror(await files());
    const { downloader, context, events } = await toyDownloader();
    const metadata = await loadMetadata(await manifestAt(mirror.url), NOTHING, downloader, POLICY, context);
    expect(metadata.packageCount).toBe(3);
    expect(events.filter(({ type }) => type.startsWith('phase.'))).toEqual([
      { type: 'phase.start', phase: 'metadata', title: 'Reading the metadata of 1 upstream' },
      { type: 'phase.end', phase: 'metadata', durationMs: 0, detail: '3 packages, 1 of 1 upstreams signed' },
    ]);
  });

  it('says which optional upstream is left out, and why', async () => {
    const mirror = await toyMirror(await toyArchive());
    const { downloader, context, warnings } = await toyDownloader();
    const upstreams = [await debUpstream(mirror.url), await debUpstream(`${mirror.url}/gone`, { name: 'gone', optional: true })];
    const { unavailable } = await loadMetadata(debManifest(...upstreams), NOTHING, downloader, POLICY, context);
    expect(unavailable.map(({ upstream }) => upstream)).toEqual(['gone']);
    expect(warnings()).toEqual([expect.stringMatching(/^UPSTREAM_UNAVAILABLE: optional upstream gone is left out: /)]);
  });

  it('fails as the upstream fails', async () => {
    const mirror = await toyMirror(new Map());
    const { downloader, context } = await toyDownloader();
    const loaded = loadMetadata(elManifest(await elUpstream(mirror.url)), NOTHING, downloader, POLICY, context);
    await expect(loaded).rejects.toMatchObject({ code: 'FETCH_NOT_FOUND' });
  });
});
