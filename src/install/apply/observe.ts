/** Looks at everything a declaration names, in one round trip that changes nothing. */
import { AppError } from '../../base/errors.ts';
import type { HostFacts } from '../../facts/types.ts';
import { type Operation, runBatch } from '../../host/batch.ts';
import type { Host } from '../../host/host.ts';
import type { CommandStep, Declaration, Handler, Step } from '../contract/declaration.ts';
import { type HostState, MISSING_PATH, type PathState, type UnitState } from '../contract/host-state.ts';
import { ancestorsOf } from './ancestors-of.ts';
import { POLICY_FILE } from './policy-file.ts';

/** What to look at. */
export interface Questions {
  readonly paths: readonly string[];
  readonly units: readonly string[];
  readonly sysctls: readonly string[];
  readonly checks: readonly { readonly id: string; readonly argv: readonly [string, ...string[]] }[];
  readonly packages: readonly string[];
}

/** Everything the steps of a declaration and the handlers left over by an earlier run are about; each list sorted, without duplicates. */
export function questionsOf(declaration: Declaration, leftOver: readonly Handler[] = []): Questions {
  const steps = declaration.steps.map((declared) => declared.step);
  const notified = [...leftOver, ...steps.flatMap((step) => ('notify' in step ? (step.notify ?? []) : []))];
  const unique = (list: readonly string[]): string[] => [...new Set(list)].sort();
  const ofKind = <K extends Step['kind']>(kind: K) => steps.filter((step): step is Step & { kind: K } => step.kind === kind);
  const isCheckable = (step: CommandStep): step is CommandStep & { when: { kind: 'unless' } } => step.when.kind === 'unless';
  return {
    paths: unique([POLICY_FILE, ...steps.flatMap((step) => ('path' in step ? [step.path, ...ancestorsOf(step.path)] : []))]),
    units: unique([...ofKind('unit').map((step) => step.name), ...notified.flatMap((h) => (h.kind === 'unit' ? [h.unit] : []))]),
    sysctls: unique(ofKind('sysctl').map((step) => step.key)),
    checks: ofKind('command')
      .filter(isCheckable)
      .map((step) => ({ id: step.id, argv: (step.when as { check: readonly [string, ...string[]] }).check })),
    packages: unique(ofKind('packages').flatMap((step) => step.names)),
  };
}

/**
 * NUL-separated paths in; per group of arguments: a record per existing path, an empty field, digests of the files among them, two empty
 * fields.
 */
const PATHS_SCRIPT =
  'find "$@" -maxdepth 0 -printf "%p\\0%y\\0%Y\\0%m\\0%u\\0%g\\0%s\\0%l\\0"; printf "\\0"; sha256sum -z -- "$@"; printf "\\0\\0"';

const UNIT_PROPERTIES = 'Id,Names,LoadState,ActiveState,SubState,UnitFileState,NeedDaemonReload';

/**
 * Looks at the host.
 *
 * @throws {AppError} the codes of {@link Host.run}, `HOST_COMMAND_FAILED` when an answer is missing.
 */
export async function observe(host: Host, questions: Questions, facts: HostFacts, signal?: AbortSignal): Promise<HostState> {
  const { paths, units, sysctls, checks, packages } = questions;
  const operations: Operation[] = [
    { op: 'exec', argv: ['xargs', '-0', '-r', 'sh', '-c', PATHS_SCRIPT, 'sh'], stdin: nulSeparated(paths), errors: 'drop', tolerant: true },
    { op: 'exec', argv: ['systemctl', 'show', `--property=${UNIT_PROPERTIES}`, '--', ...units], errors: 'drop', tolerant: true },
    { op: 'exec', argv: ['sh', '-c', SYSCTL_SCRIPT, 'sh', ...sysctls], errors: 'drop', tolerant: true },
    { op: 'exec', argv: ['sh', '-c', PROVIDES_SCRIPT, 'sh', ...packages], errors: 'drop', tolerant: true },
    ...checks.map((check): Operation => ({ op: 'exec', argv: check.argv, tolerant: true })),
  ];
  const results = await runBatch(host, operations, { timeoutMs: 300_000, ...(signal === undefined ? {} : { signal }) });
  if (results.length !== operations.length) throw new AppError('HOST_COMMAND_FAILED', `${host.id}: the host did not answer every question`);
  const text = (index: number): string => results[index]?.output.toString() ?? '';
  return {
    paths: parsePaths(text(0), paths),
    units: units.length === 0 ? new Map() : parseUnits(text(1), units),
    sysctls: parseSysctls(text(2)),
    fixedSysctls: new Set([...text(2).matchAll(/^fixed (\S+)$/gm)].map((match) => match[1] ?? '')),
    provided: parseProvided(text(3), packages, facts),
    checks: new Map(checks.map((check, i) => [check.id, results[i + 4]?.code ?? 1])),
  };
}

