/** A fetcher that asks a user's own proxy repositories in the place of the URLs they stand for, whatever is fetched. */
import { AppError, isAppError } from '../../base/errors.ts';
import { isRoutedBy, type MirrorRoute, routeUrls } from '../../base/mirror-map.ts';
import { redact } from '../../base/redact.ts';
import type { Fetcher } from './fetcher.ts';

interface Wanted {
  readonly urls: readonly string[];
}

/**
 * Everything `fetcher` does, asked by way of the map. Errors of the network say which entry of the map led there.
 *
 * @param routes the map as `orderRoutes` gives it; asked for each file, as it may be read after the fetcher was made
 */
export function routedFetcher(fetcher: Fetcher, routes: () => readonly MirrorRoute[]): Fetcher {
  const routed = <R extends Wanted>(request: R): R => ({ ...request, urls: routeUrls(request.urls, routes()).urls });
  const explained = async <T>(requests: readonly Wanted[], work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw explain(error, requests, routes());
    });
  return {
    fetchBlob: (request) => explained([request], fetcher.fetchBlob(routed(request))),
    fetchRoot: async (request) => {
      const { urls, origins } = routeUrls(request.urls, routes());
      const file = await explained([request], fetcher.fetchRoot({ ...request, urls }));
      return { ...file, mirrorIndex: origins[file.mirrorIndex] ?? 0 };
    },
    fetchAll: (requests, options) => explained(requests, fetcher.fetchAll(requests.map(routed), options)),
    askedRoots: fetcher.askedRoots,
    close: () => fetcher.close(),
  };
}

/** A proxy repository that lacks something is set up for another remote more often than its remote lacks it. */
function explain(error: unknown, requests: readonly Wanted[], routes: readonly MirrorRoute[]): unknown {
  if (!isAppError(error, 'FETCH_NOT_FOUND') && !isAppError(error, 'FETCH_FAILED')) return error;
  const asked = requests.flatMap(({ urls }) => urls);
  const used = new Set(asked.flatMap((url) => routes.find((route) => isRoutedBy(route, url)) ?? []));
  if (used.size === 0) return error;
  const ways = [...used].map(({ from, to }) => `${from} to ${to.map(redact).join(', ')}`).join('; ');
  return new AppError(error.code, error.message, {
    hint: `"mirrors" of an overlay (--manifest) sends ${ways}: check that this repository proxies exactly that URL, and can reach it`,
    cause: error.cause,
    ...(error.details === undefined ? {} : { details: error.details }),
  });
}
