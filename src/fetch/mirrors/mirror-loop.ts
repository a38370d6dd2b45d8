/** Asks mirrors in turn until one answers, in rounds with a growing wait between them, and turns what went wrong into one error. */
import { AppError, type ErrorCode } from '../../base/errors.ts';
import { interruptedError } from '../../base/interrupted.ts';
import { redact } from '../../base/redact.ts';
import { classifyFailure, type FailureKind, MirrorFailure } from '../transport/mirror-failure.ts';
import { backoffMs } from '../transport/retry-policy.ts';
import type { FetchPorts } from './ports.ts';

/** What to ask for and how. */
export interface MirrorLoop<T> {
  /** For people: a file name or package. */
  readonly label: string;
  /** The id the events of this fetch carry. */
  readonly id: number;
  /** Mirrors in order of preference. */
  readonly urls: readonly string[];
  /** What to tell a person when no mirror has it; a general sentence when left out. */
  readonly ifMissing?: string | undefined;
  /** One request to one mirror. `attempt` counts from 1 over all mirrors; `answered` is told when the head of the answer is there. */
  readonly attempt: (url: string, attempt: number, answered: () => void) => Promise<T>;
}

interface Failed {
  readonly url: string;
  readonly failure: MirrorFailure;
}

/**
 * What the first successful attempt returned. A mirror whose failure is final (404, wrong bytes) is not asked again.
 *
 * @throws {AppError} `FETCH_NOT_FOUND` when every mirror that could be reached lacks it, `FETCH_DIGEST_MISMATCH`, `FETCH_TOO_LARGE`,
 * `FETCH_FAILED`; and what an attempt itself throws as `AppError`, at once
 */
export async function askMirrors<T>(ports: FetchPorts, loop: MirrorLoop<T>): Promise<T> {
  const failed = new Map<string, MirrorFailure>();
  let live = [...new Set(loop.urls)];
  let attempt = 0;
  for (let round = 1; ; round += 1) {
    const waits: number[] = [];
    const queue = ports.health.order(live);
    while (queue.length > 0) {
      const outcome = await attemptNext(ports, loop, queue, attempt + 1);
      attempt += 1;
      if ('value' in outcome) return outcome.value;
      const { url, failure } = outcome;
      failed.set(url, failure);
      const givenUp = !failure.retryable || round > ports.retries || ports.health.isDead(url);
      if (givenUp) live = live.filter((other) => other !== url);
      else if (failure.retryAfterMs !== undefined) waits.push(failure.retryAfterMs);
    }
    if (live.length === 0) throw failedError(loop, attempt, failed);
    // The shortest wait that a mirror asked for counts, but never less than our own backoff: it has just failed.
    const waitMs = Math.max(backoffMs(round, ports.clock.random()), waits.length === live.length ? Math.min(...waits) : 0);
    const reason = [...failed.values()].at(-1)?.message ?? '';
    ports.report({ type: 'retry', id: loop.id, url: redact(live[0] ?? ''), attempt: attempt + 1, waitMs, reason: redact(reason) });
    await waitOrStop(ports, waitMs);
  }
}

async function waitOrStop({ clock, signal }: FetchPorts, waitMs: number): Promise<void> {
  await clock.sleep(waitMs, signal).catch((error: unknown) => {
    throw signal.aborted ? interruptedError(signal) : error;
  });
}

type Outcome<T> = { readonly value: T } | Failed;

/**
 * Asks the first of `queue` and takes it out. A mirror that proved dead while this file waited for its turn there goes behind the others,
 * as long as one of them is alive.
 */
async function attemptNext<T>(ports: FetchPorts, loop: MirrorLoop<T>, queue: string[], attempt: number): Promise<Outcome<T>> {
  for (;;) {
    const url = queue.shift();
    if (url === undefined) throw new Error('no mirror is left to ask');
    const outcome = await attemptOnce(ports, loop, { url, attempt, others: queue });
    if (outcome !== 'postponed') return outcome;
    queue.push(url);
  }
}

async function attemptOnce<T>(
  ports: FetchPorts,
  loop: MirrorLoop<T>,
  { url, attempt, others }: { readonly url: string; readonly attempt: number; readonly others: readonly string[] },
): Promise<Outcome<T> | 'postponed'> {
  const { health } = ports;
  let request = 0;
  try {
    if (ports.signal.aborted) throw interruptedError(ports.signal);
    const outcome = await ports.slots.run(url, async (answered) => {
      if (ports.signal.aborted) throw interruptedError(ports.signal);
      if (health.isDead(url) && others.some((other) => !health.isDead(other))) return 'postponed';
      request = health.begin();
      return { value: await loop.attempt(url, attempt, answered) };
    });
    if (outcome !== 'postponed') health.noteSuccess(url);
    return outcome;
  } catch (error) {
    const failure = classifyFailure(error);
    if (!(failure instanceof MirrorFailure)) throw failure;
    health.noteFailure(url, failure, request);
    return { url, failure };
  }
}

/** Of several failures the one that says most is reported: wrong bytes say more than a mirror that is down. */
function codeOf(kinds: ReadonlySet<FailureKind>): ErrorCode {
  if (kinds.has('mismatch')) return 'FETCH_DIGEST_MISMATCH';
  if (kinds.has('too-large')) return 'FETCH_TOO_LARGE';
  const conclusive = [...kinds].every((kind) => kind === 'missing' || kind === 'unreachable');
  return kinds.has('missing') && conclusive ? 'FETCH_NOT_FOUND' : 'FETCH_FAILED';
}

const HINTS: Partial<Record<ErrorCode, string>> = {
  FETCH_DIGEST_MISMATCH: 'a mirror that is being updated or a cache on the way serves other bytes: try again later, or another mirror',
  FETCH_NOT_FOUND: 'check the URL: every server that answered says it has no such file',
  FETCH_FAILED: 'check the network and the proxy settings, then run again: what was downloaded is kept',
};

function failedError<T>(loop: MirrorLoop<T>, attempts: number, failed: ReadonlyMap<string, MirrorFailure>): AppError {
  const list: Failed[] = [...failed].map(([url, failure]) => ({ url: redact(url), failure }));
  const code = codeOf(new Set(list.map(({ failure }) => failure.kind)));
  const reasons = list.map(({ url, failure }) => `${url}: ${failure.message}`).join('; ');
  const tries = attempts > list.length ? ` (${attempts} attempts)` : '';
  const known = code === 'FETCH_NOT_FOUND' ? (loop.ifMissing ?? HINTS[code]) : HINTS[code];
  const hint = list.map(({ failure }) => failure.hint).find((text) => text !== undefined) ?? known;
  return new AppError(code, `cannot fetch ${loop.label}: ${reasons}${tries}`, {
    ...(hint === undefined ? {} : { hint }),
    cause: list.at(-1)?.failure,
    details: {
      label: loop.label,
      failures: list.map(({ url, failure }) => ({ url, kind: failure.kind, reason: redact(failure.message) })),
    },
  });
}
