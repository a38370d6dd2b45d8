/**
 * One run at a time on a host. The lock is held by a small program on the host itself that lives as long as bytes come from here: however
 * the connection or this process ends, it lets go within a minute, although sshd may notice a pulled cable only after hours.
 */
import { PassThrough } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { AppError } from '../base/errors.ts';
import type { Context } from '../base/events.ts';
import { throwIfAborted } from '../base/interrupted.ts';
import type { Host } from './host.ts';
import { formatOwner, type LeaseOwner, parseOwner, sayOwner } from './lease-owner.ts';
import { LEASE_SCRIPT } from './lease-script.ts';

/** What is held, and by whom. */
export interface LeaseRequest {
  /** A file on the host; `PATH.owner` beside it tells who holds it. */
  readonly lock: string;
  readonly owner: LeaseOwner;
  /** See `RunOptions.privileged`. */
  readonly privileged?: boolean;
  /** How often this side says that it is there. Default 15 s. */
  readonly beatMs?: number;
  /** How long the host waits for that. Default 60 s. */
  readonly patienceSec?: number;
}

const BEAT_MS = 15_000;
const PATIENCE_SEC = 60;
/** How long a host that does not answer any more is waited for when it is let go. */
const FAREWELL_MS = 5_000;

/**
 * Runs `work` while holding the host. Its context's signal also fires when the hold was lost. Who died while holding it is waited for, and
 * named in a warning when taken over from.
 *
 * @throws {AppError} `HOST_BUSY` saying who holds it since when; `OUTPUT_UNWRITABLE` when the lock cannot be written; what `work` throws.
 */
export async function withLease<T>(
  host: Host,
  request: LeaseRequest,
  context: Context,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  const lease = await take(host, request, context);
  try {
    return await work({ ...context, signal: AbortSignal.any([context.signal, lease.lost]) });
  } finally {
    await lease.release();
  }
}

interface Lease {
  readonly lost: AbortSignal;
  readonly release: () => Promise<void>;
}

/** One attempt: held, or by whom it is held. */
type Attempt =
  | { readonly lease: Lease; readonly abandonedBy: { readonly owner: LeaseOwner | null } | null }
  | { readonly busy: LeaseOwner | null; readonly silentSec: number };

async function take(host: Host, request: LeaseRequest, context: Context): Promise<Lease> {
  const { beatMs = BEAT_MS, patienceSec = PATIENCE_SEC } = request;
  const giveUpMs = performance.now() + (patienceSec + 15) * 1_000;
  for (let isTold = false; ; isTold = true) {
    const attempt = await tryOnce(host, request);
    if ('lease' in attempt) {
      if (attempt.abandonedBy !== null) warn(context, host, `taken over from a run that died: ${sayOwner(attempt.abandonedBy.owner)}`);
      return attempt.lease;
    }
    const isSilent = attempt.silentSec * 1_000 > 2 * beatMs;
    if (!isSilent || performance.now() > giveUpMs) throw busy(host, attempt);
    if (!isTold)
      warn(context, host, `${sayOwner(attempt.busy)} gives no sign of life; waiting until the host is free, ${patienceSec} s at most`);
    throwIfAborted(context.signal);
    await setTimeout(Math.min(beatMs, 2_000));
  }
}

function busy(host: Host, { busy: owner, silentSec }: { busy: LeaseOwner | null; silentSec: number }): AppError {
  const silent = silentSec < 60 ? '' : `, silent for ${silentSec} s`;
  return new AppError('HOST_BUSY', `${host.id}: another run is under way: ${sayOwner(owner)}${silent}`, {
    hint: 'watch it with `pigsty-install status --follow`, and start again when it has ended',
    details: { host: host.id, owner },
  });
}

function warn(context: Context, host: Host, message: string): void {
  context.report({ type: 'warning', code: 'HOST_HELD', message: `${host.id}: ${message}` });
}

async function tryOnce(
  host: Host,
  { lock, owner, privileged = true, beatMs = BEAT_MS, patienceSec = PATIENCE_SEC }: LeaseRequest,
): Promise<Attempt> {
  const stdin = new PassThrough();
  let said = '';
  let onMine: () => void = () => {};
  const mine = new Promise<'mine'>((resolve) => {
    onMine = () => resolve('mine');
  });
  const onStdout = (chunk: Uint8Array): void => {
    said += Buffer.from(chunk).toString();
    if (said.endsWith('mine\n')) onMine();
  };
  const argv = ['sh', '-c', LEASE_SCRIPT, 'sh', lock, formatOwner(owner), String(patienceSec)] as const;
  const ended = host.run({ argv, stdin }, { privileged, onStdout });
  const first = await Promise.race([mine, ended]);
  if (first !== 'mine') {
    stdin.destroy();
    if (first.code === 75) return parseBusy(said);
    const why = first.stderr.toString().trim();
    throw new AppError('OUTPUT_UNWRITABLE', `${host.id}: the lock ${lock} cannot be taken: ${why}`, {
      hint: 'see why that file cannot be written',
    });
  }
  const abandoned = /^abandoned (.*)$/m.exec(said);
  return { lease: hold(host, stdin, ended, beatMs), abandonedBy: abandoned === null ? null : { owner: parseOwner(abandoned[1] ?? '') } };
}

function hold(host: Host, stdin: PassThrough, ended: Promise<unknown>, beatMs: number): Lease {
  const lost = new AbortController();
  let isReleased = false;
  const beat = setInterval(() => stdin.write('b'), beatMs);
  const settled = ended.then(
    () => new AppError('HOST_BUSY', `${host.id}: the hold on the host was lost`, { hint: 'run `pigsty-install resume`' }),
    (error: unknown) => error,
  );
  void settled.then((error) => {
    clearInterval(beat);
    if (!isReleased) lost.abort(error);
  });
  return {
    lost: lost.signal,
    release: async () => {
      isReleased = true;
      clearInterval(beat);
      stdin.end('e');
      await farewell(settled);
    },
  };
}

function parseBusy(said: string): Attempt {
  const [, seconds = '0', owner = ''] = /^busy (-?\d+) (.*)$/m.exec(said) ?? [];
  return { busy: parseOwner(owner), silentSec: Number(seconds) };
}

/** A host that does not answer any more does not keep this program. */
async function farewell(settled: Promise<unknown>): Promise<void> {
  const answered = new AbortController();
  void settled.then(() => answered.abort());
  await setTimeout(FAREWELL_MS, undefined, { signal: answered.signal }).catch(() => undefined);
}
