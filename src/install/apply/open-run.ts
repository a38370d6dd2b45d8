/** The run an installation writes its journal for. */
import type { Operation } from '../../host/batch.ts';
import type { BundleView } from '../contract/declaration.ts';
import type { RunRecord } from '../state/journal.ts';
import type { RunCommand } from '../state/journal-entry.ts';
import { appendToJournal } from './append-to-journal.ts';

/** A run that is under way on a host. */
export interface OpenRun {
  readonly run: string;
  /** The first free sequence number. */
  nextSeq: number;
  /** It was begun by an earlier, killed or failed call. */
  readonly isResumed: boolean;
  /** What it did so far: for putting files back when a check fails. */
  readonly earlier: RunRecord | null;
}

/**
 * Continues the newest run when it is open, else names a new one. Names sort by time: `20260131T120000Z-<bundle id, 8 digits>`.
 * Nothing is written yet.
 */
export function openRun(newest: RunRecord | null, bundleId: string, nowMs: number): OpenRun {
  if (newest !== null && newest.outcome === 'open') {
    const last = newest.intents.reduce((max, intent) => Math.max(max, intent.seq), 0);
    // A damaged line may have used a number: its copy is there, and must not be taken for that of another path.
    return { run: newest.run, nextSeq: last + newest.damaged.length + 1, isResumed: true, earlier: newest };
  }
  const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '');
  return { run: `${stamp}-${bundleId.slice(0, 8)}`, nextSeq: 1, isResumed: false, earlier: null };
}

/** The first line of a new run's journal; of a continued one another such line when it goes on with another bundle. */
export function startOperations(run: OpenRun, bundle: BundleView, command: RunCommand, nowMs: number): Operation[] {
  if (run.isResumed && run.earlier?.bundleId === bundle.id) return [];
  const { id: bundleId, version } = bundle;
  return [appendToJournal(run.run, { type: 'run', run: run.run, bundleId, version, startedSec: Math.floor(nowMs / 1000), command })];
}
