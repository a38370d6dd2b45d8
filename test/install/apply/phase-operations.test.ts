import { describe, expect, it } from 'vitest';
import type { PhaseContext } from '../../../src/install/apply/phase-context.ts';
import { isCovered, phaseOperations } from '../../../src/install/apply/phase-operations.ts';
import type { DesiredState, Step } from '../../../src/install/contract/declaration.ts';
import { type HostState, MISSING_PATH } from '../../../src/install/contract/host-state.ts';
import { dnf } from '../../../src/install/packages/dnf.ts';
import { declareHost } from '../../../src/install/plan/declare-host.ts';
import { FRESH_STATE } from '../../../src/install/plan/fresh-host.ts';
import { planHost } from '../../../src/install/plan/plan-host.ts';
import { runPaths } from '../../../src/install/state/journal.ts';
import { formatEntry } from '../../../src/install/state/journal-lines.ts';
import { SOME_FACTS } from '../../lab/install/some-facts.ts';

const RUN = '20260101T000000Z-0123';
const { journal, blob } = runPaths(RUN);
const RESTART = { kind: 'unit', unit: 'a.service', action: 'restart' } as const;
const RUNNING = { load: 'loaded', active: 'active', sub: 'running', unitFile: 'enabled', needDaemonReload: false };
const FILE: Step = { kind: 'file', path: '/etc/a/a.conf', content: 'new', notify: [RESTART] };

function work(steps: readonly Step[], state: Partial<HostState> = {}, more: Partial<PhaseContext> = {}, phase: 'infra' | 'node' = 'infra') {
  const seen = { ...FRESH_STATE, ...state };
  const declaration = declareHost([{ name: 's', phase: 'infra', plan: () => ({ steps }) }], {} as DesiredState, SOME_FACTS);
  const plan = planHost(declaration, SOME_FACTS, seen, 'id');
  return phaseOperations(plan, phase, {
    run: RUN,
    nextSeq: 5,
    facts: SOME_FACTS,
    state: seen,
    system: dnf,
    systemDirectory: '/s',
    isResumed: false,
    part: 'whole',
    ...more,
  });
}

const short = (work: ReturnType<typeof phaseOperations>): string[] =>
  work.operations.map(({ operation }) => (operation.op === 'exec' ? operation.argv.join(' ') : `${operation.op} ${operation.path}`));
const changed = { type: 'file', sha256: 'old', mode: 0o644, owner: 'root', group: 'root' } as const;
const there = new Map([
  ['/etc/a', { ...MISSING_PATH, type: 'directory' as const }],
  ['/etc/a/a.conf', { ...MISSING_PATH, ...changed }],
]);

describe('a phase', () => {
  it('notes first, copies next, then changes, then restarts, and says that it is done', () => {
    const done = work([FILE], { paths: there, units: new Map([['a.service', RUNNING]]) });
    expect(short(done)).toEqual([
      `append ${journal}`,
      'backup /etc/a/a.conf',
      'guard /etc/a/a.conf',
      'write /etc/a/a.conf',
      'systemctl try-restart -- a.service',
      `append ${journal}`,
    ]);
    expect(done.operations[1]?.operation).toMatchObject({ blob: blob(5) });
    expect(done.operations.at(-1)?.operation).toMatchObject({
      data: formatEntry({ type: 'handled', handlers: [RESTART] }) + formatEntry({ type: 'phase', phase: 'infra' }),
    });
    expect(done.usedSeqs).toBe(1);
  });

  it('where nothing differs has no operations, not even in the journal', () => {
    expect(work([]).operations).toEqual([]);
    expect(work([FILE], {}, {}, 'node').operations).toEqual([]);
  });

  it('notes directories that will be made on the way, the outermost first', () => {
    const paths = new Map(['/etc', '/etc/a'].map((path) => [path, MISSING_PATH]));
    expect(work([FILE], { paths }).intents.map(({ before }) => before)).toEqual([
      { kind: 'directory', path: '/etc' },
      { kind: 'directory', path: '/etc/a' },
      { kind: 'path', path: '/etc/a/a.conf', blob: null },
    ]);
  });

  it('counts a unit it starts anyway as restarted', () => {
    const done = work([FILE, { kind: 'unit', name: 'a.service', enabled: true, active: true }]);
    expect(JSON.stringify(done.operations.at(-1)?.operation)).toContain('handled');
  });
});

describe('the part up to the packages', () => {
  const steps: Step[] = [{ kind: 'group', name: 'g' }, { kind: 'packages', names: ['p'] }, FILE];

  it('leaves files and handlers to the second part, and the phase is not done', () => {
    const done = work(steps, { units: new Map([['a.service', RUNNING]]) }, { part: 'packages' });
    expect(done.intents.map(({ step }) => step)).toEqual(['group:g', 'packages:infra']);
    expect(short(done).join('\n')).not.toContain('try-restart');
    expect(JSON.stringify(done.operations.at(-1)?.operation)).not.toContain('"phase\\"');
  });
});

describe('a check', () => {
  const check = { kind: 'check', id: 'c', argv: ['nginx', '-t'], covers: ['/etc/a/'] } as const;
  const right = new Map([['/etc/a/a.conf', { ...MISSING_PATH, ...changed, sha256: null }]]);

  it('runs when a file it covers changes, after it and before the restart', () => {
    const lines = short(work([FILE, check], { units: new Map([['a.service', RUNNING]]) }));
    expect(lines.indexOf('nginx -t')).toBeGreaterThan(lines.indexOf('write /etc/a/a.conf'));
    expect(lines.indexOf('nginx -t')).toBeLessThan(lines.indexOf('systemctl try-restart -- a.service'));
  });

  it('does not run for another file', () => {
    expect(short(work([{ kind: 'file', path: '/etc/b', content: 'x' }, check], { paths: right }))).not.toContain('nginx -t');
  });

  it('runs again when an interrupted run may have changed files without checking them', () => {
    expect(short(work([{ kind: 'file', path: '/etc/b', content: 'x' }, check], {}, { isResumed: true }))).toContain('nginx -t');
  });

  it.each([
    ['/etc/a/b/c', true],
    ['/etc/ab', false],
    ['/exact', true],
    ['/exact/more', false],
  ])('covers %s: %s', (path, expected) => {
    expect(isCovered({ ...check, covers: ['/etc/a/', '/exact'] }, path)).toBe(expected);
  });
});
