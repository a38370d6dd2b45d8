/** The DEB family: upstreams, pins, excludes and what a host has become one pool of candidates. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { indexDebPackages } from '../../src/deb/index/deb-package-index.ts';
import { takeLocalPackages } from '../../src/metadata/local-packages.ts';
import { MINIMAL_BASELINE, NO_BASELINE } from '../../src/resolve/baseline.ts';
import { debMetadata, loadDebMetadata } from '../../src/resolve/deb.ts';
import { resolveRequest } from '../../src/resolve/resolve-request.ts';
import { TOY_UPSTREAM, toyManifest, toyMetadata } from '../lab/upstreams/deb-metadata.ts';
import { type ArchiveFiles, toyArchive } from '../lab/upstreams/toy-archive.ts';
import { debManifest, debUpstream, POLICY, toyDownloader, toyInput, toyMirror } from '../lab/upstreams/toy-build.ts';
import { temporaryDir } from '../support/fetch-lab.ts';
import { stanza } from '../support/tiny-archive.ts';

const NO_FETCHER = { fetchAll: async () => [] };
const LOCKED = { name: 'toy', suite: 'toy main', rootSha256: 'f'.repeat(64), dateSec: 1, trust: { kind: 'unsigned' } } as const;

/** A snapshot of one upstream with these stanzas. */
function snapshotOf(name: string, stanzas: readonly string[], parts: Partial<typeof TOY_UPSTREAM> = {}) {
  const indexes = [indexDebPackages(Buffer.from(stanzas.join('\n')), name)];
  return {
    upstream: { ...TOY_UPSTREAM, name, ...parts },
    locked: { ...LOCKED, name },
    indexes,
    mirrors: [],
    notAutomatic: false,
    butAutomaticUpgrades: false,
  };
}

const chosen = (metadata: ReturnType<typeof debMetadata>, manifest = toyManifest(), packages: readonly string[] = ['a']) =>
  resolveRequest(metadata, toyInput(manifest, { packages })).lock.packages.map(
    ({ name, version, upstream }) => `${name} ${version} ${upstream}`,
  );

describe('which of several upstreams a package comes from', () => {
  const old = ['one', [stanza('a 1')]] as const;
  const young = ['two', [stanza('a 2')]] as const;
  const upstreams = [
    { ...TOY_UPSTREAM, name: 'one' },
    { ...TOY_UPSTREAM, name: 'two' },
  ];

  it('the newest, by itself', () => {
    const manifest = toyManifest({ upstreams });
    expect(chosen(debMetadata([snapshotOf(...old), snapshotOf(...young)], [], manifest, NO_FETCHER), manifest)).toEqual(['a 2 two']);
  });

  it.each<[string, Partial<Parameters<typeof toyManifest>[0] & object>]>([
    ['the one with the higher priority', { upstreams: [{ ...TOY_UPSTREAM, name: 'one', priority: 990 }] }],
    ['the one it is pinned to', { upstreams, pins: [{ name: 'a', version: null, upstream: 'one' }] }],
    ['the version it is pinned to', { upstreams, pins: [{ name: 'a', version: '1', upstream: null }] }],
  ])('%s', (_, parts) => {
    const manifest = toyManifest(parts);
    expect(chosen(debMetadata([snapshotOf(...old), snapshotOf(...young)], [], manifest, NO_FETCHER), manifest)).toEqual(['a 1 one']);
  });

  it.each([{ excludes: ['a'] }, { includes: ['b'] }])('not one where it does not exist for us: %j', (limits) => {
    const manifest = toyManifest({ upstreams });
    expect(chosen(debMetadata([snapshotOf(...old), snapshotOf(...young, limits)], [], manifest, NO_FETCHER), manifest)).toEqual([
      'a 1 one',
    ]);
  });
});

describe('a host', () => {
  const metadata = () => toyMetadata([['base 1', { Essential: 'yes' }], ['a 1', { Depends: 'b' }], ['b 1']]);

  it('that is empty needs its Essential packages', () => {
    expect(
      metadata()
        .candidates(NO_BASELINE, [])
        .implied.map(({ text }) => text),
    ).toEqual(['base']);
  });

  it('that is minimal has them', () => {
    const candidates = metadata().candidates(MINIMAL_BASELINE, []);
    const onHost = [...candidates.names()].filter((name) => candidates.request(name, 'x').anyOf.some((id) => candidates.isOnHost(id)));
    expect(onHost).toEqual(['base']);
  });

  it('of a dpkg status file has what stands in it', () => {
    const bytes = Buffer.from('Package: b\nVersion: 1\nArchitecture: amd64\nStatus: install ok installed\n');
    const candidates = metadata().candidates({ kind: 'file', name: 'file:x', path: 'status', bytes }, []);
    expect(candidates.request('b', 'x').anyOf.some((id) => candidates.isOnHost(id))).toBe(true);
    expect(candidates.request('a', 'x').anyOf.some((id) => candidates.isOnHost(id))).toBe(false);
  });
});

describe('loading', () => {
  const world = async (change: (files: ArchiveFiles) => void = () => undefined) => {
    const files = await toyArchive();
    change(files);
    return { mirror: await toyMirror(files), toy: await toyDownloader() };
  };

  it('reads the upstreams, with packages given as files as one more that wins', async () => {
    const { mirror, toy } = await world();
    const manifest = debManifest(await debUpstream(mirror.url));
    const path = join(await temporaryDir(), 'hello.deb');
    const older = await toyArchive({ packages: [{ name: 'hello', version: '0.1' }] });
    writeFileSync(path, older.get('pool/hello_0.1_all.deb') ?? '');
    const local = await takeLocalPackages([path], manifest.target, toy.store);
    const metadata = await loadDebMetadata(manifest, { local, modules: new Map() }, toy.downloader, POLICY, toy.context);
    expect(metadata.packageCount).toBe(4);
    expect(
      chosen(
        metadata,
        manifest,
        local.map(({ request }) => request),
      ),
    ).toEqual(['hello 0.1 local']);
  });

  it('refuses module streams, which there are none of, before anything is read', async () => {
    const { mirror, toy } = await world();
    const choice = { local: [], modules: new Map([['nginx', '1.24']]) };
    const loaded = loadDebMetadata(debManifest(await debUpstream(mirror.url)), choice, toy.downloader, POLICY, toy.context);
    await expect(loaded).rejects.toMatchObject({ code: 'USAGE', message: '--module nginx: d12 has no module streams' });
    expect(mirror.seen).toEqual([]);
  });
});

it('a pin of an overlay that leaves nothing is named as one, with apt’s word for it', () => {
  const manifest = toyManifest({ pins: [{ name: 'a', version: '9', upstream: null }] });
  const act = () => chosen(toyMetadata([['a 1'], ['a 2']], manifest), manifest);
  expect(act).toThrow(
    expect.objectContaining({
      code: 'SOLVE_UNKNOWN_NAME',
      message: expect.stringContaining('does not count: held to 9 by "pins" of an overlay (apt: Pin-Priority -1)'),
    }),
  );
});
