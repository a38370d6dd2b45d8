/** What of an EL upstream is verified before its packages are there. */
import { describe, expect, it } from 'vitest';
import type { ResolvedUpstream } from '../../src/config/manifest/distro-manifest.ts';
import { trustRpmRoot } from '../../src/metadata/rpm-trust.ts';
import { cryptoPolicyOf } from '../../src/rpm/package/key-policy.ts';
import { toyKey } from '../lab/upstreams/toy-archive.ts';
import { elUpstream, POLICY, toyDownloader, toyMirror } from '../lab/upstreams/toy-build.ts';
import { toyElUpstream } from '../lab/upstreams/toy-el-upstream.ts';

async function trust(
  mode: ResolvedUpstream['trust']['mode'],
  more: { readonly requireSignatures?: boolean; readonly signature?: string } = {},
) {
  const mirror = await toyMirror(await toyElUpstream());
  const { downloader, context } = await toyDownloader();
  const upstream = await elUpstream(mirror.url);
  const fetchRoot = (name: string) =>
    downloader.fetcher.fetchRoot({ urls: [`${mirror.url}/repodata/${name}`], maxBytes: 1 << 20, label: name });
  const readers = { downloader, policy: { ...POLICY, ...more }, crypto: cryptoPolicyOf(9), context };
  const asked = { ...upstream, trust: { ...upstream.trust, mode } };
  return trustRpmRoot(asked, await fetchRoot('repomd.xml'), () => fetchRoot(more.signature ?? 'repomd.xml.asc'), readers);
}

describe('an upstream', () => {
  it('that signs its metadata is signed by its key', async () => {
    expect(await trust('signed-metadata')).toMatchObject({ kind: 'signed', fingerprint: (await toyKey()).fingerprint });
  });

  it('that signs its packages only has the key they will be held to', async () => {
    expect(await trust('signed-packages')).toMatchObject({ kind: 'packages', fingerprint: (await toyKey()).fingerprint });
  });

  it('that signs nothing is unsigned, unless signatures are required', async () => {
    expect(await trust('unsigned')).toEqual({ kind: 'unsigned' });
    await expect(trust('unsigned', { requireSignatures: true })).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' });
  });

  it('whose signature is not there, or of something else, is refused', async () => {
    await expect(trust('signed-metadata', { signature: 'gone.asc' })).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' });
    await expect(trust('signed-metadata', { signature: 'repomd.xml' })).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  });
});
