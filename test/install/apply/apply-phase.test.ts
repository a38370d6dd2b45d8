import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { applyPhase } from '../../../src/install/apply/apply-phase.ts';
import { type OpenRun, openRun } from '../../../src/install/apply/open-run.ts';
import type { DesiredState, Step } from '../../../src/install/contract/declaration.ts';
import { dnf } from '../../../src/install/packages/dnf.ts';
import { declareHost } from '../../../src/install/plan/declare-host.ts';
import { FRESH_STATE } from '../../../src/install/plan/fresh-host.ts';
import { planHost } from '../../../src/install/plan/plan-host.ts';
import type { RunRecord } from '../../../src/install/state/journal.ts';
import { SOME_FACTS } from '../../lab/install/some-facts.ts';
import { type FakeHost, on, type Rule } from '../../support/fake-host.ts';
import { debianHost, recorder } from '../../support/some-input.ts';

async function apply(steps: readonly Step[], rules: Rule[] = [], newest: RunRecord | null = null, prepare?: (host: FakeHost) => void) {
  const { host } = debianHost(undefined, ...rules);
  prepare?.(host);
  const declaration = declareHost([{ name: 's', phase: 'infra', plan: () => ({ steps }) }], {} as DesiredState, SOME_FACTS);
  const paths = new Map(
    [...host.entries].flatMap(([path, entry]) => (entry.type === 'file' ? [[path, fileState(entry.content)] as const] : [])),
  );
  const state = { ...FRESH_STATE, paths };
  const run: OpenRun = openRun(newest, 'id', 1_800_000_000_000);
  const context = recorder();
  const input = {
    plan: planHost(declaration, SOME_FACTS, state, 'id'),
    facts: SOME_FACTS,
    state,
    system: dnf,
    systemDirectory: '/s',
    mask: ['hunter2'],
  };
  return { host, context, run, done: applyPhase(host, run, 'infra', input, context) };
}

function fileState(content: Buffer) {
  return {
    type: 'file',
    mode: 0o644,
    owner: 'root',
    group: 'root',
    sizeBytes: content.length,
    sha256: createHash('sha256').update(content).digest('hex'),
    target: null,
    leadsToDirectory: false,
  } as const;
}

const FILE: Step = { kind: 'file', path: '/etc/nginx/a.conf', content: 'new' };
const CHECK: Step = { kind: 'check', id: 'nginx -t', argv: ['nginx', '-t'], covers: ['/etc/nginx/'] };
const bad = on('nginx -t', { code: 1, output: 'unexpected "}", password hunter2' });
const command = (more: object = {}): Step => ({
  kind: 'command',
  id: 'c',
  argv: ['act'],
  when: { kind: 'unless', check: ['x'] },
  ...more,
});

describe('a phase', () => {
  it('tells of every step it carries out, and counts on', async () => {
    const { host, context, run, done } = await apply([FILE]);
    expect(await done).toBe(true);
    expect(context.events).toMatchObject([
      { type: 'step.start', step: 'path:/etc/nginx/a.conf' },
      { type: 'step.end', step: 'path:/etc/nginx/a.conf', outcome: 'changed' },
    ]);
    expect(host.text('/etc/nginx/a.conf')).toBe('new');
    expect(run.nextSeq).toBe(2);
  });

  it('that has nothing to do runs nothing', async () => {
    const { host, done } = await apply([]);
    expect([await done, host.done]).toEqual([false, []]);
  });

  it('puts back what a failed check covers, and no secret is in the message', async () => {
    const { host, done } = await apply([FILE, CHECK], [bad], null, (there) => there.put('/etc/nginx/a.conf', 'old'));
    await expect(done).rejects.toMatchObject({ code: 'STEP_FAILED', message: expect.stringContaining('1 files were put back') });
    await expect(done).rejects.toMatchObject({ message: expect.stringContaining('password ***') });
    expect(host.text('/etc/nginx/a.conf')).toBe('old');
  });

  it('puts back as well what an interrupted run changed before it came to the check', async () => {
    const newest: RunRecord = {
      run: '20260101T000000Z-0001',
      bundleId: 'id',
      lastBundleId: 'id',
      command: {},
      intents: [{ type: 'intent', seq: 7, phase: 'infra', step: 's', before: { kind: 'path', path: '/etc/nginx/b.conf', blob: null } }],
      pendingHandlers: [],
      phases: [],
      outcome: 'open',
      damaged: [],
    };
    const { host, done } = await apply([FILE, CHECK], [bad], newest, (there) => there.put('/etc/nginx/b.conf', 'of the earlier run'));
    await expect(done).rejects.toMatchObject({ code: 'STEP_FAILED' });
    expect([host.text('/etc/nginx/a.conf'), host.text('/etc/nginx/b.conf')]).toEqual([null, null]);
  });

  it('warns of what may fail and goes on', async () => {
    const { host, context, done } = await apply(
      [command({ tolerant: true, after: 'packages' }), FILE],
      [on('act', { code: 1, output: 'no' })],
    );
    await done;
    expect(context.events).toContainEqual({ type: 'warning', code: 'STEP_TOLERATED', message: 'fake: run c: no' });
    expect(host.text('/etc/nginx/a.conf')).toBe('new');
  });

  it('stops at what may not fail', async () => {
    const { host, context, done } = await apply([command({ after: 'packages' }), FILE], [on('act', { code: 1, output: 'no' })]);
    await expect(done).rejects.toMatchObject({ code: 'STEP_FAILED', details: { step: 'command:c', status: 1 } });
    expect(context.events).toContainEqual(expect.objectContaining({ type: 'step.end', step: 'command:c', outcome: 'failed' }));
    expect(host.text('/etc/nginx/a.conf')).toBeNull();
  });
});
