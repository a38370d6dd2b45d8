/** The one place where an error becomes an exit code (sysexits.h, plus 130). README lists them; treat an unknown code as failure. */
import { AppError, type ErrorCode } from '../../base/errors.ts';

export const EXIT = {
  ok: 0,
  /** Of `--check-updates`: a new build would differ. */
  updates: 1,
  /** Some of several targets or hosts were finished, others not. */
  partly: 3,
  usage: 64,
  badData: 65,
  inputMissing: 66,
  unavailable: 69,
  bug: 70,
  cannotCreate: 73,
  io: 74,
  tryAgain: 75,
  permission: 77,
  configuration: 78,
  interrupted: 130,
} as const;

/** Of every error code. */
export const EXIT_BY_CODE: Readonly<Record<ErrorCode, number>> = {
  USAGE: EXIT.usage,
  INTERRUPTED: EXIT.interrupted,
  RUNTIME_TOO_OLD: EXIT.configuration,
  CONFIG_INVALID: EXIT.configuration,
  CONFIG_MISSING: EXIT.inputMissing,
  TARGET_UNKNOWN: EXIT.usage,
  PROFILE_UNKNOWN: EXIT.usage,
  FETCH_FAILED: EXIT.unavailable,
  FETCH_NOT_FOUND: EXIT.unavailable,
  FETCH_DIGEST_MISMATCH: EXIT.badData,
  FETCH_TOO_LARGE: EXIT.badData,
  FETCH_OFFLINE: EXIT.unavailable,
  STORE_UNWRITABLE: EXIT.cannotCreate,
  DISK_FULL: EXIT.io,
  INDEX_INVALID: EXIT.badData,
  INDEX_DIGEST_MISMATCH: EXIT.badData,
  INDEX_TOO_LARGE: EXIT.badData,
  INDEX_EXPIRED: EXIT.badData,
  INDEX_NOT_YET_VALID: EXIT.badData,
  SIGNATURE_MISSING: EXIT.badData,
  SIGNATURE_INVALID: EXIT.badData,
  KEY_UNUSABLE: EXIT.badData,
  PACKAGE_INVALID: EXIT.badData,
  UPSTREAM_UNAVAILABLE: EXIT.unavailable,
  SOLVE_UNSATISFIABLE: EXIT.badData,
  SOLVE_UNKNOWN_NAME: EXIT.badData,
  SOLVE_LIMIT: EXIT.badData,
  PROOF_FAILED: EXIT.badData,
  FILE_CONFLICT: EXIT.badData,
  LOCK_INVALID: EXIT.badData,
  LOCK_STALE: EXIT.badData,
  LOCK_MISSING: EXIT.inputMissing,
  OUTPUT_UNWRITABLE: EXIT.cannotCreate,
  BUNDLE_INVALID: EXIT.badData,
  BUNDLE_UNSAFE_ENTRY: EXIT.badData,
  BUNDLE_DIGEST_MISMATCH: EXIT.badData,
  BUNDLE_TRUNCATED: EXIT.badData,
  BUNDLE_MISSING: EXIT.inputMissing,
  BUNDLE_TOO_NEW: EXIT.badData,
  BUNDLE_SIGNATURE_INVALID: EXIT.badData,
  HOST_UNREACHABLE: EXIT.unavailable,
  HOST_AUTH_FAILED: EXIT.permission,
  HOST_KEY_CHANGED: EXIT.permission,
  HOST_KEY_UNKNOWN: EXIT.permission,
  HOST_COMMAND_FAILED: EXIT.unavailable,
  HOST_BUSY: EXIT.tryAgain,
  RESUME_MISMATCH: EXIT.badData,
  HOST_PERMISSION: EXIT.permission,
  PREFLIGHT_FAILED: EXIT.configuration,
  STEP_FAILED: EXIT.unavailable,
  PROBE_FAILED: EXIT.unavailable,
  CONFIRMATION_NEEDED: EXIT.usage,
};

/** The exit code of anything that was thrown; of several errors together that of the first. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof AppError) return EXIT_BY_CODE[error.code];
  if (error instanceof AggregateError) {
    const inner: unknown = error.errors[0];
    return inner === undefined ? EXIT.bug : exitCodeOf(inner);
  }
  return EXIT.bug;
}
