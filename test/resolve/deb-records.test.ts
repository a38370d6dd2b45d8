/** Records that lack what a lock needs, or are odd or unusable: through a whole resolution over a mirror. */
import { describe, expect, it } from 'vitest';
import { DebRecords } from '../../src/resolve/deb-records.ts';
import { resolve } from '../../src/resolve/resolve.ts';
import { type ArchiveFiles, sha256, sha512, TOY_SUITE, toyArchive } from '../lab/upstreams/toy-archive.ts';
import { debManifest, debUpstream, POLICY, toyDownloader, toyInput, toyMirror } from '../lab/upstreams/toy-build.ts';

const TRUST = { mode: 'trusted', packagesSigned: false, fingerprints: [], pinned: false, keyrings: [], keyUrls: [] } as const;

/** Resolves over an archive whose index a test has changed, without a Release, so that nothing has to be signed anew. */
async function resolved(change: (index: string, files: ArchiveFiles) => string, packages: readonly string[] = ['hello', 'world']) {
  const files = await toyArchive({ packIndex: (index) => ({ Packages: index }) });
  const path = `dists/${TOY_SUITE}/main/binary-amd64/Packages`;
  files.delete(`dists/${TOY_SUITE}/InRelease`);
  files.set(path, Buffer.from(change(String(files.get(path)), files)));
  const mirror = await toyMirror(files);
  const toy = await toyDownloader();
  const manifest = debManifest(await debUpstream(mirror.url, { trust: TRUST }));
  const resolution = resolve(toyInput(manifest, { packages }), [], toy.downloader, POLICY, toy.context);
  const told = () => toy.warnings().filter((text) => text.startsWith('RECORD_'));
  return { files, resolution, told, mirror, ...toy };
}

/** The stanza of `name`, changed. */
function stanzaOf(name: string, change: (stanza: string) => string): (index: string) => string {
  const change1 = (stanza: string) => (stanza.startsWith(`Package: ${name}\n`) ? change(stanza) : stanza);
  return (index) => index.split('\n\n').map(change1).join('\n\n');
}

describe('a record', () => {
  it('with SHA512 only is asked of the package itself', async () => {
    const path = 'pool/world_1.0_all.deb';
    const { resolution, files, told } = await resolved((index, all) =>
      stanzaOf('world', (stanza) => stanza.replace(/SHA256: .*/, `SHA512: ${sha512(all.get(path) ?? Buffer.alloc(0))}`))(index),
    );
    const { lock } = await resolution;
    expect(lock.packages.find(({ name }) => name === 'world')?.sha256).toBe(sha256(files.get(path) ?? Buffer.alloc(0)));
    expect(told()).toEqual([
      "RECORD_ODD: world 1.0 [toy] has SHA512 and no SHA256 in its upstream's index: downloaded at once, to know it",
    ]);
  });

  it('with SHA512 only, of another file, is refused', async () => {
    const { resolution } = await resolved(stanzaOf('world', (stanza) => stanza.replace(/SHA256: .*/, `SHA512: ${'0'.repeat(128)}`)));
    await expect(resolution).rejects.toMatchObject({ code: 'FETCH_DIGEST_MISMATCH' });
  });

  it.each([
    ['weak digests only', /SHA256: .*/, `SHA1: ${'0'.repeat(40)}`, 'field sha256 is missing'],
    ['no size', /Size: .*\n/, '', 'field size is missing'],
    ['a digest that is none', /SHA256: .*/, 'SHA256: zz', 'sha256 "zz" is not acceptable'],
    ['a path that leaves the upstream', /Filename: .*/, 'Filename: ../x.deb', 'filename "../x.deb" is not acceptable'],
    ['a version that is none', /Version: .*/, 'Version: 1_2', 'version "1_2" is not acceptable'],
    ['a dependency that is none', /Depends: .*/, 'Depends: a b', 'depends "a b" is not a package relation'],
    ['a conflict that is none', /Depends: .*/, 'Conflicts: a b', 'conflicts "a b" is not a package relation'],
  ])('with %s costs itself: named, with the others in the lock', async (_, pattern, text, why) => {
    const change = (stanza: string) => stanza.replace('Architecture', 'Depends: libgreet\nArchitecture').replace(pattern, text);
    const bad = await resolved(stanzaOf('world', change), ['hello', 'world']);
    await expect(bad.resolution).rejects.toMatchObject({ message: expect.stringContaining(why) });
    const fine = await resolved(stanzaOf('world', change), ['hello']);
    expect((await fine.resolution).lock.packages.map(({ name }) => name)).toEqual(['hello', 'libgreet']);
  });

  it('that was met and left out is named', async () => {
    const { resolution, told } = await resolved(
      (index) =>
        `${index}\n${stanzaOf('world', (stanza) => stanza.replace(/SHA256: .*\n/, ''))(index).replaceAll('1.0', '2.0')}\n\nVersion: 9\n`,
    );
    const { lock } = await resolution;
    expect(lock.packages.map(({ name, version }) => `${name} ${version}`)).toContain('world 1.0');
    expect(told()).toEqual([
      'RECORD_LEFT_OUT: world 2.0 [toy] is left out: field sha256 is missing',
      expect.stringMatching(/^RECORD_LEFT_OUT: the stanza at byte \d+ \[toy\] is left out/),
    ]);
  });

  it('that is odd and chosen is named', async () => {
    const { resolution, told } = await resolved(
      stanzaOf('world', (stanza) => `${stanza.trimEnd()}\nPriority: optional\nPriority: extra\noops`),
    );
    await resolution;
    expect(told()).toEqual([
      'RECORD_ODD: world 1.0 [toy] has an odd record, taken as apt takes it: field priority is given twice; "oops" is not a field',
    ]);
  });
});

it('asks for nothing when nothing lacks', async () => {
  expect(await new DebRecords([], { fetchAll: async () => Promise.reject(new Error('asked')) }).complete()).toBe(false);
});
