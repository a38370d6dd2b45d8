/** The verified metadata of DEB upstreams, from a mirror that is healthy or is not. */
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ResolvedUpstream } from '../../src/config/manifest/distro-manifest.ts';
import { snapshotDeb } from '../../src/metadata/snapshot-deb.ts';
import type { SnapshotPolicy } from '../../src/metadata/snapshot-policy.ts';
import { TOY_UPSTREAM } from '../lab/upstreams/deb-metadata.ts';
import {
  type ArchiveFiles,
  flipped,
  INDEX_DIR,
  newToyKey,
  sha256,
  TOY_DATE_SEC,
  TOY_SUITE,
  type ToyArchiveOptions,
  toyArchive,
  toyKey,
} from '../lab/upstreams/toy-archive.ts';
import { debUpstream, KEY_PATH, POLICY, TOY_NOW_SEC, type ToyDownloader, toyDownloader, toyMirror } from '../lab/upstreams/toy-build.ts';

const D12 = { distro: 'd12', arch: 'x86_64' } as const;
const RELEASE = `dists/${TOY_SUITE}/Release`;
const IN_RELEASE = `dists/${TOY_SUITE}/InRelease`;
const OTHER_KEY = await newToyKey();
const UNSIGNED = TOY_UPSTREAM.trust;

interface Options {
  readonly archive?: ToyArchiveOptions;
  readonly change?: (files: ArchiveFiles) => void;
  readonly upstream?: Partial<ResolvedUpstream>;
  readonly policy?: Partial<SnapshotPolicy>;
  readonly toy?: ToyDownloader;
}

async function snapshot({ archive = {}, change = () => undefined, upstream = {}, policy = {}, toy }: Options = {}) {
  const files = await toyArchive(archive);
  change(files);
  const mirror = await toyMirror(files);
  const { downloader, context, store } = toy ?? (await toyDownloader());
  const read = () => debUpstream(mirror.url, upstream);
  const snap = async () => snapshotDeb([await read()], D12, downloader, { ...POLICY, ...policy }, context);
  return { mirror, files, store, snap, downloader, context };
}

describe('an upstream that signs', () => {
  it('inline is locked with its key, its date and the digest of what it signed', async () => {
    const { files, snap, mirror } = await snapshot();
    const { upstreams, unavailable } = await snap();
    expect(unavailable).toEqual([]);
    expect(upstreams.map(({ locked }) => locked)).toEqual([
      {
        name: 'toy',
        suite: 'toy main',
        rootSha256: sha256(files.get(IN_RELEASE) ?? Buffer.alloc(0)),
        dateSec: TOY_DATE_SEC,
        trust: { kind: 'signed', fingerprint: (await toyKey()).fingerprint },
      },
    ]);
    expect(upstreams[0]?.indexes.map(({ count }) => count)).toEqual([3]);
    expect(mirror.seen.filter((path) => path === KEY_PATH)).toHaveLength(1);
  });

  it('beside the Release is the same', async () => {
    const { upstreams } = await (await snapshot({ archive: { signed: 'detached' } })).snap();
    expect(upstreams[0]?.locked.trust).toEqual({ kind: 'signed', fingerprint: (await toyKey()).fingerprint });
  });

  it.each<[string, Options, string]>([
    ['with another key', { archive: { signer: OTHER_KEY } }, 'SIGNATURE_INVALID'],
    ['and was altered', { change: (files) => alter(files, IN_RELEASE) }, 'SIGNATURE_INVALID'],
    ['and lost its signature', { archive: { signed: 'none' } }, 'SIGNATURE_MISSING'],
    ['and has no Release at all', { change: (files) => files.delete(IN_RELEASE) }, 'FETCH_NOT_FOUND'],
    ['beside the Release, altered', { archive: { signed: 'detached' }, change: (files) => alter(files, RELEASE) }, 'SIGNATURE_INVALID'],
  ])('%s: %s is refused with %s', async (_, options, code) => {
    await expect((await snapshot(options)).snap()).rejects.toMatchObject({ code });
  });
});

function alter(files: ArchiveFiles, path: string): void {
  files.set(path, Buffer.from(String(files.get(path)).replace('Origin: Toy', 'Origin: Tou')));
}

