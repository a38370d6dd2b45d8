/** HTTP status → failure, in one place. */
import { MirrorFailure } from './mirror-failure.ts';
import { parseRetryAfterMs } from './retry-policy.ts';
import type { TransportResponse } from './transport.ts';

/** Mirrors and object stores answer 403 for what they do not have, so it counts as missing. */
const MISSING = new Set([403, 404, 410]);
const BUSY = new Set([408, 429]);

/** Returns when `status` is one of `accepted`; otherwise ends the answer and throws the `MirrorFailure` it stands for. */
export function assertStatus(response: TransportResponse, accepted: readonly number[], nowMs: number): void {
  const { status } = response;
  if (accepted.includes(status)) return;
  response.discard();
  const text = `${status} ${response.statusText}`.trim();
  if (MISSING.has(status)) throw new MirrorFailure('missing', text);
  if (BUSY.has(status) || status >= 500) {
    const retryAfterMs = parseRetryAfterMs(response.header('retry-after'), nowMs);
    throw new MirrorFailure('busy', text, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
  if (status === 401) throw new MirrorFailure('refused', text, { hint: 'give credentials in the URL: https://user:password@host/…' });
  if (status === 407) throw new MirrorFailure('refused', text, { hint: 'give the proxy its credentials: http://user:password@proxy:port' });
  throw new MirrorFailure('refused', text);
}

/** The `Content-Length` of an answer; null when absent or unreadable. */
export function contentLengthOf(response: TransportResponse): number | null {
  const text = response.header('content-length') ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
