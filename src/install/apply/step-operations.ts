/** Each kind of step as operations. What is needed to undo them is noted in the intent log, which is written before any of them runs. */
import { createHash } from 'node:crypto';
import type { Operation } from '../../host/batch.ts';
import type { FileStep, Handler, SymlinkStep, UnitStep, UserStep } from '../contract/declaration.ts';
import type { PathState, UnitState } from '../contract/host-state.ts';
import type { PlannedStep } from '../plan/plan-host.ts';
import { runPaths } from '../state/journal.ts';
import type { PendingHandler } from '../state/journal-entry.ts';
import { appendToJournal } from './append-to-journal.ts';
import type { IntentLog } from './intent-log.ts';
import type { PhaseContext } from './phase-context.ts';
import { POLICY, POLICY_FILE } from './policy-file.ts';
import { restoreOperation } from './restore-operation.ts';
import type { TracedOperation } from './traced-operation.ts';

/** Shows why a unit failed, then fails. */
const START_UNITS =
  'systemctl start -- "$@" && exit 0; for u do systemctl is-failed --quiet -- "$u" && systemctl status --no-pager --lines=15 -- "$u"; done; exit 1';

/** Operations for the due steps, in their order; units of a kind together, one daemon-reload before the first of them. */
export function stepOperations(
  due: readonly PlannedStep[],
  log: IntentLog,
  context: PhaseContext,
  daemonReload: boolean,
): TracedOperation[] {
  const out: TracedOperation[] = [];
  const masks = due.filter((planned) => planned.stage === 'mask');
  const units = due.filter((planned) => planned.stage === 'unit');
  out.push(...maskOperations(masks, log));
  const late = due.filter((planned) => planned.stage === 'after-units');
  for (const planned of due) {
    if (planned.stage === 'mask' || planned.stage === 'unit' || late.includes(planned)) continue;
    out.push(...trace(planned, operationsOf(planned, log, context)));
  }
  if (daemonReload) out.push({ operation: { op: 'exec', argv: ['systemctl', 'daemon-reload'] } });
  out.push(...unitOperations(units, log));
  for (const planned of late) out.push(...trace(planned, operationsOf(planned, log, context)));
  return out;
}

function trace(planned: PlannedStep, operations: readonly Operation[]): TracedOperation[] {
  const step = { key: planned.key, title: planned.title };
  return operations.map((operation, i) => ({
    operation,
    step,
    ends: i === operations.length - 1,
    ...(operation.tolerant === true ? { tolerated: true } : {}),
  }));
}

function operationsOf(planned: PlannedStep, log: IntentLog, context: PhaseContext): Operation[] {
  const { step, key } = planned;
  switch (step.kind) {
    case 'group':
      log.add(key, () => ({ kind: 'group', name: step.name }));
      return [{ op: 'exec', argv: ['groupadd', '-r', ...(step.gid === undefined ? [] : ['-g', String(step.gid)]), '--', step.name] }];
    case 'user':
      return userOperations(key, step, log, context);
    case 'directory':
      return directoryOperations(planned, log);
    case 'symlink':
      log.add(key, (blob) => pathBefore(step.path, planned.path, blob), [], isLasting(step) ? undefined : step.target);
      return [{ op: 'symlink', path: step.path, target: step.target }];
    case 'file':
      return fileOperations(planned, step, log);
    case 'absent':
      log.add(key, (blob) => pathBefore(step.path, planned.path, blob), step.notify ?? []);
      return [restoreOperation({ path: step.path, blob: step.original?.copy ?? null })];
    case 'packages':
      return packageOperations(planned, step.names, step.notify ?? [], log, context);
    case 'sysctl':
      if (planned.running !== undefined && planned.running !== '')
        log.add(key, () => ({ kind: 'sysctl', key: step.key, value: planned.running ?? '' }));
      return [{ op: 'exec', argv: ['sysctl', '-q', '-w', `${step.key}=${step.value}`], tolerant: true }];
    case 'command':
      log.add(key, () => ({ kind: 'command', id: step.id, undo: step.undo ?? [] }), step.notify ?? []);
      return [
        {
          op: 'exec',
          argv: step.argv,
          ...(step.stdin === undefined ? {} : { stdin: step.stdin }),
          ...(step.tolerant === true ? { tolerant: true } : {}),
        },
      ];
    case 'check':
      return [{ op: 'exec', argv: step.argv }];
    case 'unit':
      throw new Error('units are handled together');
  }
}

