/**
 * Undoes runs: the journal read from its end, each entry undone. What somebody else changed since is overwritten by what was there before
 * the run.
 */
import { AppError } from '../../base/errors.ts';
import type { Context } from '../../base/events.ts';
import { gatherFacts } from '../../facts/gather.ts';
import { type Operation, outputText, runBatch, runBatchChecked } from '../../host/batch.ts';
import { readHostFile } from '../../host/files.ts';
import { type Host, runChecked } from '../../host/host.ts';
import type { PackageSystem } from '../packages/package-system.ts';
import { packageSystemOf } from '../packages/package-system-of.ts';
import { STATE_DIRECTORY } from '../state/earlier-runs.ts';
import { RUNS_DIRECTORY, type RunRecord, readJournal, runPaths, WORK_LOCK } from '../state/journal.ts';
import type { Before } from '../state/journal-entry.ts';
import { appendToJournal } from './append-to-journal.ts';
import { holdHost, type Operator } from './hold-host.ts';
import { awaitEarlierBatch } from './repair-interrupted.ts';

/** What became of a rollback. */
export interface RollbackResult {
  readonly run: string;
  /** Intents that were undone. */
  readonly undone: number;
  /** What could not be undone, in words: directories with data, packages still needed. */
  readonly left: readonly string[];
}

/** A thousand times what a run writes. */
const MOST_JOURNAL_BYTES = 256 * 1024 * 1024;

/** The runs of a host that were not taken back yet, newest first. @throws {AppError} the codes of {@link Host.run}. */
export async function listRuns(host: Host): Promise<RunRecord[]> {
  const listed = await host.run({ argv: ['sh', '-c', 'ls -1 -- "$1" 2>/dev/null | sort -r', 'sh', RUNS_DIRECTORY] });
  const names = listed.stdout
    .toString()
    .split('\n')
    .filter((name) => /^\d{8}T\d{6}Z-[0-9a-f]+$/.test(name));
  const records: RunRecord[] = [];
  for (const name of names) {
    const text = await readHostFile(host, runPaths(name).journal, MOST_JOURNAL_BYTES);
    const record = readJournal(text?.toString() ?? '', name);
    if (record !== null && record.outcome !== 'rolled-back') records.push(record);
  }
  return records;
}

/** What an open run may have left working on the host is waited for: nothing may be undone while it is still being done. */
async function runsAtRest(host: Host): Promise<RunRecord[]> {
  const runs = await listRuns(host);
  if (runs.every(({ outcome }) => outcome !== 'open')) return runs;
  await awaitEarlierBatch(host);
  return listRuns(host);
}

function describeDamage({ run, damaged }: RunRecord): string {
  const { journal, directory } = runPaths(run);
  const lines = `${damaged.length === 1 ? 'line' : 'lines'} ${damaged.join(', ')}`;
  return `${journal} is damaged at ${lines}: what was noted there is not undone; copies of changed files are in ${directory}/blobs`;
}

/**
 * Undoes the newest run, or all of them, newest first, while holding the host.
 *
 * @throws {AppError} `HOST_BUSY` when another run is under way; the codes of {@link listRuns} and {@link rollbackRun}.
 */
export function rollback(host: Host, which: 'newest' | 'all', operator: Operator, context: Context): Promise<RollbackResult[]> {
  return holdHost(host, 'rollback', operator, context, (held) => undoRuns(host, which, held));
}

async function undoRuns(host: Host, which: 'newest' | 'all', context: Context): Promise<RollbackResult[]> {
  const runs = await runsAtRest(host);
  const facts = await gatherFacts(host, Date.now, {}, { signal: context.signal });
  const results: RollbackResult[] = [];
  for (const record of which === 'all' ? runs : runs.slice(0, 1))
    results.push(await rollbackRun(host, record, packageSystemOf(facts), context));
  return results;
}

/**
 * Undoes every run and removes what is retained on the host for later runs, the journals among it.
 *
 * @throws {AppError} the codes of {@link rollback}.
 */
export function uninstall(host: Host, operator: Operator, context: Context): Promise<RollbackResult[]> {
  return holdHost(host, 'uninstall', operator, context, async (held) => {
    const results = await undoRuns(host, 'all', held);
    await runChecked(host, { argv: ['rm', '-rf', '--one-file-system', '--', STATE_DIRECTORY] });
    return results;
  });
}

/**
 * Undoes one run. Units it started are stopped first, then everything in reverse; the journal notes it at the end, so a killed rollback
 * is repeated.
 *
 * @throws {AppError} `STEP_FAILED` when a file could not be put back; the codes of {@link Host.run}.
 */
