/** Where the upstreams of a lock are: a lock does not say it, because any mirror of the same content will do. */
import { AppError } from '../base/errors.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';

/** Gives the upstreams of the lock's target. Called only when the store lacks something: a complete store needs no manifest. */
export type FindUpstreams = () => Promise<readonly ResolvedUpstream[]>;

/**
 * The upstream of this name.
 *
 * @param wanted all names that are needed, so that one error tells every unknown one.
 * @throws {AppError} `LOCK_INVALID` when one of `wanted` is not among the upstreams.
 */
export function findUpstream(name: string, upstreams: readonly ResolvedUpstream[], wanted: readonly string[] = [name]): ResolvedUpstream {
  const found = upstreams.find((upstream) => upstream.name === name);
  if (found !== undefined) return found;
  const unknown = wanted.filter((one) => !upstreams.some((upstream) => upstream.name === one));
  throw new AppError('LOCK_INVALID', `the lock names upstreams the manifest does not have: ${unknown.join(', ')}`, {
    hint: 'give the overlay it was made with (--manifest), or resolve again',
  });
}
