/** Solves until the metadata has everything the solution looked at: usually once, twice where a path is only in filelists. */
import { AppError } from '../base/errors.ts';
import type { Metadata } from './family.ts';
import type { Resolution } from './resolution.ts';
import { type ResolveInput, resolveRequest } from './resolve-request.ts';

/** Each round reads what the one before needed and did not have. If more rounds than this are needed, it will never end. */
const MOST_ROUNDS = 8;

/**
 * The resolution. A failure counts only when nothing more can be read.
 *
 * @throws {AppError} as {@link resolveRequest} does; `SOLVE_LIMIT` when every round still asked for more metadata.
 */
export async function resolveComplete(metadata: Metadata, input: ResolveInput, mostRounds = MOST_ROUNDS): Promise<Resolution> {
  for (let round = 1; round <= mostRounds; round += 1) {
    const attempt = tryResolve(metadata, input);
    const hasGrown = metadata.complete !== undefined && (await metadata.complete());
    if (hasGrown) continue;
    if ('error' in attempt) throw attempt.error;
    return attempt.resolution;
  }
  throw new AppError('SOLVE_LIMIT', `after ${mostRounds} rounds the request still needs metadata that was not read yet`, {
    hint: 'ask for fewer packages at a time; if that does not help, please report it with the command',
  });
}

function tryResolve(metadata: Metadata, input: ResolveInput): { readonly resolution: Resolution } | { readonly error: unknown } {
  try {
    return { resolution: resolveRequest(metadata, input) };
  } catch (error) {
    return { error };
  }
}
