import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../src/host/batch.ts';
import { IntentLog } from '../../../src/install/apply/intent-log.ts';
import type { PhaseContext } from '../../../src/install/apply/phase-context.ts';
import { POLICY_FILE } from '../../../src/install/apply/policy-file.ts';
import { stepOperations } from '../../../src/install/apply/step-operations.ts';
import type { DesiredState, Step } from '../../../src/install/contract/declaration.ts';
import { MISSING_PATH, type PathState, type UnitState } from '../../../src/install/contract/host-state.ts';
import { apt } from '../../../src/install/packages/apt.ts';
import { dnf } from '../../../src/install/packages/dnf.ts';
import { declareHost } from '../../../src/install/plan/declare-host.ts';
import { FRESH_STATE } from '../../../src/install/plan/fresh-host.ts';
import { planHost } from '../../../src/install/plan/plan-host.ts';
import { runPaths } from '../../../src/install/state/journal.ts';
import type { PendingHandler } from '../../../src/install/state/journal-entry.ts';
import { formatEntry } from '../../../src/install/state/journal-lines.ts';
import { SOME_FACTS } from '../../lab/install/some-facts.ts';
import { sha256 } from '../../support/fake-host.ts';

const RUN = '20260101T000000Z-0123';
const BLOB = runPaths(RUN).blob(1);
const ROOT = { owner: 'root', group: 'root' };

interface Seen {
  readonly paths?: Readonly<Record<string, Partial<PathState>>>;
  readonly units?: Readonly<Record<string, Partial<UnitState>>>;
  readonly sysctls?: Readonly<Record<string, string>>;
}

const UNIT: UnitState = { load: 'loaded', active: 'inactive', sub: 'dead', unitFile: 'disabled', needDaemonReload: false };

/** What the due ones of `steps` become on a host that is as `seen`. */
function work(steps: readonly Step[], seen: Seen = {}, more: Partial<PhaseContext> = {}, daemonReload = false) {
  const state = {
    ...FRESH_STATE,
    paths: new Map(Object.entries(seen.paths ?? {}).map(([path, one]) => [path, { ...MISSING_PATH, ...ROOT, ...one }])),
    units: new Map(Object.entries(seen.units ?? {}).map(([name, one]) => [name, { ...UNIT, ...one }])),
    sysctls: new Map(Object.entries(seen.sysctls ?? {})),
  };
  const facts = more.facts ?? SOME_FACTS;
  const declaration = declareHost([{ name: 's', phase: 'infra', plan: () => ({ steps }) }], {} as DesiredState, facts);
  const plan = planHost(declaration, facts, state, 'id');
  const log = new IntentLog(RUN, 'infra', 1);
  const context: PhaseContext = {
    run: RUN,
    nextSeq: 1,
    facts,
    state,
    system: apt,
    systemDirectory: '/s',
    isResumed: false,
    part: 'whole',
    ...more,
  };
  const due = plan.steps.filter((step) => step.why.length > 0);
  const traced = stepOperations(due, log, context, daemonReload);
  return { traced, operations: traced.map(({ operation }) => operation), intents: log.entries };
}

const argvs = (operations: readonly Operation[]): string[] =>
  operations.flatMap((operation) => (operation.op === 'exec' ? [operation.argv.join(' ')] : []));

describe('a file', () => {
  const step: Step = { kind: 'file', path: '/etc/a', content: 'new', notify: [{ kind: 'unit', unit: 'a.service', action: 'reload' }] };

  it('that is new is written, and nothing is copied', () => {
    const { operations, intents } = work([step]);
    expect(operations).toEqual([{ op: 'write', path: '/etc/a', mode: 0o644, ...ROOT, data: 'new' }]);
    expect(intents).toEqual([
      {
        type: 'intent',
        seq: 1,
        phase: 'infra',
        step: 'path:/etc/a',
        before: { kind: 'path', path: '/etc/a', blob: null },
        owes: [{ kind: 'unit', unit: 'a.service', action: 'reload' }],
        made: sha256('new'),
      },
    ]);
  });

  it('that differs is guarded against a change since it was looked at, and its copy is named', () => {
    const { operations, intents } = work([step], { paths: { '/etc/a': { type: 'file', mode: 0o644, sha256: 'd' } } });
    expect(operations.map(({ op }) => op)).toEqual(['guard', 'write']);
    expect(operations[0]).toMatchObject({ sha256: 'd' });
    expect(intents[0]?.before).toEqual({ kind: 'path', path: '/etc/a', blob: BLOB });
  });

  it('whose owner alone differs is not written', () => {
    const seen = { paths: { '/etc/a': { type: 'file', mode: 0o600, owner: 'bob', sha256: sha256('new') } as const } };
    const { operations, intents } = work([step], seen);
    expect(operations).toEqual([{ op: 'metadata', path: '/etc/a', mode: 0o644, ...ROOT }]);
    expect(intents[0]?.before).toEqual({ kind: 'metadata', path: '/etc/a', mode: 0o600, owner: 'bob', group: 'root' });
  });

  it.each<[string, Step]>([
    ['initial', { kind: 'file', path: '/etc/a', content: 'x', initial: true }],
    ['lasting', { kind: 'file', path: '/etc/a', content: 'x', lasting: true }],
  ])('that is %s is never an orphan later', (_, one) => {
    expect(work([one]).intents[0]).not.toHaveProperty('made');
  });

  it('is validated beside its place', () => {
    expect(work([{ kind: 'file', path: '/a', content: 'x', validate: ['check', '{file}'] }]).operations).toMatchObject([
      { op: 'write', validate: ['check', '{file}'] },
    ]);
  });
});