/** `key = value` lines, and `fixed key` for those that cannot be written. */
const SYSCTL_SCRIPT =
  'sysctl -- "$@"; for key do file=$(printf %s "$key" | tr ./ /.); [ -w "/proc/sys/$file" ] || printf "fixed %s\\n" "$key"; done';

/** An RPM may be installed under another name that provides this one; dpkg knows only names. */
const PROVIDES_SCRIPT =
  'command -v rpm >/dev/null || exit 0; [ -e /var/lib/dpkg/status ] && exit 0; for p do rpm -q --whatprovides -- "$p" >/dev/null 2>&1 && printf "%s\\n" "$p"; done';

function nulSeparated(list: readonly string[]): string {
  return list.map((item) => `${item}\0`).join('');
}

/** Reads the records of {@link PATHS_SCRIPT}. */
export function parsePaths(output: string, paths: readonly string[]): Map<string, PathState> {
  const states = new Map<string, PathState>(paths.map((path) => [path, MISSING_PATH]));
  const digests = new Map<string, string>();
  // xargs may split a long list: records, empty field, digests, two empty fields; then again.
  const fields = output.split('\0');
  let at = 0;
  while (at < fields.length - 1) {
    for (; fields[at] !== '' && at < fields.length; at += 8) states.set(fields[at] ?? '', pathState(fields.slice(at, at + 8)));
    at += 1;
    for (; fields[at] !== '' && at < fields.length; at += 1) digests.set(fields[at]?.slice(66) ?? '', fields[at]?.slice(0, 64) ?? '');
    at += 2;
  }
  for (const [path, state] of states) {
    if (state.type === 'file') states.set(path, { ...state, sha256: digests.get(path) ?? null });
  }
  return states;
}

const TYPES: Readonly<Record<string, PathState['type']>> = { f: 'file', d: 'directory', l: 'symlink' };

function pathState(record: readonly string[]): PathState {
  const [, type = '', leadsTo = '', mode = '0', owner = '', group = '', size = '0', target = ''] = record;
  return {
    type: TYPES[type] ?? 'other',
    mode: Number.parseInt(mode, 8),
    owner,
    group,
    sizeBytes: Number(size),
    sha256: null,
    target: type === 'l' ? target : null,
    leadsToDirectory: type === 'l' && leadsTo === 'd',
  };
}

/** Reads what `systemctl show` prints: one block of properties per unit, in the order asked. */
export function parseUnits(output: string, units: readonly string[]): Map<string, UnitState> {
  const blocks = output.trim().split(/\n\n+/);
  return new Map(
    units.map((unit, i) => {
      const values = new Map(
        (blocks[i] ?? '').split('\n').map((line): [string, string] => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)]),
      );
      const get = (key: string, otherwise: string): string => values.get(key) ?? otherwise;
      return [
        unit,
        {
          load: get('LoadState', 'not-found'),
          active: get('ActiveState', 'inactive'),
          sub: get('SubState', 'dead'),
          unitFile: get('UnitFileState', ''),
          needDaemonReload: get('NeedDaemonReload', 'no') === 'yes',
        },
      ];
    }),
  );
}

function parseSysctls(output: string): Map<string, string> {
  const values = new Map<string, string>();
  for (const line of output.split('\n')) {
    const match = /^(\S+) = (.*)$/.exec(line);
    if (match !== null) values.set(match[1] ?? '', (match[2] ?? '').replaceAll('\t', ' '));
  }
  return values;
}

function parseProvided(output: string, packages: readonly string[], facts: HostFacts): Set<string> {
  const provided = new Set(output.split('\n').filter(Boolean));
  for (const name of packages) if (facts.packages.has(name)) provided.add(name);
  return provided;
}