export async function rollbackRun(host: Host, record: RunRecord, system: PackageSystem, context: Context): Promise<RollbackResult> {
  const entries = record.intents.toReversed();
  const befores = oldestPerSubject(entries.map((entry) => entry.before));
  const removals = await packageRemovals(host, befores, system);
  const operations: Operation[] = [
    appendToJournal(record.run, { type: 'undoing' }),
    ...stopOperations(befores),
    ...(removals.size === 0 || system.settle === null ? [] : [{ op: 'exec', argv: system.settle, tolerant: true } as const]),
    // In reverse order, so that a package finds its own configuration as it left it and takes it along.
    ...befores.flatMap((before) => (before.kind === 'packages' ? (removals.get(before.blob) ?? []) : undoOperations(before))),
    // Commands go by the files that are there: those are as before by now.
    ...befores.flatMap(undoCommand),
    { op: 'exec', argv: ['systemctl', 'daemon-reload'], tolerant: true },
    ...befores.flatMap(unitOperations),
  ];
  const left: string[] = [];
  const results = await runBatch(host, operations, {
    lock: WORK_LOCK,
    onEnd: (index, result) => {
      const operation = operations[index];
      if (operation === undefined || result.code === 0 || isSystemctl(operation)) return;
      left.push(`${describe(operation)}: ${outputText(result).trim().slice(-200)}`);
    },
  });
  const failed = results.at(-1);
  if (results.length !== operations.length || (failed !== undefined && failed.code !== 0 && operations.at(-1)?.tolerant !== true)) {
    throw new AppError('STEP_FAILED', `${host.id}: the rollback stopped: ${left.at(-1) ?? 'no answer'}`, {
      hint: 'remove the cause and run it again',
    });
  }
  left.push(...(await remaining(host, befores)));
  if (record.damaged.length > 0) left.push(describeDamage(record));
  await runBatchChecked(host, [appendToJournal(record.run, { type: 'rolled-back' })], { lock: WORK_LOCK });
  for (const message of left) context.report({ type: 'warning', code: 'ROLLBACK_LEFT', message: `${host.id}: ${message}` });
  return { run: record.run, undone: befores.length, left };
}

/**
 * A resumed run may have noted one thing twice; only the first note tells how it was. Input and output newest first. Every note of a file
 * stays: the copy of the first was perhaps never made, and then the file was not touched before the second.
 */
function oldestPerSubject(befores: readonly Before[]): Before[] {
  const last = new Map<string, number>();
  for (const [i, before] of befores.entries()) last.set(subjectOf(before, i), i);
  return befores.filter((before, i) => last.get(subjectOf(before, i)) === i);
}

function subjectOf(before: Before, index: number): string {
  switch (before.kind) {
    case 'tree':
      return `tree ${before.path}`;
    case 'unit':
      return `unit ${before.unit}`;
    case 'sysctl':
      return `sysctl ${before.key}`;
    default:
      return `${before.kind} ${index}`;
  }
}

/** Units that did not run, or were not enabled, stop and let go of their links while their files still say where those are. */
function stopOperations(befores: readonly Before[]): Operation[] {
  const call = (verb: string, units: readonly string[]): Operation[] =>
    units.length === 0 ? [] : [{ op: 'exec', argv: ['systemctl', verb, '--', ...units], tolerant: true }];
  const units = befores.flatMap((before) => (before.kind === 'unit' ? [before] : []));
  return [
    ...call(
      'stop',
      units.filter((unit) => !unit.active).map((unit) => unit.unit),
    ),
    ...units.filter((unit) => !unit.enabled && !unit.masked).flatMap((unit) => call('disable', [unit.unit])),
  ];
}

/** Per transaction: removing what is in the list afterwards (or now, when it did not end) and was not in the list before. */
async function packageRemovals(host: Host, befores: readonly Before[], system: PackageSystem): Promise<ReadonlyMap<string, Operation[]>> {
  const removals = new Map<string, Operation[]>();
  for (const before of befores) {
    if (before.kind !== 'packages') continue;
    const result = await host.run({ argv: ['sh', '-c', NEW_PACKAGES, 'sh', before.blob, ...system.listInstalled] });
    const names = result.stdout.toString().split('\n').filter(Boolean);
    if (names.length > 0) removals.set(before.blob, [{ op: 'exec', argv: system.remove(names), tolerant: true }]);
  }
  return removals;
}

