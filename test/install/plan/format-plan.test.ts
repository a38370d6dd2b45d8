import { describe, expect, it } from 'vitest';
import type { DesiredState, Step } from '../../../src/install/contract/declaration.ts';
import { MISSING_PATH } from '../../../src/install/contract/host-state.ts';
import { declareHost } from '../../../src/install/plan/declare-host.ts';
import { formatPlan, pathsToShow } from '../../../src/install/plan/format-plan.ts';
import { FRESH_STATE } from '../../../src/install/plan/fresh-host.ts';
import { planHost } from '../../../src/install/plan/plan-host.ts';
import { SOME_FACTS } from '../../lab/install/some-facts.ts';

const RESTART = { kind: 'unit', unit: 'a.service', action: 'restart' } as const;
const RUNNING = { load: 'loaded', active: 'active', sub: 'running', unitFile: 'enabled', needDaemonReload: false };

function plan(steps: readonly Step[], present: readonly string[] = [], sizeBytes = 3) {
  const file = { ...MISSING_PATH, type: 'file', mode: 0o644, owner: 'root', group: 'root', sizeBytes, sha256: 'old' } as const;
  const state = { ...FRESH_STATE, paths: new Map(present.map((path) => [path, file])), units: new Map([['a.service', RUNNING]]) };
  const declaration = declareHost([{ name: 's', phase: 'infra', plan: () => ({ steps }) }], {} as DesiredState, SOME_FACTS);
  return planHost(declaration, SOME_FACTS, state, 'id');
}

describe('a plan as text', () => {
  it('says so when there is nothing to do', () => {
    expect(formatPlan(plan([]), new Map())).toEqual(['nothing to change']);
  });

  it('shows a changed file as a difference, and who is restarted for it', () => {
    const shown = plan([{ kind: 'file', path: '/a', content: 'new\n', notify: [RESTART] }], ['/a']);
    expect(pathsToShow(shown)).toEqual(['/a']);
    const lines = formatPlan(shown, new Map([['/a', Buffer.from('old\n')]]));
    expect(lines[0]).toBe('infra: write /a (content differs)');
    expect(lines).toContain('    -old');
    expect(lines).toContain('    +new');
    expect(lines.at(-1)).toBe('infra: restart a.service (path:/a)');
  });

  it('shows a new file whole', () => {
    const lines = formatPlan(plan([{ kind: 'file', path: '/a', content: 'new\n' }]), new Map());
    expect(lines).toContain('    +new');
    expect(lines.join()).toContain('/dev/null');
  });

  it.each<[string, Step]>([
    ['a secret', { kind: 'file', path: '/a', content: 'hunter2', secret: true }],
    ['bytes that are no text', { kind: 'file', path: '/a', content: Buffer.from([0, 1, 2]) }],
    ['a large file', { kind: 'file', path: '/a', content: 'x'.repeat(300_000) }],
  ])('does not show %s', (_, step) => {
    for (const present of [[], ['/a']]) {
      const lines = formatPlan(plan([step], present), new Map([['/a', Buffer.from('old')]]));
      expect(lines).toHaveLength(2);
      expect(lines[1]).toMatch(/^ {4}\((secret: not shown|\d+ bytes)\)$/);
    }
  });

  it('neither a secret nor a large file is read for it', () => {
    expect(pathsToShow(plan([{ kind: 'file', path: '/a', content: 'x', secret: true }], ['/a']))).toEqual([]);
    expect(pathsToShow(plan([{ kind: 'file', path: '/a', content: 'x' }], ['/a'], 1_000_000))).toEqual([]);
  });
});
