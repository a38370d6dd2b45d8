/**
 * Everything by way of one's own proxy repositories, in the layouts their makers document. The published hosts do not exist: whatever is
 * asked directly fails. The lock is that of a build without a map, byte for byte.
 *
 * Nexus: `/repository/NAME/` + the remote's path (help.sonatype.com, "Apt Repositories", "Yum Repositories"). Artifactory:
 * `/artifactory/NAME/` + the remote's path. Pulp: `/pulp/content/BASE_PATH/`; with the sync policy `mirror_complete` the remote's own
 * metadata, else metadata of Pulp's own, RPMs below `Packages/LETTER/` (pulpproject.org).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { SigningKey } from '../../src/trust/signing.ts';
import { BUILD, BUNDLE, expectBuilt, startMirror, type ToyLab, type ToyMirror, toyLab } from '../lab/cli/toy-lab.ts';
import { type ArchiveFiles, newToyKey, sha256, toyArchive, toyKey } from '../lab/upstreams/toy-archive.ts';
import { toyElSections, toyElUpstream } from '../lab/upstreams/toy-el-upstream.ts';

const DEB_URL = 'http://archive.invalid/debian';
const EL_URL = 'http://repo.invalid/pub/el9';
const KEY_URL = 'http://keys.invalid/RPM-GPG-KEY';
const EL_BUILD = BUILD.map((word) => (word === 'd12' ? 'el9' : word === 'debian' ? 'pigsty' : word));
const EL_BUNDLE = BUNDLE.replace('d12', 'el9');

/** The files of a repository, as a proxy has them below `prefix`. */
function below(prefix: string, files: ArchiveFiles): ArchiveFiles {
  return new Map([...files].map(([path, bytes]) => [`${prefix}${path}`, bytes]));
}

/** An overlay that says nothing but where things are fetched from. */
function writeMap(lab: ToyLab, map: Readonly<Record<string, string>>): void {
  writeFileSync(lab.path('map.yaml'), JSON.stringify({ schema: 1, mirrors: map }));
}

const MAPPED = ['--manifest', 'map.yaml'];

async function debLab(files: ArchiveFiles) {
  const lab = await toyLab();
  const mirror = await startMirror(files);
  await lab.overlay([DEB_URL]);
  return { lab, mirror };
}

/** The EL upstream publishes its key, and no machine has it. */
async function elLab(files: ArchiveFiles, url = EL_URL) {
  const lab = await toyLab();
  const mirror = await startMirror(files);
  const { fingerprint } = await toyKey();
  const keys = { toy: { fingerprints: [fingerprint], keyrings: [], urls: [KEY_URL] } };
  await lab.overlay([], { more: { ...toyElSections([url]), keys } });
  return { lab, mirror };
}

/** The lock of a build without any map, from the same upstream. */
async function directLock(kind: 'deb' | 'el'): Promise<string> {
  const lab = await toyLab();
  const mirror = await startMirror(kind === 'deb' ? await toyArchive() : await toyElUpstream());
  await lab.overlay([mirror.url], kind === 'deb' ? {} : { more: toyElSections([mirror.url]) });
  expectBuilt(lab, await lab.run(kind === 'deb' ? BUILD : EL_BUILD), kind === 'deb' ? BUNDLE : EL_BUNDLE);
  return lockOf(lab, kind === 'deb' ? BUNDLE : EL_BUNDLE);
}

const lockOf = (lab: ToyLab, bundle: string): string => readFileSync(lab.path('out', bundle.replace('.tgz', '.lock')), 'utf8');

const askedOutside = ({ seen }: ToyMirror, prefix: string): string[] => seen.filter((path) => !path.startsWith(prefix));

