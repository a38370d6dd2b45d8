/**
 * The verified metadata of EL upstreams: behind mirror lists and metalinks through `resolve`, then one by one with what can be wrong with
 * them.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { registerResolve } from '../../src/cli/bundle/commands/resolve.ts';
import type { ResolvedUpstream } from '../../src/config/manifest/distro-manifest.ts';
import { parseLock } from '../../src/lock/parse-lock.ts';
import type { SnapshotPolicy } from '../../src/metadata/snapshot-policy.ts';
import { snapshotRpm } from '../../src/metadata/snapshot-rpm.ts';
import type { PublishedPackage } from '../../src/rpm/write/format-packages.ts';
import { formatRepodata } from '../../src/rpm/write/format-repodata.ts';
import { callCommand } from '../lab/cli/call-command.ts';
import { ownManifest } from '../lab/embedded/profile-requests.ts';
import { flipped, newToyKey, sha256, TOY_DATE_SEC, toyKey } from '../lab/upstreams/toy-archive.ts';
import { elUpstream, KEY_PATH, POLICY, toyDownloader, toyMirror } from '../lab/upstreams/toy-build.ts';
import { type ToyElOptions, toyElUpstream, toyPartPath } from '../lab/upstreams/toy-el-upstream.ts';
import { toyRpm } from '../lab/upstreams/toy-rpms.ts';

let dir: string;
let server: Server;
let origin: string;
const served = new Map<string, Buffer>();

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'snapshot-rpm-'));
  const packages = [toyRpm('app', { requires: ['lib'] }), toyRpm('lib')];
  serve(
    'real',
    packages.map((pkg) => ({ pkg, files: null })),
  );
  server = createServer((request, response) => {
    const body = served.get(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  served.set('/mirrorlist', Buffer.from(`# mirrors\n${origin}/gone/\n${origin}/real/\n`));
  const known = createHash('sha256').update(served.get('/real/repodata/repomd.xml')!).digest('hex');
  served.set('/metalink', metalink(known));
  served.set('/several/metalink', metalink(known, ['gone', 'old', 'real']));
  served.set('/outdated/metalink', metalink(known, ['old', 'gone']));
  served.set('/stale/metalink', metalink('0'.repeat(64)));
  served.set('/old/repodata/repomd.xml', Buffer.from('<repomd><revision>0</revision></repomd>'));
});
afterAll(async () => {
  await new Promise((done) => server.close(done));
  rmSync(dir, { recursive: true, force: true });
});

function serve(name: string, packages: readonly PublishedPackage[]): void {
  for (const { path, bytes } of formatRepodata(packages, { snapshotSec: 1_700_000_000 }))
    served.set(`/${name}/${path}`, Buffer.from(bytes));
}

function metalink(sha256: string, directories: readonly string[] = ['real']): Buffer {
  const urls = directories.map(
    (name, at) => `<url protocol="http" type="http" preference="${99 - at}">${origin}/${name}/repodata/repomd.xml</url>`,
  );
  return Buffer.from(`<metalink version="3.0" xmlns="http://www.metalinker.org/"><files><file name="repomd.xml">
    <verification><hash type="sha256">${sha256}</hash></verification>
    <resources>${urls.join('')}</resources>
  </file></files></metalink>`);
}

async function resolveFrom(path: string, upstreams: readonly object[] = [{ name: 'test', url: `${origin}${path}` }]) {
  const overlay = join(dir, 'overlay.yaml');
  const disable = ownManifest({ distro: 'el9', arch: 'x86_64' }, 'pigsty').upstreams.map(({ name }) => name);
  const profiles = { trial: { description: 'for tests', packages: ['app'] } };
  writeFileSync(overlay, stringify({ schema: 1, disable, upstreams, profiles }));
  const lock = join(dir, 'el9.lock');
  const request = ['--distro', 'el9', '--manifest', overlay, '--profile', 'trial', '--store', join(dir, 'store'), '--lock', lock];
  const called = await callCommand(registerResolve, ['resolve', ...request], dir);
  return { lock, warnings: called.warnings };
}

it.each(['/real', '/mirrorlist?repo=test&arch=x86_64', '/metalink?repo=test'])('reads the upstream at %s', async (path) => {
  const { lock } = await resolveFrom(path);
  expect(parseLock(readFileSync(lock, 'utf8'), lock).packages.map(({ name }) => name)).toEqual(['app', 'lib']);
});

it.each(['/stale/metalink', '/outdated/metalink'])('refuses a repomd.xml the metalink does not know: %s', async (path) => {
  await expect(resolveFrom(path)).rejects.toMatchObject({ code: 'INDEX_DIGEST_MISMATCH' });
});

it('goes on to the mirror that has what the metalink says', async () => {
  const { lock, warnings } = await resolveFrom('/several/metalink');
  const message = `${origin}/old/repodata/repomd.xml is not what the metalink says it should be; the next mirror is asked`;
  expect(warnings).toContain(`INDEX_DIGEST_MISMATCH: ${message}`);
  expect(parseLock(readFileSync(lock, 'utf8'), lock).packages.map(({ name }) => name)).toEqual(['app', 'lib']);
});

it.each<readonly [firstCost: number, taken: string]>([
  [900, 'first'],
  [2000, 'second'],
])('takes the same package where it costs less: %d beside 1000', async (cost, taken) => {
  const url = `${origin}/real`;
  const { lock } = await resolveFrom('', [
    { name: 'first', url, cost },
    { name: 'second', url },
  ]);
  expect(parseLock(readFileSync(lock, 'utf8'), lock).packages.map(({ upstream }) => upstream)).toEqual([taken, taken]);
});

it('asks filelists once for a path that is not in primary', async () => {
  const needed = '/usr/share/lib/needed';
  // Its own primary would list the path, since it is asked for: the two are of one repository only for who reads them together.
  serve('lib', [{ pkg: toyRpm('lib'), files: [{ path: needed, type: 'file' }] }]);
  serve('app', [{ pkg: toyRpm('app', { requires: [needed] }), files: null }]);
  const upstreams = ['app', 'lib'].map((name) => ({ name, url: `${origin}/${name}` }));
  const first = await resolveFrom('', upstreams);
  const lock = readFileSync(first.lock, 'utf8');
  expect(parseLock(lock, 'first').packages.map(({ name }) => name)).toEqual(['app', 'lib']);

  for (const path of served.keys()) if (path.includes('filelists')) served.delete(path);
  rmSync(join(dir, 'store/sha256'), { recursive: true });
  const second = await resolveFrom('', upstreams);
  expect(readFileSync(second.lock, 'utf8')).toBe(lock);
});

interface Options {
  readonly repository?: ToyElOptions;
  readonly upstream?: Partial<ResolvedUpstream>;
  readonly trust?: Partial<ResolvedUpstream['trust']>;
  readonly policy?: Partial<SnapshotPolicy>;
  readonly change?: (files: Map<string, Buffer>) => void;
}

/** The snapshot of the toy repository. */
async function snapshot({ repository = {}, upstream = {}, trust = {}, policy = {}, change = () => undefined }: Options = {}) {
  const files = await toyElUpstream(repository);
  change(files);
  const mirror = await toyMirror(files);
  const toy = await toyDownloader();
  const plain = await elUpstream(mirror.url, upstream);
  const read = snapshotRpm([{ ...plain, trust: { ...plain.trust, ...trust } }], 9, toy.downloader, { ...POLICY, ...policy }, toy.context);
  return { ...toy, mirror, files, read };
}