/** Nothing to be taken away later. */
function isLasting(step: FileStep | SymlinkStep): boolean {
  return step.lasting === true || (step.kind === 'file' ? step.initial === true : step.keepExisting === true);
}

function pathBefore(path: string, state: PathState | undefined, blob: string) {
  return { kind: 'path', path, blob: state === undefined || state.type === 'missing' ? null : blob } as const;
}

function userOperations(key: string, step: UserStep, log: IntentLog, { facts }: PhaseContext): Operation[] {
  if (!facts.users.has(step.name)) {
    log.add(key, () => ({ kind: 'user', name: step.name }));
    const groups = step.groups === undefined || step.groups.length === 0 ? [] : ['-G', step.groups.join(',')];
    const uid = step.uid === undefined ? [] : ['-u', String(step.uid)];
    return [
      {
        op: 'exec',
        argv: ['useradd', '-r', '-M', '-g', step.group, ...groups, ...uid, '-d', step.home, '-s', step.shell, '--', step.name],
      },
    ];
  }
  const missing = (step.groups ?? []).filter((group) => !(facts.groups.get(group)?.members.includes(step.name) ?? false));
  for (const group of missing) log.add(key, () => ({ kind: 'member', user: step.name, group }));
  return [{ op: 'exec', argv: ['usermod', '-a', '-G', missing.join(','), '--', step.name] }];
}

function directoryOperations(planned: PlannedStep, log: IntentLog): Operation[] {
  const { step, key, path } = planned;
  if (step.kind !== 'directory') throw new Error('not a directory step');
  const before = path?.type === 'directory';
  log.add(key, () =>
    before
      ? { kind: 'metadata', path: step.path, mode: path.mode, owner: path.owner, group: path.group }
      : { kind: 'directory', path: step.path },
  );
  return [{ op: 'directory', path: step.path, mode: step.mode ?? 0o755, owner: step.owner ?? 'root', group: step.group ?? 'root' }];
}

function fileOperations(planned: PlannedStep, step: FileStep, log: IntentLog): Operation[] {
  const { path, key } = planned;
  const access = { mode: step.mode ?? 0o644, owner: step.owner ?? 'root', group: step.group ?? 'root' };
  const notify = step.notify ?? [];
  const isMetadataOnly = path?.type === 'file' && !planned.why.includes('content differs');
  if (isMetadataOnly) {
    log.add(key, () => ({ kind: 'metadata', path: step.path, mode: path.mode, owner: path.owner, group: path.group }), notify);
    return [{ op: 'metadata', path: step.path, ...access }];
  }
  const written = isLasting(step) ? undefined : createHash('sha256').update(step.content).digest('hex');
  log.add(key, (blob) => pathBefore(step.path, path, blob), notify, written);
  const guard: Operation[] =
    path === undefined || path.type === 'missing' || path.sha256 !== null
      ? [{ op: 'guard', path: step.path, sha256: path?.sha256 ?? null }]
      : [];
  const validate = step.validate === undefined ? {} : { validate: step.validate };
  // A package installed moments ago may have brought the file: then there is nothing to guard.
  return [...(planned.why.includes('missing') ? [] : guard), { op: 'write', path: step.path, ...access, data: step.content, ...validate }];
}

function packageOperations(
  planned: PlannedStep,
  names: readonly string[],
  notify: readonly Handler[],
  log: IntentLog,
  context: PhaseContext,
): Operation[] {
  const { system, systemDirectory } = context;
  const before = log.add(planned.key, (blob) => ({ kind: 'packages', manager: system.name, blob }), notify);
  if (before.kind !== 'packages') throw new Error('not a packages intent');
  const list = (suffix: string): Operation => ({
    op: 'exec',
    argv: ['sh', '-c', LIST_INTO, 'sh', `${before.blob}.${suffix}`, ...system.listInstalled],
  });
  const install: Operation[] = [list('before'), { op: 'exec', argv: system.install(systemDirectory, names) }, list('after')];
  return system.name === 'apt' ? withPolicy(install, planned.phase, log, context) : install;
}

/**
 * Package transactions of Debian start services unless told otherwise. The policy file is put back right after the transaction, and is
 * pending until then.
 */
