/** The root of DEB upstreams that sign, do not sign, or are trusted by hand. Signatures and dates: see snapshot-deb.test.ts. */
import { describe, expect, it } from 'vitest';
import { readDebRoot, releaseDir } from '../../src/metadata/deb-root.ts';
import type { SnapshotPolicy } from '../../src/metadata/snapshot-policy.ts';
import { type ArchiveFiles, newToyKey, TOY_SUITE, toyArchive } from '../lab/upstreams/toy-archive.ts';
import { debUpstream, POLICY, toyDownloader, toyMirror } from '../lab/upstreams/toy-build.ts';

const TRUSTED = { mode: 'trusted', packagesSigned: false, fingerprints: [], pinned: false, keyrings: [], keyUrls: [] } as const;
const IN_RELEASE = `dists/${TOY_SUITE}/InRelease`;

it.each([
  ['suite', 'bookworm/updates', 'dists/bookworm/updates'],
  ['flat', './', ''],
  ['flat', '/', ''],
  ['flat', './a/b/', 'a/b'],
] as const)('of layout %s, suite %s lies in %j', (layout, suite, dir) => {
  expect(releaseDir({ layout, suite })).toBe(dir);
});

async function root(change: (files: ArchiveFiles) => void, policy: Partial<SnapshotPolicy> = {}, trust: typeof TRUSTED | null = TRUSTED) {
  const files = await toyArchive({ signer: await newToyKey() });
  change(files);
  const { url } = await toyMirror(files);
  const { downloader, context, warnings } = await toyDownloader();
  const upstream = await debUpstream(url, trust === null ? {} : { trust });
  return { warnings, reading: readDebRoot(upstream, downloader, { ...POLICY, ...policy }, context) };
}

describe('an upstream that is trusted by hand', () => {
  it('is read whoever signed it, and that is told', async () => {
    const { reading, warnings } = await root(() => undefined);
    expect(await reading).toMatchObject({ trust: { kind: 'trusted' }, release: { suite: TOY_SUITE } });
    expect(warnings()).toEqual([expect.stringMatching(/^UPSTREAM_TRUSTED: upstream toy is taken as it is.*signature is not looked at/)]);
  });

  it('needs no Release', async () => {
    const { reading, warnings } = await root((files) => files.delete(IN_RELEASE));
    expect(await reading).toMatchObject({ release: null, sha256: '' });
    expect(warnings()).toEqual([expect.stringContaining('it has no Release')]);
  });

  it('may have a Release that vouches for nothing', async () => {
    const { reading, warnings } = await root((files) => {
      files.delete(IN_RELEASE);
      files.set(`dists/${TOY_SUITE}/Release`, Buffer.from('Origin: x\nMD5Sum:\n 0123 1 x\n'));
    });
    expect(await reading).toMatchObject({ release: null });
    expect(warnings()).toEqual([expect.stringMatching(/counts for nothing.*only weak digests/)]);
  });

  it('is refused where signatures are required', async () => {
    const { reading } = await root(() => undefined, { requireSignatures: true });
    await expect(reading).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' });
  });
});

it('where there is nothing, the hint says so, and what else there is', async () => {
  const missing = (files: ArchiveFiles) => files.clear();
  await expect((await root(missing, {}, null)).reading).rejects.toMatchObject({
    code: 'FETCH_NOT_FOUND',
    message: expect.stringContaining(`dists/${TOY_SUITE}/Release: 404`),
    hint: expect.stringMatching(/^there is no repository here, and never was/),
  });
  const unsigned = { ...TRUSTED, mode: 'unsigned' } as unknown as typeof TRUSTED;
  await expect((await root(missing, {}, unsigned)).reading).rejects.toMatchObject({ hint: expect.stringContaining('"trusted: yes"') });
});
