/** Why one request to one mirror failed, and what follows from it. Internal: callers of this folder see `AppError`s only. */
import { isAppError, messageOf } from '../../base/errors.ts';
import { errnoOf } from '../../files/errno.ts';

/**
 * - `unreachable`: no such host, no connection · `interrupted`: reset, stalled, cut short · `busy`: 408, 429, 5xx
 * - `missing`: 404, 410, 403 · `refused`: any other answer, TLS, a redirect we do not follow · `mismatch`: other bytes than asked for
 * - `too-large`: more than the caller allows
 */
export type FailureKind = 'unreachable' | 'interrupted' | 'busy' | 'missing' | 'refused' | 'mismatch' | 'too-large';

const RETRYABLE: ReadonlySet<FailureKind> = new Set(['unreachable', 'interrupted', 'busy']);

/** What a failure carries besides its sentence. */
export interface MirrorFailureOptions {
  readonly cause?: unknown;
  /** How long the server asked us to wait. */
  readonly retryAfterMs?: number;
  readonly hint?: string;
}

/** One failed request. `message` says why, without the URL. */
export class MirrorFailure extends Error {
  readonly kind: FailureKind;
  readonly retryAfterMs: number | undefined;
  readonly hint: string | undefined;

  constructor(kind: FailureKind, message: string, options: MirrorFailureOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'MirrorFailure';
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
    this.hint = options.hint;
  }

  /** True when the same request may succeed later. */
  get retryable(): boolean {
    return RETRYABLE.has(this.kind);
  }
}

const UNREACHABLE = new Set([
  'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EAI_NODATA', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN', 'ENETDOWN', 'EADDRNOTAVAIL',
  'CONNECT_TIMEOUT', 'ERR_PROXY_TUNNEL',
]); // biome-ignore format: a table
const TLS = /^(?:CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|ERR_TLS_|ERR_SSL_|EPROTO$|HOSTNAME_MISMATCH)/;

/**
 * The failure behind anything a transport or a body threw. Errors that no other mirror can cure (disk, offline, interruption) come back as
 * they are, for the caller to throw.
 */
export function classifyFailure(error: unknown): MirrorFailure | Error {
  if (error instanceof MirrorFailure || isAppError(error)) return error;
  if (error instanceof TypeError || error instanceof RangeError) return error; // a bug of ours, not of a mirror
  const code = innermostCode(error);
  if (code === 'CONNECT_TIMEOUT') return new MirrorFailure('unreachable', 'no connection in time', { cause: error });
  if (UNREACHABLE.has(code)) return new MirrorFailure('unreachable', reasonOf(error, code), { cause: error });
  if (TLS.test(code)) {
    return new MirrorFailure('refused', `TLS: ${reasonOf(error, code)}`, {
      cause: error,
      hint: 'if your network inspects TLS, give its CA certificate (--ca, SSL_CERT_FILE or NODE_EXTRA_CA_CERTS)',
    });
  }
  return new MirrorFailure('interrupted', reasonOf(error, code), { cause: error });
}

function innermostCode(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const code = errnoOf(at);
    if (code !== '') return code;
  }
  return '';
}

/** node-fetch opens its messages with the URL and "failed, reason:"; only the reason is news here. */
function reasonOf(error: unknown, code: string): string {
  const text = messageOf(error).replace(/^.*?, reason: /s, '');
  return text.trim() === '' ? code || 'unknown error' : text;
}
