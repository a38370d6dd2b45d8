/** When to ask again: exponential backoff with jitter, and the server's own word (`Retry-After`, RFC 9110 §10.2.3). Pure. */

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;
/** A server that asks for more than this gets its next request after this long. */
const LONGEST_RETRY_AFTER_MS = 60_000;

/**
 * Milliseconds to wait before round `round + 1`: 0.5 s, 1 s, 2 s … 15 s, of which the second half is random so that clients spread out.
 *
 * @param round from 1
 * @param random in [0, 1)
 */
export function backoffMs(round: number, random: number): number {
  const full = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (round - 1));
  return Math.round(full / 2 + (full / 2) * random);
}

/**
 * The wait a `Retry-After` header asks for in milliseconds, from 0 to one minute; undefined when it is absent or unreadable.
 *
 * @example parseRetryAfterMs('2', 0) // 2000
 */
export function parseRetryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  const text = header.trim();
  const wantedMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  if (Number.isNaN(wantedMs)) return undefined;
  return Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, wantedMs));
}
