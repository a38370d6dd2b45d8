/**
 * The write-ahead journal of a run: appended and synced on the host itself before anything is touched, so that a run killed at any moment
 * can be continued and taken back.
 */
import { STATE_DIRECTORY } from './earlier-runs.ts';
import type { JournalEntry, PendingHandler, RunCommand } from './journal-entry.ts';
import { parseLines } from './journal-lines.ts';

/** What a journal says. */
export interface RunRecord {
  readonly run: string;
  /** The bundle whose packages are installed for certain: the last of a finished run, the first of an open one; '' when it is not known. */
  readonly bundleId: string;
  /** The bundle it went on with last; '' when it is not known. */
  readonly lastBundleId: string;
  readonly command: RunCommand;
  readonly intents: readonly (JournalEntry & { type: 'intent' })[];
  /** What is still to be done. */
  readonly pendingHandlers: readonly PendingHandler[];
  readonly phases: readonly string[];
  /** `open`: killed or failed. */
  readonly outcome: 'open' | 'ended' | 'rolled-back';
  /** Lines of the journal that are damaged: what they noted is not known. */
  readonly damaged: readonly number[];
}

/** Held by a run from its first look to its end. Gone after a restart, as every run is. */
export const RUN_LOCK = '/run/pigsty-install.lock';

/** Held by every batch that changes a host; the last transaction of a killed run may still hold it. */
export const WORK_LOCK = `${STATE_DIRECTORY}/work.lock`;

/** Where the runs are. */
export const RUNS_DIRECTORY = `${STATE_DIRECTORY}/runs`;

/** The paths of one run. */
export function runPaths(run: string): { readonly directory: string; readonly journal: string; blob(seq: number): string } {
  const directory = `${RUNS_DIRECTORY}/${run}`;
  return { directory, journal: `${directory}/journal.ndjson`, blob: (seq) => `${directory}/blobs/${seq}` };
}

/** Reads the journal of `run`; null when it holds nothing. Never fails: a damaged line costs what it noted, see `RunRecord.damaged`. */
export function readJournal(text: string, run: string): RunRecord | null {
  const { entries, damaged } = parseLines(text);
  return entries.length === 0 ? null : summarize(run, entries, damaged);
}

function summarize(run: string, entries: readonly JournalEntry[], damaged: readonly number[]): RunRecord {
  const starts = entries.filter((entry) => entry.type === 'run');
  let pendingHandlers: PendingHandler[] = [];
  let outcome: RunRecord['outcome'] = 'open';
  for (const entry of entries) {
    if (entry.type === 'intent') pendingHandlers.push(...(entry.owes ?? []));
    if (entry.type === 'handled')
      pendingHandlers = pendingHandlers.filter((handler) => !entry.handlers.some((done) => covers(done, handler)));
    if (entry.type === 'rolled-back' || entry.type === 'end') pendingHandlers = [];
    if (entry.type === 'run' || entry.type === 'intent' || entry.type === 'undoing') outcome = 'open';
    if (entry.type === 'end') outcome = 'ended';
    if (entry.type === 'rolled-back') outcome = 'rolled-back';
  }
  return {
    run,
    bundleId: starts.at(outcome === 'open' ? 0 : -1)?.bundleId ?? '',
    lastBundleId: starts.at(-1)?.bundleId ?? '',
    command: starts.at(-1)?.command ?? {},
    intents: entries.filter((entry) => entry.type === 'intent'),
    pendingHandlers,
    phases: entries.flatMap((entry) => (entry.type === 'phase' ? [entry.phase] : [])),
    outcome,
    damaged,
  };
}

/** A restart also does what a reload of the same unit would have. */
function covers(done: PendingHandler, pending: PendingHandler): boolean {
  if (done.kind === 'unit' && pending.kind === 'unit')
    return done.unit === pending.unit && (done.action === 'restart' || done.action === pending.action);
  if (done.kind === 'command' && pending.kind === 'command') return done.id === pending.id;
  return done.kind === 'restore' && pending.kind === 'restore' && done.path === pending.path;
}
