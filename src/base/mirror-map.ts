/**
 * A user's own proxy repositories: `http://ftp.debian.org/debian/` → `http://mirror.corp/debian/`. Where a URL begins with one side, the
 * other stands in its place. Only where bytes come from changes: what must have signed them does not. Pure.
 */

/** One entry of the map. */
export interface MirrorRoute {
  /** The beginning of URLs, as it was written. */
  readonly from: string;
  /** What stands in its place, in the order to try. Never empty. May carry credentials. */
  readonly to: readonly string[];
}

/** URLs to ask, and of each the position of the URL it stands for. */
export interface RoutedUrls {
  readonly urls: readonly string[];
  readonly origins: readonly number[];
}

/** Orders a map so that the first entry that matches is the longest. */
export function orderRoutes(routes: readonly MirrorRoute[]): readonly MirrorRoute[] {
  return routes.toSorted((a, b) => prefixOf(b.from).length - prefixOf(a.from).length);
}

/** True when `route` is for `url`: it begins so, and the beginning ends where a part of the path does. */
export function isRoutedBy(route: MirrorRoute, url: string): boolean {
  return restAfter(route, url) !== null;
}

/**
 * Where to ask for a file that `urls` all have. Once one of them is in the map, those that are not are left out: a map says that there is
 * another way, because the direct one is closed or unwanted.
 *
 * @param routes as {@link orderRoutes} gives them
 * @example routeUrls(['http://a/debian/x', 'http://b/x'], [{ from: 'http://a/debian/', to: ['http://m/d/'] }]).urls // ['http://m/d/x']
 */
export function routeUrls(urls: readonly string[], routes: readonly MirrorRoute[]): RoutedUrls {
  const routed = new Map<string, number>();
  for (const [origin, url] of urls.entries()) {
    for (const to of replacementsFor(url, routes)) if (!routed.has(to)) routed.set(to, origin);
  }
  if (routed.size === 0) return { urls, origins: urls.map((_, origin) => origin) };
  return { urls: [...routed.keys()], origins: [...routed.values()] };
}

function replacementsFor(url: string, routes: readonly MirrorRoute[]): readonly string[] {
  for (const route of routes) {
    const rest = restAfter(route, url);
    if (rest !== null) return route.to.map((to) => `${to.replace(/\/+$/, '')}${rest}`);
  }
  return [];
}

/** What follows the route's beginning in `url`: empty, or with its slash or question mark in front. */
function restAfter({ from }: MirrorRoute, url: string): string | null {
  const prefix = prefixOf(from);
  const whole = withPlainHost(url);
  if (!whole.startsWith(prefix)) return null;
  const rest = whole.slice(prefix.length);
  return rest === '' || rest.startsWith('/') || rest.startsWith('?') ? rest : null;
}

function prefixOf(from: string): string {
  return withPlainHost(from).replace(/\/+$/, '');
}

/** Scheme and host are the same in upper and lower case, and `:80` of http or `:443` of https says nothing (RFC 3986 §6.2). */
function withPlainHost(url: string): string {
  const [, scheme = '', host = '', rest = ''] = /^([A-Za-z]+):\/\/([^/?]*)(.*)$/s.exec(url) ?? [];
  if (scheme === '') return url;
  const port = scheme.toLowerCase() === 'https' ? /:443$/ : /:80$/;
  return `${scheme.toLowerCase()}://${host.toLowerCase().replace(port, '')}${rest}`;
}
