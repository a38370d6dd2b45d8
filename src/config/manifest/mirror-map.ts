/** `mirrors` of overlays, as far as they map URLs → the map everything is fetched by, and what in it has no effect. */
import { isRoutedBy, type MirrorRoute, orderRoutes } from '../../base/mirror-map.ts';
import { redact } from '../../base/redact.ts';
import { didYouMean } from '../nearest-word.ts';
import type { ResolvedUpstream } from './distro-manifest.ts';
import type { Sections } from './gather-sections.ts';

/**
 * The map, the longest beginning first. An entry that is for no URL of any distro's upstreams in this region is said in the notes. Where
 * there are mirror lists it is not: what such a list says is not known here.
 */
export function mirrorMapOf({ mirrorMap, known, notes }: Sections, upstreams: readonly ResolvedUpstream[]): readonly MirrorRoute[] {
  const routes = orderRoutes(Object.entries(mirrorMap).map(([from, to]) => ({ from, to: [to].flat() })));
  const urls = upstreams.flatMap(({ urls: own, trust }) => [...own, ...trust.keyUrls]);
  const hasList = urls.some((url) => /mirror-?list|metalink/i.test(url));
  for (const route of routes) {
    const isUsed = urls.some((url) => isRoutedBy(route, url) || `${route.from}/`.startsWith(`${url.replace(/\/+$/, '')}/`));
    if (isUsed || hasList || known.hasUrlBelow(route.from)) continue;
    const near = didYouMean(route.from.replace(/\/+$/, ''), known.urls());
    notes.push(`mirrors."${redact(route.from)}" has no effect: no URL of an upstream begins so${near}`);
  }
  return routes;
}