const UNSIGNED = { mode: 'unsigned', packagesSigned: false, fingerprints: [], pinned: false, keyUrls: [] } as const;
const OTHER_KEY = await newToyKey();

describe('what is locked of an upstream', () => {
  it('that signs metadata and packages is both, its date and the digest of its root', async () => {
    const { read, files } = await snapshot();
    const { fingerprint } = await toyKey();
    const { upstreams } = await read;
    expect(upstreams.map(({ locked }) => locked)).toEqual([
      {
        ...{ name: 'toy', suite: '', rootSha256: sha256(files.get('repodata/repomd.xml') ?? Buffer.alloc(0)), dateSec: TOY_DATE_SEC },
        trust: { kind: 'signed', fingerprint, packageSigners: [fingerprint] },
      },
    ]);
    expect(upstreams[0]).toMatchObject({ comps: null, modules: expect.anything() });
  });

  it('that signs packages only is who may sign them; its metadata is not asked for a signature', async () => {
    const { fingerprint } = await toyKey();
    const fingerprints = [fingerprint, 'E'.repeat(40)];
    const { read, mirror } = await snapshot({ trust: { mode: 'signed-packages', fingerprints } });
    expect((await read).upstreams[0]?.locked.trust).toEqual({ kind: 'packages', fingerprint, others: ['E'.repeat(40)] });
    expect(mirror.seen).not.toContain('repodata/repomd.xml.asc');
  });

  it('that signs nothing is that, and no key is asked for', async () => {
    const { read, mirror } = await snapshot({ trust: UNSIGNED });
    expect((await read).upstreams[0]?.locked.trust).toEqual({ kind: 'unsigned' });
    expect(mirror.seen).not.toContain(KEY_PATH);
  });

  it('of a minor release is that release', async () => {
    expect((await (await snapshot({ upstream: { minor: '9.4' } })).read).upstreams[0]?.locked.minor).toBe('9.4');
  });
});