describe('links, directories and what shall not be there', () => {
  it.each<[string, Step, Seen, object, object]>([
    [
      'a link',
      { kind: 'symlink', path: '/a', target: '/b' },
      {},
      { op: 'symlink', path: '/a', target: '/b' },
      { before: { kind: 'path', path: '/a', blob: null }, made: '/b' },
    ],
    [
      'a new directory',
      { kind: 'directory', path: '/d', mode: 0o700, owner: 'x', group: 'y' },
      {},
      { op: 'directory', path: '/d', mode: 0o700, owner: 'x', group: 'y' },
      { before: { kind: 'directory', path: '/d' } },
    ],
    [
      'a directory of another mode',
      { kind: 'directory', path: '/d', mode: 0o700 },
      { paths: { '/d': { type: 'directory', mode: 0o755 } } },
      { op: 'directory', path: '/d', mode: 0o700, ...ROOT },
      { before: { kind: 'metadata', path: '/d', mode: 0o755, ...ROOT } },
    ],
    [
      'a file that goes',
      { kind: 'absent', path: '/a' },
      { paths: { '/a': { type: 'file' } } },
      { op: 'remove', path: '/a' },
      { before: { kind: 'path', path: '/a', blob: BLOB } },
    ],
    [
      'a file that was somebody else’s before us',
      { kind: 'absent', path: '/a', original: { copy: '/copy', written: ['d'] } },
      { paths: { '/a': { type: 'file', sha256: 'd' } } },
      { op: 'restore', path: '/a', blob: '/copy' },
      { before: { kind: 'path', path: '/a', blob: BLOB } },
    ],
  ])('%s', (_, step, seen, operation, intent) => {
    const done = work([step], seen);
    expect(done.operations).toEqual([operation]);
    expect(done.intents).toMatchObject([intent]);
  });
});

describe('users and groups', () => {
  it('are made with what they were given', () => {
    const { operations, intents } = work([
      { kind: 'group', name: 'g', gid: 7 },
      { kind: 'user', name: 'u', group: 'g', groups: ['a', 'b'], home: '/h', shell: '/bin/sh', uid: 8 },
    ]);
    expect(argvs(operations)).toEqual(['groupadd -r -g 7 -- g', 'useradd -r -M -g g -G a,b -u 8 -d /h -s /bin/sh -- u']);
    expect(intents.map(({ before }) => before)).toEqual([
      { kind: 'group', name: 'g' },
      { kind: 'user', name: 'u' },
    ]);
  });

  it('of an existing user only missing memberships are added, each noted by itself', () => {
    const facts = {
      ...SOME_FACTS,
      users: new Map([['u', { uid: 1, gid: 1, home: '/', shell: '' }]]),
      groups: new Map([['a', { gid: 2, members: ['u'] }]]),
    };
    const { operations, intents } = work(
      [{ kind: 'user', name: 'u', group: 'g', groups: ['a', 'b'], home: '/h', shell: '/bin/sh' }],
      {},
      { facts },
    );
    expect(argvs(operations)).toEqual(['usermod -a -G b -- u']);
    expect(intents.map(({ before }) => before)).toEqual([{ kind: 'member', user: 'u', group: 'b' }]);
  });
});