describe('a DEB upstream', () => {
  it.each([
    ['Nexus, apt (proxy)', 'repository/apt-proxy/'],
    ['Artifactory, a remote Debian repository', 'artifactory/debian-remote/'],
    ['Pulp, mirrored', 'pulp/content/debian/bookworm/'],
  ])('through %s', async (_, prefix) => {
    const { lab, mirror } = await debLab(below(prefix, await toyArchive()));
    writeMap(lab, { [`${DEB_URL}/`]: `${mirror.url}/${prefix}` });
    const run = await lab.run([...BUILD, ...MAPPED]);
    expectBuilt(lab, run);
    expect(run.stderr).not.toContain('warning');
    expect(askedOutside(mirror, prefix)).toEqual([]);
    expect(lockOf(lab, BUNDLE)).toBe(await directLock('deb'));
  });

  it('through a proxy that wants a password: neither it nor the proxy’s name goes into lock, bundle or events', async () => {
    const { lab, mirror } = await debLab(below('repository/apt/', await toyArchive()));
    const proxy = `${mirror.url.replace('http://127.0.0.1', 'http://me:s3cr3t@localhost')}/repository/apt`;
    writeMap(lab, { [DEB_URL]: proxy });
    const run = await lab.run([...BUILD, ...MAPPED, '--json']);
    expect(run.code, run.stdout).toBe(0);
    expect(mirror.seen.length).toBeGreaterThan(3);
    expect(run.stdout + run.stderr).not.toContain('s3cr3t');
    const bundle = gunzipSync(readFileSync(lab.path('out', BUNDLE))).toString('latin1');
    for (const text of [bundle, lockOf(lab, BUNDLE)]) {
      expect(text).not.toContain('s3cr3t');
      expect(text).not.toContain('localhost');
      expect(text).not.toContain('archive.invalid');
    }
  });

  it('in two parts of two proxies: the longest beginning wins', async () => {
    const files = await toyArchive();
    const dists = new Map([...files].filter(([path]) => path.startsWith('dists/')).map(([path, bytes]) => [path.slice(6), bytes]));
    const { lab, mirror } = await debLab(new Map([...below('frozen/', dists), ...below('pool-proxy/', files)]));
    writeMap(lab, { [DEB_URL]: `${mirror.url}/pool-proxy`, [`${DEB_URL}/dists`]: `${mirror.url}/frozen` });
    expectBuilt(lab, await lab.run([...BUILD, ...MAPPED]));
    expect(mirror.seen.filter((path) => path.startsWith('pool-proxy/dists'))).toEqual([]);
  });

  it('that the proxy does not have: the error names the entry of the map', async () => {
    const { lab, mirror } = await debLab(new Map());
    writeMap(lab, { [`${DEB_URL}/`]: `${mirror.url}/repository/wrong/` });
    const run = await lab.run([...BUILD, ...MAPPED]);
    expect(run, run.stderr).toMatchObject({ code: 69, stderr: expect.stringContaining('[FETCH_NOT_FOUND]') });
    expect(run.stderr).toContain(`hint: "mirrors" of an overlay (--manifest) sends ${DEB_URL}/ to ${mirror.url}/repository/wrong/`);
  });

  it('that the proxy signs anew is refused: the map changes where bytes come from, not who must have signed them', async () => {
    const { lab, mirror } = await debLab(below('hosted/', await toyArchive({ signer: await newToyKey() })));
    writeMap(lab, { [DEB_URL]: `${mirror.url}/hosted` });
    const run = await lab.run([...BUILD, ...MAPPED]);
    expect(run, run.stderr).toMatchObject({ code: 65, stderr: expect.stringContaining('[SIGNATURE_INVALID]') });
    expect(run.stderr).toMatch(/^hint: apt would say NO_PUBKEY [0-9A-F]{16}, .* name it in "keys" of an overlay \(--manifest\)$/m);
  });

  it('is made from the same lock with the map and without it', async () => {
    const { lab, mirror } = await debLab(below('proxy/', await toyArchive()));
    writeMap(lab, { [DEB_URL]: `${mirror.url}/proxy` });
    const request = BUILD.slice(1, BUILD.indexOf('--output'));
    expect((await lab.run(['resolve', ...request, ...MAPPED, '--lock', 'd12.lock'])).code).toBe(0);
    const locked = ['--locked', '--lock', 'd12.lock'];
    expectBuilt(lab, await lab.run([...BUILD, ...MAPPED, ...locked]));
    // By now the store has everything: the published host would not answer.
    expectBuilt(lab, await lab.run([...BUILD, ...locked]));
  });
});

