/** What resolving and building need, over a toy upstream on a mirror of this process: manifest, request, downloader, context. */
import type { Event, RunContext } from '../../../src/base/events.ts';
import type { DistroManifest, ResolvedUpstream } from '../../../src/config/manifest/distro-manifest.ts';
import type { Fetcher, FetcherOptions } from '../../../src/fetch/download/fetcher.ts';
import type { Lock, LockedPackage } from '../../../src/lock/lock.ts';
import { Downloader } from '../../../src/metadata/downloader.ts';
import type { SnapshotPolicy } from '../../../src/metadata/snapshot-policy.ts';
import { NO_BASELINE } from '../../../src/resolve/baseline.ts';
import { resolve } from '../../../src/resolve/resolve.ts';
import type { ResolveInput } from '../../../src/resolve/resolve-request.ts';
import type { Store } from '../../../src/store/store.ts';
import { lab } from '../../support/fetch-lab.ts';
import { startMirror, type ToyMirror } from '../cli/toy-lab.ts';
import { TOY_UPSTREAM, toyManifest } from './deb-metadata.ts';
import { type ArchiveFiles, TOY_DATE_SEC, TOY_SUITE, type ToyArchiveOptions, toyArchive, toyKey } from './toy-archive.ts';
import { type ToyElOptions, toyElUpstream } from './toy-el-upstream.ts';

/** An hour after everything in the toy upstreams was signed. */
export const TOY_NOW_SEC = TOY_DATE_SEC + 3600;

/** Neither switch of the command line is given. */
export const POLICY: SnapshotPolicy = { requireSignatures: false, ignoreExpiry: false };

/** Where the toy mirrors publish the key. */
export const KEY_PATH = 'key.asc';

/** A downloader over a store of its own, and what was reported. */
export interface ToyDownloader {
  readonly downloader: Downloader;
  readonly fetcher: Fetcher;
  readonly store: Store;
  readonly events: Event[];
  readonly context: RunContext;
  /** Ends what is under way. */
  readonly abort: AbortController;
  /** `CODE: message` of every warning so far. */
  warnings(): string[];
}

/** Waits between tries take no time, and nothing is tried more than three times. */
export async function toyDownloader(options: Partial<FetcherOptions> & { readonly nowSec?: number } = {}): Promise<ToyDownloader> {
  const { nowSec = TOY_NOW_SEC, ...fetching } = options;
  const { fetcher, store, events, abort } = await lab(fetching);
  const downloader = new Downloader({ store, fetcher, baseUrlsOf: ({ urls }) => urls });
  const context: RunContext = { report: (event) => void events.push(event), signal: abort.signal, nowSec, nowMs: () => 0 };
  const warnings = () => events.flatMap((event) => (event.type === 'warning' ? [`${event.code}: ${event.message}`] : []));
  return { downloader, fetcher, store, events, context, abort, warnings };
}

/** Serves an archive and the toy key. */
export async function toyMirror(files: ArchiveFiles): Promise<ToyMirror> {
  return startMirror(new Map([...files, [KEY_PATH, Buffer.from((await toyKey()).publicKeyArmored)]]));
}

/** The upstream at `url` that signs its metadata, as a manifest of d12 has it. */
export async function debUpstream(url: string, more: Partial<ResolvedUpstream> = {}): Promise<ResolvedUpstream> {
  return { ...TOY_UPSTREAM, urls: [url], suite: TOY_SUITE, trust: await trustIn(url, false), ...more };
}

/** The upstream at `url` that signs metadata and packages, as a manifest of el9 has it. */
export async function elUpstream(url: string, more: Partial<ResolvedUpstream> = {}): Promise<ResolvedUpstream> {
  const trust = await trustIn(url, true);
  return { ...TOY_UPSTREAM, family: 'rpm', layout: 'rpm', urls: [url], suite: '', components: [], trust, ...more };
}

async function trustIn(url: string, packagesSigned: boolean): Promise<ResolvedUpstream['trust']> {
  const { fingerprint } = await toyKey();
  const keyUrls = [`${url}/${KEY_PATH}`];
  return { mode: 'signed-metadata', packagesSigned, fingerprints: [fingerprint], pinned: true, keyrings: [], keyUrls };
}

/** A manifest of d12 with these upstreams. */
export function debManifest(...upstreams: readonly ResolvedUpstream[]): DistroManifest {
  return toyManifest({ upstreams });
}

/** A manifest of el9 with these upstreams. */
export function elManifest(...upstreams: readonly ResolvedUpstream[]): DistroManifest {
  const os = { name: 'EL 9', codename: 'el9', vendor: 'el', major: 9, status: 'supported' };
  return toyManifest({ target: { distro: 'el9', arch: 'x86_64' }, flavor: 'pigsty', os, upstreams });
}

/** A request for `hello` and `world`, by name. */
export function toyInput(manifest: DistroManifest, more: Partial<ResolveInput> = {}): ResolveInput {
  return {
    manifest,
    manifestSha256: 'a'.repeat(64),
    profiles: [],
    packages: ['hello', 'world'],
    pgVersion: null,
    recommends: false,
    baselines: [NO_BASELINE],
    modules: new Map(),
    ...more,
  };
}

/** A lock over a toy upstream whose packages are still to be fetched. */
export interface ToyBuild extends ToyDownloader {
  readonly mirror: ToyMirror;
  readonly lock: Lock;
  readonly upstreams: readonly ResolvedUpstream[];
  /** As building wants it; `upstreamsAsked` counts. */
  readonly findUpstreams: () => Promise<readonly ResolvedUpstream[]>;
  upstreamsAsked(): number;
}

/** Of `hello`, which needs `libgreet`, and `world`, unless the archive is another one. */
export async function debBuild(archive: ToyArchiveOptions = {}, more: Partial<ResolveInput> = {}): Promise<ToyBuild> {
  const mirror = await toyMirror(await toyArchive(archive));
  return resolved(mirror, toyInput(debManifest(await debUpstream(mirror.url)), more));
}

/** The same of RPMs, whose upstream signs metadata and packages unless it is another one. */
export async function elBuild(options: ToyElOptions = {}, upstream: Partial<ResolvedUpstream> = {}): Promise<ToyBuild> {
  const mirror = await toyMirror(await toyElUpstream(options));
  return resolved(mirror, toyInput(elManifest(await elUpstream(mirror.url, upstream))));
}

async function resolved(mirror: ToyMirror, input: ResolveInput): Promise<ToyBuild> {
  const toy = await toyDownloader();
  const { lock } = await resolve(input, [], toy.downloader, POLICY, toy.context);
  const { upstreams } = input.manifest;
  let asked = 0;
  const findUpstreams = async () => {
    asked += 1;
    return upstreams;
  };
  return { ...toy, mirror, lock, upstreams, findUpstreams, upstreamsAsked: () => asked };
}

/** For where nobody may ask where upstreams are. */
export async function neverAsked(): Promise<never> {
  throw new Error('nobody should ask where the upstreams are');
}

/** The lock with one package changed. */
export function withPackage(lock: Lock, name: string, change: Partial<LockedPackage>): Lock {
  return { ...lock, packages: lock.packages.map((locked) => (locked.name === name ? { ...locked, ...change } : locked)) };
}