function withPolicy(install: readonly Operation[], phase: string, log: IntentLog, { state, run }: PhaseContext): Operation[] {
  const there = state.paths.get(POLICY_FILE);
  const blob = runPaths(run).blob(log.nextSeq);
  const pending: PendingHandler = {
    kind: 'restore',
    path: POLICY_FILE,
    blob: there === undefined || there.type === 'missing' ? null : blob,
  };
  log.add(`policy:${phase}`, () => ({ kind: 'path', path: POLICY_FILE, blob: pending.blob }), [pending]);
  return [
    { op: 'write', path: POLICY_FILE, mode: 0o755, owner: 'root', group: 'root', data: POLICY },
    ...install,
    restoreOperation(pending),
    appendToJournal(run, { type: 'handled', handlers: [pending] }),
  ];
}

/** Writes the output of a command into a file, by way of another name. */
const LIST_INTO = 'into=$1; shift; mkdir -p "$(dirname "$into")" && "$@" >"$into.new" && sync "$into.new" && mv -f -- "$into.new" "$into"';

function unitBefore(key: string, step: UnitStep, unit: UnitState | undefined, log: IntentLog): void {
  const masked = unit?.load === 'masked';
  const active = unit?.active === 'active' || unit?.active === 'reloading' || unit?.active === 'activating';
  log.add(key, () => ({ kind: 'unit', unit: step.name, enabled: unit?.unitFile === 'enabled', active, masked }));
}

function maskOperations(planned: readonly PlannedStep[], log: IntentLog): TracedOperation[] {
  if (planned.length === 0) return [];
  for (const one of planned) unitBefore(one.key, unitOf(one), one.unit, log);
  const names = planned.map((one) => unitOf(one).name);
  const running = planned.flatMap(({ step, unit }) => (step.kind === 'unit' && unit?.active === 'active' ? [step.name] : []));
  const stop: TracedOperation[] =
    running.length === 0 ? [] : [{ operation: { op: 'exec', argv: ['systemctl', 'stop', '--', ...running] } }];
  return [...stop, grouped(planned, ['systemctl', 'mask', '--', ...names])];
}

/** Enabling and starting in one call each: every `systemctl enable` reloads the daemon, and starting together is starting in parallel. */
function unitOperations(planned: readonly PlannedStep[], log: IntentLog): TracedOperation[] {
  for (const one of planned) unitBefore(one.key, unitOf(one), one.unit, log);
  const pick = (test: (one: PlannedStep, step: UnitStep) => boolean): string[] =>
    planned.filter((one) => test(one, unitOf(one))).map((one) => unitOf(one).name);
  const call = (names: readonly string[], verb: string): TracedOperation[] =>
    names.length === 0 ? [] : [{ operation: { op: 'exec', argv: ['systemctl', verb, '--', ...names] } }];
  const isStarted = (one: PlannedStep): boolean =>
    unitOf(one).active && one.why.some((reason) => reason !== 'not enabled' && reason !== 'enabled');
  const started = planned.filter(isStarted);
  const others = planned.filter((one) => !isStarted(one));
  return [
    ...call(
      pick((one) => one.why.includes('masked')),
      'unmask',
    ),
    ...call(
      pick((one, step) => !step.active && one.unit?.load !== 'not-found'),
      'stop',
    ),
    ...call(
      pick((one) => one.why.includes('enabled')),
      'disable',
    ),
    ...call(
      pick((one, step) => step.enabled && (one.why.includes('not enabled') || one.why.includes('masked'))),
      'enable',
    ),
    ...(others.length === 0 ? [] : [grouped(others, ['true'])]),
    ...(started.length === 0 ? [] : [grouped(started, ['sh', '-c', START_UNITS, 'sh', ...started.map((one) => unitOf(one).name)])]),
  ];
}

function unitOf(planned: PlannedStep): UnitStep {
  if (planned.step.kind !== 'unit') throw new Error(`not a unit step: ${planned.key}`);
  return planned.step;
}

/** One operation on behalf of several steps. */
function grouped(planned: readonly PlannedStep[], argv: [string, ...string[]]): TracedOperation {
  return {
    operation: { op: 'exec', argv },
    step: { key: planned.map((one) => one.key).join(' '), title: planned.map((one) => one.title).join(', ') },
    ends: true,
  };
}
