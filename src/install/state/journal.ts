/**
 * The write-ahead journal of a run: one JSON object a line, appended and synced on the host itself before anything is touched, so that a
 * run killed at any moment can be continued and taken back. Reading is forgiving about exactly one thing: an unfinished last line.
 */
import { AppError } from '../../base/errors.ts';
import type { Handler } from '../contract/declaration.ts';
import { STATE_DIRECTORY } from './earlier-runs.ts';

/** How something was before it was touched: what `rollback` needs to know. */
export type Before =
  /** A file, a link, or nothing. `blob` is a copy with owner, mode and times; absent when nothing was there. */
  | { readonly kind: 'path'; readonly path: string; readonly blob: string | null }
  | { readonly kind: 'metadata'; readonly path: string; readonly mode: number; readonly owner: string; readonly group: string }
  | { readonly kind: 'directory'; readonly path: string }
  /** A whole tree that was not there. */
  | { readonly kind: 'tree'; readonly path: string }
  | { readonly kind: 'moved'; readonly from: string; readonly to: string }
  | { readonly kind: 'group'; readonly name: string }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'member'; readonly user: string; readonly group: string }
  /** `blob`.before lists what was installed, `blob`.after what was when the transaction had ended; without the latter it did not end. */
  | { readonly kind: 'packages'; readonly manager: 'apt' | 'dnf'; readonly blob: string }
  | { readonly kind: 'unit'; readonly unit: string; readonly enabled: boolean; readonly active: boolean; readonly masked: boolean }
  | { readonly kind: 'sysctl'; readonly key: string; readonly value: string }
  | { readonly kind: 'command'; readonly id: string; readonly undo: readonly string[] };

/** How a run was started, for `resume`. Paths are those of the machine it was started on. */
export interface RunCommand {
  readonly offline?: string;
  readonly config?: string;
}

/** What an interrupted run still has to do: a handler, or putting back a path that was changed only for the time of a transaction. */
export type PendingHandler = Handler | { readonly kind: 'restore'; readonly path: string; readonly blob: string | null };

/**
 * One line. `seq` counts up within a run. The names of the members are those of the file format: hosts hold journals written with them,
 * so they stay (`owes`, `made`, `gone`), whatever the program calls the same things (pending handlers, written, removed).
 */
export type JournalEntry =
  | {
      readonly type: 'run';
      readonly run: string;
      readonly bundleId: string;
      readonly version: string;
      readonly startedSec: number;
      readonly command: RunCommand;
    }
  /** Written before the change. `owes`: what is pending because of it. */
  | {
      readonly type: 'intent';
      readonly seq: number;
      readonly phase: string;
      readonly step: string;
      readonly before: Before;
      readonly owes?: readonly PendingHandler[];
      /** What was written at the path, to be removed when nobody declares it any more: SHA-256 of the file, or where the link leads to. */
      readonly made?: string;
    }
  /** These handlers ran. */
  | { readonly type: 'handled'; readonly handlers: readonly PendingHandler[] }
  | { readonly type: 'phase'; readonly phase: string }
  /** `gone`: paths where nothing of ours is any more. */
  | { readonly type: 'end'; readonly gone?: readonly string[] }
  /** Everything of this run was taken back. */
  | { readonly type: 'rolled-back' };

/** What a journal says. */
export interface RunRecord {
  readonly run: string;
  /** The bundle whose packages are installed for certain: the last of a finished run, the first of an open one. */
  readonly bundleId: string;
  readonly command: RunCommand;
  readonly intents: readonly (JournalEntry & { type: 'intent' })[];
  /** What is still to be done. */
  readonly pendingHandlers: readonly PendingHandler[];
  readonly phases: readonly string[];
  /** `open`: killed or failed. */
  readonly outcome: 'open' | 'ended' | 'rolled-back';
}

/** Held by whatever changes a host; the last transaction of a killed run may still hold it. */
export const WORK_LOCK = `${STATE_DIRECTORY}/work.lock`;

/** Where the runs are. */
export const RUNS_DIRECTORY = `${STATE_DIRECTORY}/runs`;

/** The paths of one run. */
export function runPaths(run: string): { readonly directory: string; readonly journal: string; blob(seq: number): string } {
  const directory = `${RUNS_DIRECTORY}/${run}`;
  return { directory, journal: `${directory}/journal.ndjson`, blob: (seq) => `${directory}/blobs/${seq}` };
}

/** One line with its line break. */
export function formatEntry(entry: JournalEntry): string {
  return `${JSON.stringify(entry)}\n`;
}

/**
 * Reads a journal; null when it is empty.
 *
 * @throws {AppError} `JOURNAL_INVALID` for a line (not the last) that is no entry.
 */
export function readJournal(text: string, source: string): RunRecord | null {
  const lines = text.split('\n').filter((line) => line !== '');
  const entries = lines.flatMap((line, i): JournalEntry[] => {
    const entry = parseEntry(line);
    if (entry !== null) return [entry];
    if (i === lines.length - 1 && !text.endsWith('\n')) return [];
    throw new AppError('JOURNAL_INVALID', `${source}: line ${i + 1} is not a journal entry`, {
      hint: 'the disk may be damaged; the copies of changed files are in the blobs directory beside it',
    });
  });
  const start = entries.find((entry) => entry.type === 'run');
  return start === undefined ? null : summarize(start, entries);
}

function parseEntry(line: string): JournalEntry | null {
  try {
    const entry = JSON.parse(line) as JournalEntry;
    return typeof entry === 'object' && entry !== null && typeof entry.type === 'string' ? entry : null;
  } catch {
    return null;
  }
}

function summarize(start: JournalEntry & { type: 'run' }, entries: readonly JournalEntry[]): RunRecord {
  const newest = entries.findLast((entry) => entry.type === 'run') ?? start;
  let pendingHandlers: PendingHandler[] = [];
  let outcome: RunRecord['outcome'] = 'open';
  for (const entry of entries) {
    if (entry.type === 'intent') pendingHandlers.push(...(entry.owes ?? []));
    if (entry.type === 'handled')
      pendingHandlers = pendingHandlers.filter((handler) => !entry.handlers.some((done) => covers(done, handler)));
    if (entry.type === 'rolled-back' || entry.type === 'end') pendingHandlers = [];
    if (entry.type === 'run' || entry.type === 'intent') outcome = 'open';
    if (entry.type === 'end') outcome = 'ended';
    if (entry.type === 'rolled-back') outcome = 'rolled-back';
  }
  return {
    run: start.run,
    bundleId: (outcome === 'open' ? start : newest).bundleId,
    command: newest.command ?? {},
    intents: entries.filter((entry) => entry.type === 'intent'),
    pendingHandlers,
    phases: entries.flatMap((entry) => (entry.type === 'phase' ? [entry.phase] : [])),
    outcome,
  };
}

/** A restart also does what a reload of the same unit would have. */
function covers(done: PendingHandler, pending: PendingHandler): boolean {
  if (done.kind === 'unit' && pending.kind === 'unit')
    return done.unit === pending.unit && (done.action === 'restart' || done.action === pending.action);
  if (done.kind === 'command' && pending.kind === 'command') return done.id === pending.id;
  return done.kind === 'restore' && pending.kind === 'restore' && done.path === pending.path;
}