describe('packages', () => {
  const step: Step = { kind: 'packages', names: ['nginx'] };

  it('of Debian start nothing: the policy is put there for the transaction, and is pending until it is away again', () => {
    const { operations, intents } = work([step]);
    const ops = operations.map((operation) => ('path' in operation ? `${operation.op} ${operation.path}` : operation.op));
    expect(ops).toEqual([`write ${POLICY_FILE}`, 'exec', 'exec', 'exec', `remove ${POLICY_FILE}`, `append ${runPaths(RUN).journal}`]);
    const pending: PendingHandler = { kind: 'restore', path: POLICY_FILE, blob: null };
    expect(intents[1]).toMatchObject({ before: { kind: 'path', path: POLICY_FILE, blob: null }, owes: [pending] });
    expect(operations.at(-1)).toMatchObject({ data: formatEntry({ type: 'handled', handlers: [pending] }) });
  });

  it('a policy of somebody else comes back', () => {
    const { operations } = work([step], { paths: { [POLICY_FILE]: { type: 'file', sha256: 'd' } } });
    expect(operations.at(-2)).toEqual({ op: 'restore', path: POLICY_FILE, blob: runPaths(RUN).blob(2) });
  });

  it('what is installed is listed before and after', () => {
    const { operations, intents } = work([step], {}, { system: dnf });
    expect(argvs(operations).map((line) => /blobs\/1\.(before|after)/.exec(line)?.[1] ?? line.split(' ')[0])).toEqual([
      'before',
      'dnf',
      'after',
    ]);
    expect(intents[0]?.before).toEqual({ kind: 'packages', manager: 'dnf', blob: BLOB });
  });
});

describe('units', () => {
  const run = (name: string): Step => ({ kind: 'unit', name, enabled: true, active: true });

  it('are enabled and started together, after one daemon-reload', () => {
    const { operations } = work([run('a.service'), run('b.service')], { units: { 'a.service': {}, 'b.service': {} } }, {}, true);
    expect(argvs(operations)).toEqual([
      'systemctl daemon-reload',
      'systemctl enable -- a.service b.service',
      expect.stringMatching(/^sh -c systemctl start .* sh a\.service b\.service$/s),
    ]);
  });

  it('that run and are only not enabled are not started again', () => {
    const { operations } = work([run('a.service')], { units: { 'a.service': { active: 'active' } } });
    expect(argvs(operations)).toEqual(['systemctl enable -- a.service', 'true']);
  });

  it('that shall not run are stopped and disabled', () => {
    const step: Step = { kind: 'unit', name: 'a.service', enabled: false, active: false };
    const { operations, intents } = work([step], { units: { 'a.service': { active: 'active', unitFile: 'enabled' } } });
    expect(argvs(operations)).toEqual(['systemctl stop -- a.service', 'systemctl disable -- a.service', 'true']);
    expect(intents[0]?.before).toEqual({ kind: 'unit', unit: 'a.service', enabled: true, active: true, masked: false });
  });

  it('that we replace are stopped and masked before anything else', () => {
    const steps: Step[] = [
      { kind: 'file', path: '/a', content: 'x' },
      { kind: 'unit', name: 'old.service', enabled: false, active: false, masked: true },
    ];
    const { operations } = work(steps, { units: { 'old.service': { active: 'active' } } });
    expect(argvs(operations.slice(0, 2))).toEqual(['systemctl stop -- old.service', 'systemctl mask -- old.service']);
  });
});

describe('the rest', () => {
  it('a running kernel parameter is noted; one the kernel refuses is only worth a warning', () => {
    const step: Step = { kind: 'sysctl', key: 'k', value: '2' };
    const { operations, intents, traced } = work([step], { sysctls: { k: '1' } });
    expect(operations).toEqual([{ op: 'exec', argv: ['sysctl', '-q', '-w', 'k=2'], tolerant: true }]);
    expect(intents[0]?.before).toEqual({ kind: 'sysctl', key: 'k', value: '1' });
    expect(traced[0]?.tolerated).toBe(true);
  });

  it('a command is noted with what undoes it', () => {
    const step: Step = { kind: 'command', id: 'c', argv: ['do'], stdin: 'in', when: { kind: 'unless', check: ['x'] }, undo: ['undo'] };
    const { operations, intents } = work([step]);
    expect(operations).toEqual([{ op: 'exec', argv: ['do'], stdin: 'in' }]);
    expect(intents[0]?.before).toEqual({ kind: 'command', id: 'c', undo: ['undo'] });
  });

  it('a command for after the units comes after them', () => {
    const steps: Step[] = [
      { kind: 'command', id: 'c', argv: ['do'], when: { kind: 'unless', check: ['x'] }, after: 'units' },
      { kind: 'unit', name: 'a.service', enabled: true, active: true },
    ];
    expect(argvs(work(steps, { units: { 'a.service': { unitFile: 'enabled' } } }).operations).map((line) => line.split(' ')[0])).toEqual([
      'sh',
      'do',
    ]);
  });

  it('the last operation of a step ends it', () => {
    const { traced } = work([{ kind: 'packages', names: ['x'] }], {}, { system: dnf });
    expect(traced.map(({ ends }) => ends)).toEqual([false, false, true]);
  });
});
