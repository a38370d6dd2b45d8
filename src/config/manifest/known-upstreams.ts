/**
 * Upstreams of every distro, whatever the target: an overlay may be for several distros, and only a name or URL that none of them has is a
 * mistyped one.
 */
import type { ManifestFile, OverlayFile, RegionUrls, UpstreamEntry } from './manifest-file.ts';

/** What {@link KnownUpstreams.add} takes: a file of ours or an overlay. */
type AnyFile = Pick<ManifestFile | OverlayFile, 'upstreams' | 'keys'> & {
  readonly mirrors?: Readonly<Record<string, unknown>> | undefined;
};

/** Names and URLs of the files added so far. */
export class KnownUpstreams {
  /** Names of upstreams, `pgdg$v` as `pgdg14`, `pgdg15` … */
  readonly names = new Set<string>();
  readonly #region: string;
  readonly #urls = new Set<string>();

  /** @param region which of the URLs count: a map for other regions' has no effect */
  constructor(region: string) {
    this.#region = region;
  }

  add({ upstreams = [], keys = {}, mirrors = {} }: AnyFile): void {
    for (const entry of upstreams) {
      for (const name of namesOf(entry)) this.names.add(name);
      if (entry.vault !== undefined) this.#addUrls(entry.vault);
      if (entry.url !== undefined) this.#addUrls(entry.url);
    }
    for (const { urls } of Object.values(keys)) this.#addUrls(urls);
    for (const urls of Object.values(mirrors)) this.#addUrls(urls as RegionUrls);
  }

  /** True when a URL of an upstream may begin with `prefix`. Placeholders are not filled in: what stands before the first counts. */
  hasUrlBelow(prefix: string): boolean {
    const bare = prefix.replace(/\/+$/, '');
    return this.urls().some((url) => `${url}/`.startsWith(`${bare}/`) || `${bare}/`.startsWith(`${url}/`));
  }

  /** Beginnings of the upstreams' URLs, without trailing slashes. */
  urls(): readonly string[] {
    return [...this.#urls];
  }

  #addUrls(urls: string | readonly string[] | RegionUrls): void {
    const chosen = typeof urls === 'string' || isList(urls) ? urls : (urls[this.#region] ?? urls.default ?? []);
    for (const url of [chosen].flat()) this.#urls.add((url.split('$', 1)[0] ?? '').replace(/\/+$/, ''));
  }
}

function isList(urls: readonly string[] | RegionUrls): urls is readonly string[] {
  return Array.isArray(urls);
}

function namesOf({ name, pg = [] }: UpstreamEntry): readonly string[] {
  return name.includes('$v') ? pg.map((major) => name.replaceAll('$v', String(major))) : [name];
}
