import { describe, expect, it } from 'vitest';
import { observe, parsePaths, parseUnits, questionsOf } from '../../../src/install/apply/observe.ts';
import { POLICY_FILE } from '../../../src/install/apply/policy-file.ts';
import type { DesiredState, Step } from '../../../src/install/contract/declaration.ts';
import { MISSING_PATH, UNKNOWN_UNIT } from '../../../src/install/contract/host-state.ts';
import { declareHost } from '../../../src/install/plan/declare-host.ts';
import { SOME_FACTS } from '../../lab/install/some-facts.ts';
import { FakeHost, on, sha256 } from '../../support/fake-host.ts';
import { debianHost } from '../../support/some-input.ts';

const RELOAD = { kind: 'unit', unit: 'notified.service', action: 'reload' } as const;
const STEPS: readonly Step[] = [
  { kind: 'file', path: '/etc/a/b.conf', content: 'x', notify: [RELOAD] },
  { kind: 'unit', name: 'own.service', enabled: true, active: true },
  { kind: 'sysctl', key: 'vm.max_map_count', value: '1' },
  { kind: 'packages', names: ['there', 'missing'] },
  { kind: 'command', id: 'due', argv: ['act'], when: { kind: 'unless', check: ['is-done'] } },
  { kind: 'command', id: 'later', argv: ['act'], when: { kind: 'notified' } },
];
const declaration = declareHost([{ name: 's', phase: 'infra', plan: () => ({ steps: STEPS }) }], {} as DesiredState, SOME_FACTS);

describe('what is asked', () => {
  it('is everything the steps are about, the way to each path, and whom they notify', () => {
    expect(questionsOf(declaration)).toEqual({
      paths: ['/etc', '/etc/a', '/etc/a/b.conf', POLICY_FILE],
      units: ['notified.service', 'own.service'],
      sysctls: ['vm.max_map_count'],
      checks: [{ id: 'due', argv: ['is-done'] }],
      packages: ['missing', 'there'],
    });
  });

  it('is also about handlers an interrupted run left over', () => {
    const pending = [{ kind: 'unit', unit: 'left.service', action: 'restart' } as const];
    expect(questionsOf(declaration, pending).units).toContain('left.service');
  });
});

describe('looking', () => {
  it('tells what is there in one round trip that changes nothing', async () => {
    const { host, state } = debianHost(undefined, on('is-done', { code: 3 }));
    host.put('/etc/a/b.conf', 'old', { mode: 0o640, owner: 'bob', group: 'staff' });
    state.units.set('own.service', { active: 'active', enabled: 'enabled' });
    state.sysctls.set('vm.max_map_count', '262144');
    const facts = { ...SOME_FACTS, packages: new Map([['there', ['1']]]) };
    const seen = await observe(host, questionsOf(declaration), facts);
    expect(seen.paths.get('/etc/a/b.conf')).toEqual({
      ...MISSING_PATH,
      type: 'file',
      mode: 0o640,
      owner: 'bob',
      group: 'staff',
      sizeBytes: 3,
      sha256: sha256('old'),
    });
    expect(seen.paths.get(POLICY_FILE)).toEqual(MISSING_PATH);
    expect(seen.units.get('own.service')).toMatchObject({ load: 'loaded', active: 'active', unitFile: 'enabled' });
    expect(seen.units.get('notified.service')).toEqual(UNKNOWN_UNIT);
    expect(seen.sysctls.get('vm.max_map_count')).toBe('262144');
    expect(seen.checks.get('due')).toBe(3);
    expect([...seen.provided]).toEqual(['there']);
    expect(host.changes).toEqual([]);
  });

  it('tells what the kernel does not let anybody write, and an RPM that is there under another name', async () => {
    const host = new FakeHost(
      on('xargs', ''),
      on('systemctl', ''),
      on('sysctl', 'vm.max_map_count = 1\t2\nfixed vm.max_map_count\n'),
      on('rpm -q', 'missing\n'),
      on('is-done', ''),
    );
    const seen = await observe(host, questionsOf(declaration), SOME_FACTS);
    expect(seen.sysctls.get('vm.max_map_count')).toBe('1 2');
    expect([...seen.fixedSysctls]).toEqual(['vm.max_map_count']);
    expect([...seen.provided]).toEqual(['missing']);
  });
});

describe('reading answers', () => {
  const record = (...fields: string[]): string => fields.map((field) => `${field}\0`).join('');

  it('a long list of paths comes in several parts', () => {
    const digest = 'd'.repeat(64);
    const first = `${record('/a', 'f', 'f', '644', 'root', 'root', '5', '')}\0${digest}  /a\0\0\0`;
    const second = `${record('/b', 'l', 'd', '777', 'root', 'root', '1', '/srv')}\0\0\0`;
    const paths = parsePaths(first + second, ['/a', '/b', '/c']);
    expect(paths.get('/a')).toMatchObject({ type: 'file', mode: 0o644, sha256: digest });
    expect(paths.get('/b')).toMatchObject({ type: 'symlink', target: '/srv', leadsToDirectory: true, sha256: null });
    expect(paths.get('/c')).toEqual(MISSING_PATH);
  });

  it('a socket is something else, and a file nobody may read has no digest', () => {
    const output = `${record('/s', 's', 's', '755', 'root', 'root', '0', '')}${record('/f', 'f', 'f', '600', 'x', 'x', '1', '')}\0\0\0`;
    const paths = parsePaths(output, ['/s', '/f']);
    expect([paths.get('/s')?.type, paths.get('/f')?.sha256]).toEqual(['other', null]);
  });

  it('blocks of units are told apart by their order', () => {
    const output = 'LoadState=loaded\nActiveState=failed\nNeedDaemonReload=yes\n\nLoadState=masked\nActiveState=inactive\n';
    const units = parseUnits(output, ['a.service', 'b.service', 'c.service']);
    expect(units.get('a.service')).toMatchObject({ load: 'loaded', active: 'failed', needDaemonReload: true });
    expect(units.get('b.service')).toMatchObject({ load: 'masked', needDaemonReload: false });
    expect(units.get('c.service')).toEqual(UNKNOWN_UNIT);
  });
});
