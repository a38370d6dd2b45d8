/**
 * Files that an earlier run wrote and nobody declares any more: the entry left the portal, the component left the configuration. The
 * journals on the host name them all. Pure. Directories stay, and so does what cannot be made again (keys, passwords).
 */
import { compareCodeUnits } from '../../base/compare.ts';
import {
  type AbsentStep,
  type CommandStep,
  type Declaration,
  type DeclaredStep,
  type Handler,
  SERVICE_PHASES,
  type ServicePhase,
} from '../contract/declaration.ts';
import { stageOf, stepKey } from '../contract/stages.ts';
import { RETAINED_DIRECTORY } from '../state/earlier-runs.ts';
import type { JournalEntry } from '../state/journal-entry.ts';
import { parseEntry } from '../state/journal-lines.ts';

/** A file or link of ours. */
export interface OwnFile {
  readonly path: string;
  /** A copy on the host of what was there before the first of our runs touched it; null: nothing was. */
  readonly original: string | null;
  /** SHA-256 of everything we wrote or may have written, or where our links lead to. */
  readonly written: readonly string[];
  readonly phase: ServicePhase;
  /** Whom the declaration of the file notified, the last time it was written. */
  readonly notify: readonly Handler[];
}

const COPY = 'copy ';

/**
 * What is ours, sorted by path, from the lines of the fact `history`. Lines that cannot be read are skipped: in doubt a file stays.
 */
export function ownFiles(history: string): OwnFile[] {
  const lines = history.split('\n');
  const copies = new Set(lines.filter((line) => line.startsWith(COPY)).map((line) => line.slice(COPY.length)));
  const files = new Map<string, OwnFile>();
  for (const line of lines) {
    const entry = parseEntry(line);
    if (entry?.type === 'intent') note(files, entry, copies);
    if (entry?.type === 'end') for (const path of entry.gone ?? []) files.delete(path);
  }
  return [...files.values()].sort((a, b) => compareCodeUnits(a.path, b.path));
}

function note(
  files: Map<string, OwnFile>,
  { before, phase, owes, made }: JournalEntry & { type: 'intent' },
  copies: ReadonlySet<string>,
): void {
  if (before.kind !== 'path' || made === undefined) return;
  // Without its copy the change was announced and never made.
  if (before.blob !== null && !copies.has(before.blob)) return;
  const earlier = files.get(before.path);
  const notify = (owes ?? []).flatMap((one) => (one.kind === 'restore' ? [] : [one]));
  files.set(before.path, {
    path: before.path,
    original: earlier === undefined ? before.blob : earlier.original,
    written: [...(earlier?.written ?? []), made],
    phase: SERVICE_PHASES.find((one) => one === phase) ?? 'infra',
    notify,
  });
}

/** Where our own units are. */
const UNIT_FILE = /^\/etc\/systemd\/system\/([^/]+\.(?:service|socket|timer|path|target))$/;

/** Steps that take away what of `files` the declaration does not hold. A unit that goes with its file is stopped before. */
export function orphanSteps(files: readonly OwnFile[], declaration: Declaration): DeclaredStep[] {
  const declared = new Set(declaration.steps.flatMap(({ step }) => ('path' in step ? [step.path] : [])));
  const orphans = files.filter(({ path }) => !declared.has(path) && !path.startsWith(`${RETAINED_DIRECTORY}/`));
  const keys = new Set(declaration.steps.map((step) => step.key));
  const leaving = orphans.flatMap((file) => {
    const unit = file.original === null ? UNIT_FILE.exec(file.path)?.[1] : undefined;
    return unit === undefined || keys.has(`unit:${unit}`) ? [] : [{ unit, phase: file.phase }];
  });
  const stopped = new Set(leaving.map(({ unit }) => unit));
  return [
    ...leaving.map(({ unit, phase }) => declare(stopStep(unit), phase)),
    ...orphans.map((file) => declare(absentStep(file, stopped), file.phase)),
  ];
}

function declare(step: AbsentStep | CommandStep, phase: ServicePhase): DeclaredStep {
  return { key: stepKey(step), phase, service: 'earlier run', stage: stageOf(step), step };
}

function absentStep({ path, original, written, notify }: OwnFile, stopped: ReadonlySet<string>): AbsentStep {
  const still = notify.filter((handler) => handler.kind !== 'unit' || !stopped.has(handler.unit));
  return { kind: 'absent', path, notify: still, ...(original === null ? {} : { original: { copy: original, written } }) };
}

function stopStep(unit: string): CommandStep {
  return {
    kind: 'command',
    id: `stop ${unit} for good`,
    argv: ['systemctl', 'disable', '--now', '--', unit],
    when: { kind: 'unless', check: ['sh', '-c', '! systemctl is-active -q -- "$1" && ! systemctl is-enabled -q -- "$1"', 'sh', unit] },
    after: 'packages',
    undo: ['systemctl', 'enable', '--now', '--', unit],
  };
}

/** Paths where nothing of ours is any more when a run with this declaration has come to its end; sorted. For the journal's last line. */
export function removedFiles(declaration: Declaration): string[] {
  return declaration.steps.flatMap(({ step }) => (step.kind === 'absent' ? [step.path] : [])).sort(compareCodeUnits);
}
