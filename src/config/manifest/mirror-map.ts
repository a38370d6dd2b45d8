/** `mirrors` of overlays, as far as they map URLs → the map everything is fetched by, and what in it has no effect. */
import { isRoutedBy, type MirrorRoute, orderRoutes } from '../../base/mirror-map.ts';
import { publicArchiveOf } from '../../base/public-archives.ts';
import { redact } from '../../base/redact.ts';
import { didYouMean } from '../nearest-word.ts';
import type { ResolvedUpstream } from './distro-manifest.ts';
import type { Sections } from './gather-sections.ts';

/** Bases a note names where nothing similar is known. */
const MOST_BASES = 6;

/**
 * The map, the longest beginning first. A public name of Debian's or Ubuntu's archive stands for the name our upstreams use, too: whoever
 * maps `ftp.de.debian.org` has a mirror of that archive. An entry that is for no URL of any distro's upstreams in this region is said in
 * the notes. Where there are mirror lists it is not: what such a list says is not known here.
 */
export function mirrorMapOf({ mirrorMap, known, notes }: Sections, upstreams: readonly ResolvedUpstream[]): readonly MirrorRoute[] {
  const routes = Object.entries(mirrorMap).map(([from, to]) => ({ from, to: [to].flat() }));
  const urls = [...new Set(upstreams.flatMap(({ urls: own, trust }) => [...own, ...trust.keyUrls]))];
  const aliases = routes.flatMap((route) => aliasesOf(route, urls)).filter(({ from }) => !routes.some((route) => isRoutedBy(route, from)));
  const hasList = urls.some((url) => /mirror-?list|metalink/i.test(url));
  for (const route of routes) {
    const isUsed = urls.some((url) => isRoutedBy(route, url) || `${route.from}/`.startsWith(`${url.replace(/\/+$/, '')}/`));
    if (isUsed || aliasesOf(route, urls).length > 0 || hasList || known.hasUrlBelow(route.from)) continue;
    notes.push(
      `mirrors."${redact(route.from)}" has no effect: no URL of an upstream begins so${whatThereIs(route, upstreams, known.urls())}`,
    );
  }
  return orderRoutes([...routes, ...aliases]);
}

function aliasesOf(route: MirrorRoute, urls: readonly string[]): MirrorRoute[] {
  const archive = publicArchiveOf(route.from);
  if (archive === undefined) return [];
  return urls.filter((url) => publicArchiveOf(url) === archive && !isRoutedBy(route, url)).map((from) => ({ from, to: route.to }));
}

function whatThereIs({ from }: MirrorRoute, upstreams: readonly ResolvedUpstream[], known: readonly string[]): string {
  const near = didYouMean(from.replace(/\/+$/, ''), known);
  if (near !== '') return near;
  const used = new Set(upstreams.flatMap(({ urls }) => known.filter((base) => urls.some((url) => `${url}/`.startsWith(`${base}/`)))));
  const bases = [...used].slice(0, MOST_BASES).map(redact).join(', ');
  return bases === '' ? '' : `; those of this target begin with ${bases}${used.size > MOST_BASES ? ' …' : ''}`;
}
