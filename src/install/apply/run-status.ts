/** Whether a run is at work on a host, or was left in the middle. Asks only. */
import { setTimeout } from 'node:timers/promises';
import type { Context } from '../../base/events.ts';
import { throwIfAborted } from '../../base/interrupted.ts';
import type { Host } from '../../host/host.ts';
import { type HeldLease, readLease } from '../../host/read-lease.ts';
import { RUN_LOCK, type RunRecord } from '../state/journal.ts';
import { listRuns } from './rollback.ts';

/** At most one of the two is not null. */
export interface RunStatus {
  readonly underWay: HeldLease | null;
  /** The newest run, when it is open and nobody is at work on it. */
  readonly interrupted: RunRecord | null;
}

/** @throws {AppError} the codes of {@link Host.run}. */
export async function runStatus(host: Host): Promise<RunStatus> {
  const underWay = await readLease(host, RUN_LOCK);
  if (underWay !== null) return { underWay, interrupted: null };
  const [newest] = await listRuns(host);
  return { underWay, interrupted: newest?.outcome === 'open' ? newest : null };
}

const POLL_MS = 1_000;

/** Reports as notes what the run under way notes in its journal, until it has ended; at once when there is none. */
export async function followRun(host: Host, context: Context, pollMs = POLL_MS): Promise<void> {
  let seen = 0;
  for (;;) {
    const held = await readLease(host, RUN_LOCK);
    const [newest] = await listRuns(host);
    const steps = [...new Set(newest?.outcome === 'open' ? newest.intents.map(({ phase, step }) => `${phase}: ${step}`) : [])];
    for (const step of steps.slice(seen)) context.report({ type: 'note', message: `${host.id}: ${step}` });
    seen = Math.max(seen, steps.length);
    if (held === null) return;
    throwIfAborted(context.signal);
    await setTimeout(pollMs);
  }
}
