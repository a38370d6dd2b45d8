/**
 * Where downloads come from and are kept. Of each upstream its mirrors and its keys are asked for once, by whoever needs them first:
 * resolving, fetching and checking packages share the answers.
 */
import type { MirrorRoute } from '../base/mirror-map.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';
import type { Fetcher } from '../fetch/download/fetcher.ts';
import { routedFetcher } from '../fetch/download/routed-fetcher.ts';
import type { Store } from '../store/store.ts';
import { KeyLoader } from './key-loader.ts';
import { rpmMirrors, type UpstreamMirrors } from './rpm-mirrors.ts';
import { UpstreamKeys } from './upstream-keys.ts';

/** What a {@link Downloader} is made from. */
export interface DownloaderParts {
  readonly store: Store;
  readonly fetcher: Fetcher;
  /** Base URLs of an upstream, best first, without trailing slashes. Those of mirror lists and metalinks are among them. */
  readonly baseUrlsOf: (upstream: ResolvedUpstream) => readonly string[];
}

/** The downloading side of one command. */
export class Downloader {
  readonly store: Store;
  readonly fetcher: Fetcher;
  readonly keys: UpstreamKeys;
  readonly #parts: DownloaderParts;
  readonly #mirrors = new Map<string, Promise<UpstreamMirrors>>();
  #routes: readonly MirrorRoute[] = [];

  constructor(parts: DownloaderParts) {
    this.#parts = parts;
    this.store = parts.store;
    this.fetcher = routedFetcher(parts.fetcher, () => this.#routes);
    this.keys = new UpstreamKeys(new KeyLoader(this.fetcher), parts.store);
  }

  /** One for another target: the same store, connections and downloads, but other upstreams under the same names. */
  forAnotherTarget(): Downloader {
    return new Downloader(this.#parts);
  }

  /** Where an upstream lies. @throws {AppError} as {@link rpmMirrors} does. */
  mirrorsOf(upstream: ResolvedUpstream): Promise<UpstreamMirrors> {
    const asked = this.#mirrors.get(upstream.name) ?? this.#askMirrors(upstream);
    this.#mirrors.set(upstream.name, asked);
    return asked;
  }

  /** From now on everything is fetched by way of this map: indexes, packages, keys, mirror lists and the mirrors these name. */
  routeBy(routes: readonly MirrorRoute[]): void {
    this.#routes = routes;
  }

  /** Closes idle connections. */
  close(): void {
    this.fetcher.close();
  }

  async #askMirrors(upstream: ResolvedUpstream): Promise<UpstreamMirrors> {
    const urls = this.#parts.baseUrlsOf(upstream);
    return upstream.layout === 'rpm' ? rpmMirrors(upstream.name, urls, this.fetcher) : { urls, rootStates: [] };
  }
}