describe('an upstream that does not sign', () => {
  it.each(['inline', 'none'] as const)('is taken for what it is, its signature (%s) unread', async (signed) => {
    const { snap, mirror } = await snapshot({ archive: { signed }, upstream: { trust: UNSIGNED } });
    const { upstreams } = await snap();
    expect(upstreams[0]?.locked.trust).toEqual({ kind: 'unsigned' });
    expect(upstreams[0]?.indexes[0]?.count).toBe(3);
    expect(mirror.seen).not.toContain(KEY_PATH);
  });

  it('is refused where signatures are required', async () => {
    const { snap } = await snapshot({ upstream: { trust: UNSIGNED }, policy: { requireSignatures: true } });
    await expect(snap()).rejects.toMatchObject({ code: 'SIGNATURE_MISSING' });
  });
});

describe('dates', () => {
  const expired = { archive: { validUntilSec: TOY_NOW_SEC - 1 } };

  it('past Valid-Until are refused, unless that is asked for', async () => {
    await expect((await snapshot(expired)).snap()).rejects.toMatchObject({ code: 'INDEX_EXPIRED' });
    const { upstreams } = await (await snapshot({ ...expired, policy: { ignoreExpiry: true } })).snap();
    expect(upstreams).toHaveLength(1);
  });

  it('in the future are refused', async () => {
    const early = await toyDownloader({ nowSec: TOY_DATE_SEC + 60 });
    await expect((await snapshot({ archive: { dateSec: TOY_DATE_SEC + 86_400 * 2 }, toy: early })).snap()).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:INDEX_NOT_YET_VALID|SIGNATURE_INVALID)$/),
    });
  });
});

describe('the index', () => {
  it.each<[string, (files: ArchiveFiles) => void, string]>([
    ['damaged on the way', (files) => swap(files, flipped), 'FETCH_DIGEST_MISMATCH'],
    ['shorter', (files) => swap(files, (bytes) => bytes.subarray(0, 20)), 'FETCH_DIGEST_MISMATCH'],
    ['longer', (files) => swap(files, (bytes) => Buffer.concat([bytes, bytes])), 'FETCH_DIGEST_MISMATCH'],
    ['gone', (files) => files.delete(`${INDEX_DIR}/Packages.gz`), 'FETCH_NOT_FOUND'],
  ])('that is %s is refused', async (_, change, code) => {
    await expect((await snapshot({ change })).snap()).rejects.toMatchObject({ code });
  });

  it('that unpacks to other content than the Release says is refused', async () => {
    const packIndex = () => ({ 'Packages.gz': gzipSync('Package: other\n') });
    await expect((await snapshot({ archive: { packIndex } })).snap()).rejects.toMatchObject({ code: 'INDEX_DIGEST_MISMATCH' });
  });

  it('is read a second time without the mirror, the same whether what was found in it was kept, is damaged or is gone', async () => {
    const { snap, mirror, store } = await snapshot();
    const first = await snap();
    const scan = first.upstreams[0]?.indexes[0]?.scan;
    mirror.files.delete(`${INDEX_DIR}/Packages.gz`);
    const kept = join(store.dir, 'derived', 'deb-scan');
    const [name = ''] = readdirSync(kept);
    const second = await snap();
    expect(second.upstreams[0]?.locked).toEqual(first.upstreams[0]?.locked);
    expect(second.upstreams[0]?.indexes[0]?.scan).toEqual(scan);
    writeFileSync(join(kept, name), 'damaged');
    expect((await snap()).upstreams[0]?.indexes[0]?.scan).toEqual(scan);
    rmSync(join(kept, name));
    expect((await snap()).upstreams[0]?.indexes[0]?.scan).toEqual(scan);
    expect(readdirSync(kept)).toEqual([name]);
  });
});

it('goes on with the mirror that had the Release', async () => {
  const { mirror, files, downloader, context } = await snapshot();
  const empty = await toyMirror(new Map());
  const upstream = await debUpstream(mirror.url, { urls: [empty.url, mirror.url] });
  const { upstreams } = await snapshotDeb([upstream], D12, downloader, POLICY, context);
  expect(upstreams[0]?.locked.rootSha256).toBe(sha256(files.get(IN_RELEASE) ?? Buffer.alloc(0)));
  expect(empty.seen.filter((path) => path.includes('Packages'))).toEqual([]);
});

it('reads a flat repository beside its Release', async () => {
  const { files, mirror, downloader, context } = await snapshot({ archive: { signed: 'none' } });
  const release = String(files.get(RELEASE)).replaceAll('main/binary-amd64/', '');
  mirror.files = new Map([
    ['flat/Release', Buffer.from(release)],
    ['flat/Packages.gz', files.get(`${INDEX_DIR}/Packages.gz`) ?? Buffer.alloc(0)],
  ]);
  const upstream = await debUpstream(mirror.url, { layout: 'flat', suite: './flat/', components: [], trust: UNSIGNED });
  const { upstreams } = await snapshotDeb([upstream], D12, downloader, POLICY, context);
  expect(upstreams[0]?.indexes.map(({ count }) => count)).toEqual([3]);
});

