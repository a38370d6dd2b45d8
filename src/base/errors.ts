/**
 * The one error class for everything a user, a network, an archive or a host can cause. "Cannot happen" stays a plain `Error`.
 * Codes are grouped by the folder that throws them; they are never renamed or reused, because people search for them.
 */
import { redact } from './redact.ts';

/** Every code that can reach a user. The exit code of each is in `cli/program/exit-codes.ts`. */
export type ErrorCode =
  // cli
  | 'USAGE'
  | 'INTERRUPTED'
  | 'RUNTIME_TOO_OLD'
  // config
  | 'CONFIG_INVALID'
  | 'CONFIG_MISSING'
  | 'TARGET_UNKNOWN'
  | 'PROFILE_UNKNOWN'
  // fetch
  | 'FETCH_FAILED'
  | 'FETCH_NOT_FOUND'
  | 'FETCH_DIGEST_MISMATCH'
  | 'FETCH_TOO_LARGE'
  | 'FETCH_OFFLINE'
  | 'STORE_UNWRITABLE'
  | 'DISK_FULL'
  // metadata, either family
  | 'INDEX_INVALID'
  | 'INDEX_DIGEST_MISMATCH'
  | 'INDEX_TOO_LARGE'
  | 'INDEX_EXPIRED'
  | 'INDEX_NOT_YET_VALID'
  | 'SIGNATURE_MISSING'
  | 'SIGNATURE_INVALID'
  | 'KEY_UNUSABLE'
  | 'PACKAGE_INVALID'
  | 'UPSTREAM_UNAVAILABLE'
  // solve
  | 'SOLVE_UNSATISFIABLE'
  | 'SOLVE_UNKNOWN_NAME'
  | 'SOLVE_LIMIT'
  | 'PROOF_FAILED'
  | 'FILE_CONFLICT'
  // lock
  | 'LOCK_INVALID'
  | 'LOCK_STALE'
  | 'LOCK_MISSING'
  // repo, pack
  | 'OUTPUT_UNWRITABLE'
  | 'BUNDLE_INVALID'
  | 'BUNDLE_UNSAFE_ENTRY'
  | 'BUNDLE_DIGEST_MISMATCH'
  | 'BUNDLE_TRUNCATED'
  | 'BUNDLE_MISSING'
  | 'BUNDLE_TOO_NEW'
  | 'BUNDLE_SIGNATURE_INVALID'
  // host, facts, install
  | 'HOST_UNREACHABLE'
  | 'HOST_AUTH_FAILED'
  | 'HOST_KEY_CHANGED'
  | 'HOST_KEY_UNKNOWN'
  | 'HOST_COMMAND_FAILED'
  | 'HOST_BUSY'
  | 'RESUME_MISMATCH'
  | 'HOST_PERMISSION'
  | 'PREFLIGHT_FAILED'
  | 'STEP_FAILED'
  | 'PROBE_FAILED'
  | 'CONFIRMATION_NEEDED';

/** What an {@link AppError} carries besides its code and message. */
export interface AppErrorOptions {
  /** What will likely fix it, as an instruction. Left out when nothing is known to help. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Plain data for `--json`. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/**
 * An error whose message is for the person at the console: what failed (path, URL, NEVRA, host) and why. Credentials are removed from it.
 */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(redact(message), options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.hint = options.hint === undefined ? undefined : redact(options.hint);
    this.details = options.details;
  }
}

/** True when `error` is an {@link AppError}, and with `code` given, one of that code. */
export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}

/** The message of anything that was thrown, without its stack, credentials removed. */
export function messageOf(error: unknown): string {
  return redact(error instanceof Error ? error.message : String(error));
}
