/** Reads all upstreams side by side and reports all that fail together. An optional one that cannot be reached is only named. */
import { AppError, isAppError, messageOf } from '../base/errors.ts';
import type { ResolvedUpstream } from '../config/manifest/distro-manifest.ts';

/** An optional upstream that is left out of this resolution, with the reason. */
export interface UnavailableUpstream {
  readonly upstream: string;
  readonly why: string;
}

interface Failure {
  readonly upstream: string;
  readonly error: unknown;
}

/**
 * What `readOne` gave for each upstream, in the given order.
 *
 * @throws {AppError} the upstream's own error when one failed; else one error that lists all, with their common code or
 * `UPSTREAM_UNAVAILABLE`.
 */
export async function collectUpstreams<T>(
  upstreams: readonly ResolvedUpstream[],
  readOne: (upstream: ResolvedUpstream) => Promise<T>,
): Promise<{ readonly good: readonly T[]; readonly unavailable: readonly UnavailableUpstream[] }> {
  const good: T[] = [];
  const unavailable: UnavailableUpstream[] = [];
  const failures: Failure[] = [];
  const results = await Promise.allSettled(upstreams.map(async (upstream) => readOne(upstream)));
  for (const [position, result] of results.entries()) {
    const upstream = upstreams[position];
    if (upstream === undefined) continue;
    if (result.status === 'fulfilled') good.push(result.value);
    else if (upstream.optional && isUnreachable(result.reason))
      unavailable.push({ upstream: upstream.name, why: messageOf(result.reason) });
    else failures.push({ upstream: upstream.name, error: result.reason });
  }
  if (failures.length > 0) throw joinFailures(failures);
  return { good, unavailable };
}

/** Only what the network did may be forgiven; a wrong signature or digest never. */
function isUnreachable(error: unknown): boolean {
  return (['FETCH_FAILED', 'FETCH_NOT_FOUND', 'FETCH_OFFLINE', 'UPSTREAM_UNAVAILABLE'] as const).some((code) => isAppError(error, code));
}

function joinFailures(failures: readonly Failure[]): unknown {
  const first = failures[0]?.error;
  const bug = failures.find(({ error }) => !isAppError(error));
  if (bug !== undefined) return bug.error;
  if (failures.length === 1 || !isAppError(first)) return first;
  const lines = failures.map(({ upstream, error }) => `${upstream}: ${messageOf(error).replaceAll('\n', '\n  ')}`);
  const isSameCode = failures.every(({ error }) => isAppError(error, first.code));
  return new AppError(
    isSameCode ? first.code : 'UPSTREAM_UNAVAILABLE',
    `${failures.length} upstreams cannot be used:\n  ${lines.join('\n  ')}`,
    {
      hint: first.hint ?? 'check the network, the proxy and the clock of this machine',
    },
  );
}
