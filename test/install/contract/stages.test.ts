import { describe, expect, it } from 'vitest';
import { STAGES, type Step } from '../../../src/install/contract/declaration.ts';
import { isBare, stageOf, stepKey } from '../../../src/install/contract/stages.ts';

const unit = { kind: 'unit', name: 'a.service', enabled: true, active: true } as const;
const command = { kind: 'command', id: 'c', argv: ['x'], when: { kind: 'notified' } } as const;

describe('a step', () => {
  it.each<[Step, string, string]>([
    [{ kind: 'group', name: 'g' }, 'group', 'group:g'],
    [{ kind: 'directory', path: '/a' }, 'directory', 'present:/a'],
    [{ kind: 'directory', path: '/a', mode: 0o700 }, 'directory', 'path:/a'],
    [{ kind: 'symlink', path: '/a', target: '/b' }, 'directory', 'path:/a'],
    [{ kind: 'file', path: '/a', content: '' }, 'file', 'path:/a'],
    [{ kind: 'absent', path: '/a' }, 'file', 'path:/a'],
    [{ kind: 'packages', names: ['a', 'b'] }, 'packages', 'packages:a,b'],
    [{ kind: 'sysctl', key: 'k', value: '1' }, 'sysctl', 'sysctl:k'],
    [unit, 'unit', 'unit:a.service'],
    [{ ...unit, masked: true }, 'mask', 'unit:a.service'],
    [command, 'after-files', 'command:c'],
    [{ ...command, after: 'packages' }, 'after-packages', 'command:c'],
    [{ kind: 'check', id: 'c', argv: ['x'], covers: [] }, 'check', 'check:c'],
  ])('%j belongs to %s and is about %s', (step, stage, key) => {
    expect([stageOf(step), stepKey(step)]).toEqual([stage, key]);
    expect(STAGES).toContain(stageOf(step));
  });
});

it.each(['mode', 'owner', 'group'])('a directory with a %s is more than there', (field) => {
  expect(isBare({ kind: 'directory', path: '/a' })).toBe(true);
  expect(isBare({ kind: 'directory', path: '/a', [field]: field === 'mode' ? 0o700 : 'x' })).toBe(false);
});