describe('an upstream that is refused', () => {
  const altered = (files: Map<string, Buffer>) =>
    void files.set('repodata/repomd.xml', Buffer.concat([files.get('repodata/repomd.xml') ?? Buffer.alloc(0), Buffer.from('\n')]));
  it.each<[string, Options, string]>([
    ['its metadata was altered', { change: altered }, 'SIGNATURE_INVALID'],
    ['another key signed it', { repository: { metadataSigner: OTHER_KEY } }, 'SIGNATURE_INVALID'],
    ['its signature is gone', { repository: { metadataSigner: null } }, 'SIGNATURE_MISSING'],
    ['nothing is signed where it must be', { trust: UNSIGNED, policy: { requireSignatures: true } }, 'SIGNATURE_MISSING'],
    ['its key cannot be had', { trust: { keyUrls: [] } }, 'KEY_UNUSABLE'],
    ['its packages cannot be read', { repository: { edit: { primary: () => '<metadata' } } }, 'INDEX_INVALID'],
    ['they unpack to something else', { repository: { pack: { primary: () => gzipSync('<metadata/>') } } }, 'INDEX_DIGEST_MISMATCH'],
    ['they were damaged', { change: (files) => damage(files) }, 'FETCH_DIGEST_MISMATCH'],
    ['they are gone', { change: (files) => files.delete(toyPartPath('primary')) }, 'FETCH_NOT_FOUND'],
  ])('because %s', async (_, options, code) => {
    await expect((await snapshot(options)).read).rejects.toMatchObject({ code });
  });
});

function damage(files: Map<string, Buffer>): void {
  const path = toyPartPath('primary');
  files.set(path, flipped(files.get(path) ?? Buffer.alloc(0)));
}

const LOCATION = '<location href="hello';

it('keeps packages that lie elsewhere, with where that is', async () => {
  const elsewhere = (text: string) => text.replace(LOCATION, '<location xml:base="http://other.example.test/p" href="hello');
  const { read, warnings } = await snapshot({ repository: { edit: { primary: elsewhere } } });
  const packages = (await read).upstreams[0]?.packages;
  const [at = -1] = packages?.named('hello') ?? [];
  expect(packages?.package(at)).toMatchObject({ locationBase: 'http://other.example.test/p/', location: expect.stringMatching(/^hello/) });
  expect(warnings()).toEqual([]);
});

it('tells in every run which packages cannot be used', async () => {
  const edit = { primary: (text: string) => text.replace(LOCATION, '<location xml:base="ftp://x.example.test/" href="hello') };
  const { read, warnings, mirror, downloader, context } = await snapshot({ repository: { edit } });
  expect((await read).upstreams[0]?.packages.end).toBe(2);
  const warning = expect.stringMatching(
    /^INDEX_RECORD: packages of upstream toy: package hello-\S+ is left out: its location is .*neither http/,
  );
  expect(warnings()).toEqual([warning]);
  await snapshotRpm([await elUpstream(mirror.url)], 9, downloader, POLICY, context);
  expect(warnings()).toEqual([warning, warning]);
});

it('goes on without groups that cannot be had, and without documents of modules that are none', async () => {
  const group = (type: string, bytes: Buffer) =>
    `<data type="${type}"><checksum type="sha256">${sha256(bytes)}</checksum><location href="repodata/${type}.xml"/></data>`;
  const broken = Buffer.from('<comps>');
  const change = (files: Map<string, Buffer>) => {
    files.set('repodata/group_xz.xml', broken);
    const repomd = files.get('repodata/repomd.xml')?.toString() ?? '';
    const records = group('group', Buffer.from('gone')) + group('group_xz', broken);
    files.set('repodata/repomd.xml', Buffer.from(repomd.replace('</repomd>', `${records}</repomd>`)));
  };
  const edit = { modules: (text: string) => `${text}---\ndocument: novelty\nversion: 1\n...\n` };
  const { read, warnings } = await snapshot({ repository: { edit }, trust: UNSIGNED, change });
  expect((await read).upstreams[0]).toMatchObject({ comps: null, modules: { streams: expect.anything() } });
  expect(warnings().sort()).toEqual([
    expect.stringMatching(/^INDEX_RECORD: groups of upstream toy: "group_xz" is passed over: .*; "group" is passed over: .*404/),
    expect.stringMatching(/^INDEX_RECORD: modules of upstream toy: document \d+ is left out: it is a novelty/),
  ]);
});

it('refuses an upstream without primary metadata', async () => {
  const change = (files: Map<string, Buffer>) =>
    void files.set(
      'repodata/repomd.xml',
      Buffer.from((files.get('repodata/repomd.xml')?.toString() ?? '').replace('"primary"', '"primary_db"')),
    );
  await expect((await snapshot({ trust: UNSIGNED, change })).read).rejects.toMatchObject({
    code: 'INDEX_INVALID',
    message: 'upstream toy: its repomd.xml names no primary metadata',
  });
});
