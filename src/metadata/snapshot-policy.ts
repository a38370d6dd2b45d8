/** How strict reading metadata is. */
import { AppError } from '../base/errors.ts';

/** What the user may ask for beyond the manifest. */
export interface SnapshotPolicy {
  /** An upstream that signs nothing is an error. */
  readonly requireSignatures: boolean;
  /** Metadata past its Valid-Until is taken. */
  readonly ignoreExpiry: boolean;
}

/** @throws {AppError} `SIGNATURE_MISSING` when `policy` does not let this upstream go unsigned. */
export function assertMayBeUnsigned(upstream: string, policy: SnapshotPolicy): void {
  if (!policy.requireSignatures) return;
  throw new AppError('SIGNATURE_MISSING', `upstream ${upstream} does not sign its metadata, and --require-signatures was given`, {
    hint: 'remove the upstream with an overlay (--manifest), or build without --require-signatures',
  });
}