describe('an EL upstream, its key too', () => {
  const key = async (path: string): Promise<ArchiveFiles> => new Map([[path, Buffer.from((await toyKey()).publicKeyArmored)]]);

  it.each([
    ['Nexus, yum (proxy)', 'repository/yum-proxy/', 'repository/raw-keys/'],
    ['Artifactory, a remote RPM repository', 'artifactory/rpm-remote/el9/', 'artifactory/generic-remote/'],
    ['Pulp, mirrored', 'pulp/content/el9/', 'pulp/content/keys/'],
  ])('through %s', async (_, prefix, keys) => {
    const { lab, mirror } = await elLab(new Map([...below(prefix, await toyElUpstream()), ...(await key(`${keys}RPM-GPG-KEY`))]));
    writeMap(lab, { [EL_URL]: `${mirror.url}/${prefix}`, 'http://keys.invalid/': `${mirror.url}/${keys}` });
    expectBuilt(lab, await lab.run([...EL_BUILD, ...MAPPED]), EL_BUNDLE);
    expect(mirror.seen).toContain(`${keys}RPM-GPG-KEY`);
    expect(lockOf(lab, EL_BUNDLE)).toBe(await directLock('el'));
  });

  it.each([
    ['a mirror list', 'mirrorlist', () => `http://one.invalid/el9/\n${EL_URL}/\nhttp://two.invalid/el9/\n`],
    ['a metalink', 'metalink', (files: ArchiveFiles) => metalink(files)],
  ])('found by %s: list and listed mirrors go by the map, mirrors outside it are not asked', async (_, name, text) => {
    const files = await toyElUpstream();
    const lists = new Map([[`lists/${name}?repo=el9`, Buffer.from(text(files))]]);
    const { lab, mirror } = await elLab(
      new Map([...below('yum/', files), ...lists, ...(await key('keys/RPM-GPG-KEY'))]),
      `http://lists.invalid/${name}?repo=el9`,
    );
    writeMap(lab, {
      'http://lists.invalid/': `${mirror.url}/lists/`,
      [EL_URL]: `${mirror.url}/yum/`,
      'http://keys.invalid/': `${mirror.url}/keys/`,
    });
    const run = await lab.run([...EL_BUILD, ...MAPPED, '--timeout', '5']);
    expectBuilt(lab, run, EL_BUNDLE);
    expect(run.stderr).not.toMatch(/retry|warning/);
    expect(lockOf(lab, EL_BUNDLE)).toBe(await directLock('el'));
  });

  it('whose packages lie on another host (xml:base) goes by the map there, too', async () => {
    const cdn = 'http://cdn.invalid/files/';
    const edit = { primary: (text: string) => text.replaceAll('<location href=', `<location xml:base="${cdn}" href=`) };
    const files = await toyElUpstream({ edit });
    const [metadata, rpms] = [(path: string) => !path.endsWith('.rpm'), (path: string) => path.endsWith('.rpm')].map(
      (isWanted) => new Map([...files].filter(([path]) => isWanted(path))),
    ) as [ArchiveFiles, ArchiveFiles];
    const { lab, mirror } = await elLab(
      new Map([...below('yum/', metadata), ...below('cdn-proxy/', rpms), ...(await key('keys/RPM-GPG-KEY'))]),
    );
    writeMap(lab, { [EL_URL]: `${mirror.url}/yum/`, [cdn]: `${mirror.url}/cdn-proxy/`, 'http://keys.invalid/': `${mirror.url}/keys/` });
    expectBuilt(lab, await lab.run([...EL_BUILD, ...MAPPED, '--timeout', '5']), EL_BUNDLE);
    expect(mirror.seen).toContain('cdn-proxy/hello-1.0-1.el9.x86_64.rpm');
    expect(lockOf(lab, EL_BUNDLE)).not.toContain('127.0.0.1');
  });

  it('republished by Pulp, with its layout and its key, is an upstream of one’s own', async () => {
    const own = await newToyKey();
    const files = await pulpPublication(own);
    const lab = await toyLab();
    const mirror = await startMirror(below('pulp/content/el9-2026-01/', files));
    const { fingerprint } = await toyKey();
    const overlay = {
      schema: 1,
      only: ['pulp-el9'],
      keys: { pulp: { fingerprints: [own.fingerprint, fingerprint], keyrings: [lab.path('both.asc')], urls: [] } },
      upstreams: [{ name: 'pulp-el9', url: `${mirror.url}/pulp/content/el9-2026-01/`, key: 'pulp', signed: ['metadata', 'packages'] }],
      profiles: { toy: { description: 'toy', packages: ['hello', 'world'] } },
    };
    writeFileSync(lab.path('both.asc'), `${own.publicKeyArmored}\n${(await toyKey()).publicKeyArmored}`);
    writeFileSync(lab.path('overlay.yaml'), JSON.stringify(overlay));
    expectBuilt(lab, await lab.run(EL_BUILD), EL_BUNDLE);
    expect(mirror.seen).toContain('pulp/content/el9-2026-01/Packages/h/hello-1.0-1.el9.x86_64.rpm');
  });
});

/** A metalink as MirrorManager writes it. */
function metalink(files: ArchiveFiles): string {
  const repomd = files.get('repodata/repomd.xml') ?? Buffer.alloc(0);
  const urls = ['http://one.invalid/el9', EL_URL].map((url) => `<url protocol="http" type="http">${url}/repodata/repomd.xml</url>`);
  return `<?xml version="1.0"?><metalink version="3.0" xmlns="http://www.metalinker.org/"><files><file name="repomd.xml"><size>${repomd.length}</size>
<verification><hash type="sha256">${sha256(repomd)}</hash></verification><resources>${urls.join('')}</resources></file></files></metalink>`;
}

/** RPMs where Pulp puts them, in metadata it signs itself; the packages are still signed by who made them. */
async function pulpPublication(metadataSigner: SigningKey): Promise<ArchiveFiles> {
  const edit = { primary: (text: string) => text.replaceAll(/href="(\w)/g, 'href="Packages/$1/$1') };
  const files = await toyElUpstream({ metadataSigner, edit });
  return new Map([...files].map(([path, bytes]) => [path.endsWith('.rpm') ? `Packages/${path[0]}/${path}` : path, bytes]));
}

it('an entry that matches nothing is told, and the build goes on', async () => {
  const lab = await toyLab();
  const mirror = await startMirror(await toyArchive());
  await lab.overlay([mirror.url]);
  writeMap(lab, { [mirror.url.replace('http:', 'https:')]: `${mirror.url}/x` });
  const run = await lab.run([...BUILD, ...MAPPED]);
  expectBuilt(lab, run);
  expect(run.stderr).toContain(`has no effect: no URL of an upstream begins so (did you mean "${mirror.url}"?)`);
});
