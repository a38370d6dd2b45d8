/** One run at a time: whatever changes a host holds it from its first look to its end. */
import type { Context } from '../../base/events.ts';
import type { Host } from '../../host/host.ts';
import { withLease } from '../../host/lease.ts';
import type { LeaseOwner } from '../../host/lease-owner.ts';
import { RUN_LOCK } from '../state/journal.ts';

/** Who started this program, where. */
export type Operator = Omit<LeaseOwner, 'doing'>;

/**
 * Runs `work` while holding `host`; `doing` is the verb others are told.
 *
 * @throws {AppError} `HOST_BUSY` when another run holds it; what `work` throws.
 */
export function holdHost<T>(
  host: Host,
  doing: string,
  operator: Operator,
  context: Context,
  work: (context: Context) => Promise<T>,
): Promise<T> {
  return withLease(host, { lock: RUN_LOCK, owner: { doing, ...operator } }, context, work);
}
