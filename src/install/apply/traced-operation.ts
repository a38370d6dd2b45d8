/** An operation on the host together with the step it is part of. */
import type { Operation } from '../../host/batch.ts';

/** An operation, and the step that begins or is done with it. */
export interface TracedOperation {
  readonly operation: Operation;
  /** Keys and titles for events: of the step this operation belongs to. */
  readonly step?: { readonly key: string; readonly title: string };
  /** True on the last operation of its step. */
  readonly ends?: boolean;
  /** Failing is only worth a warning. */
  readonly tolerated?: boolean;
}