it.each([
  ['no date', /^Date: .*\n/m, ''],
  ['a date with an offset', /^Date: .*$/m, 'Date: Fri, 02 Jan 2026 02:00:00 +0200'],
  ['a line that is no field', /^Suite: /m, 'oops\nSuite: '],
])('reads a Release with %s, and tells', async (_, pattern, text) => {
  const release = (files: ArchiveFiles) => files.set(RELEASE, Buffer.from(String(files.get(RELEASE)).replace(pattern, text)));
  const toy = await toyDownloader();
  const { snap } = await snapshot({ archive: { signed: 'none' }, change: release, upstream: { trust: UNSIGNED }, toy });
  expect((await snap()).upstreams[0]?.indexes[0]?.count).toBe(3);
  expect(toy.warnings()).toEqual([expect.stringMatching(/^UPSTREAM_ODD: upstream toy: http.*Release is odd and read all the same/)]);
});

it('takes a component without an index for this CPU for empty, and tells', async () => {
  const toy = await toyDownloader();
  const { snap } = await snapshot({ upstream: { components: ['main', 'extra'] }, toy });
  expect((await snap()).upstreams[0]?.indexes.map(({ count }) => count)).toEqual([3]);
  expect(toy.warnings()).toEqual([expect.stringContaining('lists nothing for component extra, architecture amd64: taken for empty')]);
});

it('reads a directory that has Packages and no Release, when it is trusted by hand', async () => {
  const trusted = { ...UNSIGNED, mode: 'trusted' } as const;
  const { files, mirror, downloader, context } = await snapshot({ archive: { signed: 'none' } });
  const packages = files.get(`${INDEX_DIR}/Packages.gz`) ?? Buffer.alloc(0);
  mirror.files = new Map([['flat/Packages.gz', packages]]);
  const upstream = await debUpstream(mirror.url, { layout: 'flat', suite: './flat/', components: [], trust: trusted });
  const read = async () => (await snapshotDeb([upstream], D12, downloader, POLICY, context)).upstreams[0];
  const first = await read();
  expect(first?.locked).toMatchObject({ dateSec: 0, trust: { kind: 'trusted' }, rootSha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(first?.indexes.map(({ count }) => count)).toEqual([3]);
  mirror.files.set('flat/Packages.gz', gzipSync('Package: other\n'));
  expect((await read())?.locked.rootSha256).not.toBe(first?.locked.rootSha256);
});

it('reads a suite without a Release, when it is trusted by hand: what is for the CPU and what is for all', async () => {
  const trusted = { ...UNSIGNED, mode: 'trusted' } as const;
  const change = (files: ArchiveFiles) => {
    const packages = files.get(`${INDEX_DIR}/Packages.gz`) ?? Buffer.alloc(0);
    files.clear();
    for (const arch of ['amd64', 'all']) files.set(`dists/${TOY_SUITE}/main/binary-${arch}/Packages.gz`, packages);
  };
  const { upstreams } = await (await snapshot({ change, upstream: { trust: trusted } })).snap();
  expect(upstreams[0]?.indexes.map(({ count }) => count)).toEqual([3, 3]);
});

it('an optional upstream that cannot be reached is named, and the others are read', async () => {
  const { mirror, downloader, context } = await snapshot();
  const good = await debUpstream(mirror.url);
  const gone = await debUpstream(`${mirror.url}/gone`, { name: 'gone', optional: true });
  const { upstreams, unavailable } = await snapshotDeb([gone, good], D12, downloader, POLICY, context);
  expect([upstreams.map(({ upstream }) => upstream.name), unavailable.map(({ upstream }) => upstream)]).toEqual([['toy'], ['gone']]);
});

it('ends when it is told to, although every upstream could be read', async () => {
  const { downloader, context, abort } = await toyDownloader();
  abort.abort(new Error('told to'));
  await expect(snapshotDeb([], D12, downloader, POLICY, context)).rejects.toThrow('told to');
});

function swap(files: ArchiveFiles, change: (bytes: Buffer) => Buffer): void {
  const path = `${INDEX_DIR}/Packages.gz`;
  files.set(path, change(files.get(path) ?? Buffer.alloc(0)));
}