const NEW_PACKAGES = `
[ -f "$1.before" ] || exit 0
first=$1.before after=$1.after; shift
if [ -f "$after" ]; then cat "$after"; else "$@"; fi | comm -13 "$first" -`;

function undoOperations(before: Before): Operation[] {
  switch (before.kind) {
    case 'path':
      return undoPath(before.path, before.blob);
    case 'metadata':
      return [{ op: 'metadata', path: before.path, mode: before.mode, owner: before.owner, group: before.group, tolerant: true }];
    case 'directory':
      return [{ op: 'rmdir', path: before.path, tolerant: true }];
    case 'tree':
      return [{ op: 'exec', argv: ['rm', '-rf', '--one-file-system', '--', before.path] }];
    case 'moved':
      return [{ op: 'exec', argv: ['sh', '-c', '[ ! -e "$1" ] || mv -fT -- "$1" "$2"', 'sh', before.to, before.from] }];
    case 'user':
      return [
        { op: 'exec', argv: ['sh', '-c', 'id -- "$1" >/dev/null 2>&1 || exit 0; userdel -- "$1"', 'sh', before.name], tolerant: true },
      ];
    case 'group':
      return [
        {
          op: 'exec',
          argv: ['sh', '-c', 'getent group -- "$1" >/dev/null || exit 0; groupdel -- "$1"', 'sh', before.name],
          tolerant: true,
        },
      ];
    case 'member':
      return [{ op: 'exec', argv: ['gpasswd', '-d', before.user, before.group], tolerant: true }];
    case 'sysctl':
      return [{ op: 'exec', argv: ['sysctl', '-q', '-w', `${before.key}=${before.value}`], tolerant: true }];
    case 'command':
    case 'unit':
    case 'packages':
      return [];
  }
}

function undoCommand(before: Before): Operation[] {
  if (before.kind !== 'command' || before.undo[0] === undefined) return [];
  return [{ op: 'exec', argv: [before.undo[0], ...before.undo.slice(1)], tolerant: true }];
}

/** A copy that was never made means the file was never touched. The temporary file of a write that was cut off goes as well. */
function undoPath(path: string, blob: string | null): Operation[] {
  const slash = path.lastIndexOf('/');
  const temp: Operation = { op: 'remove', path: `${path.slice(0, slash)}/.${path.slice(slash + 1)}.pigsty-new` };
  if (blob === null) return [temp, { op: 'remove', path }];
  const script =
    '[ -e "$2" ] || [ -L "$2" ] || exit 0; mkdir -p "$(dirname "$1")"; rm -f -- "$3"; cp -a --no-dereference -- "$2" "$3" && mv -fT -- "$3" "$1"';
  return [{ op: 'exec', argv: ['sh', '-c', script, 'sh', path, blob, temp.op === 'remove' ? temp.path : ''] }];
}

/** Units that were there before get their old state back; the others went with their files. */
function unitOperations(before: Before): Operation[] {
  if (before.kind !== 'unit') return [];
  const { unit } = before;
  const exec = (...argv: [string, ...string[]]): Operation => ({ op: 'exec', argv, tolerant: true });
  const load = ['sh', '-c', '[ "$(systemctl show -p LoadState --value -- "$2")" = not-found ] || systemctl "$1" -- "$2"', 'sh'] as const;
  return [
    exec(...load, before.masked ? 'mask' : 'unmask', unit),
    ...(before.masked ? [] : [exec(...load, before.enabled ? 'enable' : 'disable', unit)]),
    ...(before.active ? [exec(...load, 'restart', unit)] : []),
  ];
}

/** Directories the run made that hold something now. */
async function remaining(host: Host, befores: readonly Before[]): Promise<string[]> {
  const directories = befores.flatMap((before) =>
    before.kind === 'directory' && !before.path.startsWith(STATE_DIRECTORY) ? [before.path] : [],
  );
  if (directories.length === 0) return [];
  const result = await host.run({
    argv: ['sh', '-c', 'for d do [ -d "$d" ] && [ ! -L "$d" ] && printf "%s\\n" "$d"; done; :', 'sh', ...directories],
  });
  return result.stdout
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((path) => `${path} is kept: it holds data`);
}

/** What systemctl says about units that are no longer there is not worth telling. */
function isSystemctl(operation: Operation): boolean {
  return operation.op === 'exec' && operation.argv[0] === 'systemctl';
}

function describe(operation: Operation): string {
  return operation.op === 'exec' ? operation.argv.slice(0, 3).join(' ').slice(0, 80) : `${operation.op} ${operation.path}`;
}
