import { describe, expect, it } from 'vitest';
import type { Declaration, DesiredState, Service, Step } from '../../../src/install/contract/declaration.ts';
import { type HostState, MISSING_PATH, type PathState } from '../../../src/install/contract/host-state.ts';
import { addSteps, declareHost } from '../../../src/install/plan/declare-host.ts';
import { orphanSteps, ownFiles, removedFiles } from '../../../src/install/plan/orphaned-files.ts';
import { planHost } from '../../../src/install/plan/plan-host.ts';
import type { PendingHandler } from '../../../src/install/state/journal-entry.ts';
import { formatEntry } from '../../../src/install/state/journal-lines.ts';
import { SOME_FACTS } from '../../lab/install/some-facts.ts';

const RELOAD: PendingHandler = { kind: 'unit', unit: 'nginx.service', action: 'reload' };
const BLOB = '/var/lib/pigsty-install/runs/r/blobs/2';

interface Made {
  readonly blob?: string | null;
  readonly made?: string;
  readonly owes?: readonly PendingHandler[];
  readonly phase?: string;
}

function intent(path: string, { blob = null, made = 'digest', owes = [], phase = 'infra' }: Made = {}): string {
  return formatEntry({ type: 'intent', seq: 1, phase, step: `path:${path}`, before: { kind: 'path', path, blob }, owes, made });
}

const end = (...gone: string[]): string => formatEntry({ type: 'end', gone });

function declare(...steps: Step[]): Declaration {
  const service: Service<null> = { name: 's', phase: 'infra', plan: () => ({ steps }) };
  return declareHost([service], {} as DesiredState<null>, SOME_FACTS);
}

function stale(history: string, ...steps: Step[]): Step[] {
  return orphanSteps(ownFiles(history), declare(...steps)).map(({ step }) => step);
}

describe('what is ours', () => {
  it.each<[string, string, readonly string[]]>([
    ['what a run wrote', intent('/b') + intent('/a') + end(), ['/a', '/b']],
    ['what an unfinished run announced', intent('/a'), ['/a']],
    ['not what was taken away', intent('/a') + end() + end('/a'), []],
    ['what was written again after that', intent('/a') + end('/a') + intent('/a'), ['/a']],
    ['not what was only moved aside', formatEntry({ ...(JSON.parse(intent('/a')) as object), made: undefined } as never), []],
    ['not a change whose copy was never made: it did not happen', intent('/a', { blob: BLOB }), []],
    ['what replaced something that was copied', `${intent('/a', { blob: BLOB })}copy ${BLOB}\n`, ['/a']],
    ['not what cannot be read', `${intent('/a').slice(0, 40)}\n{}\nnull\nrubbish`, []],
  ])('%s', (_, history, paths) => {
    expect(ownFiles(history).map((file) => file.path)).toEqual(paths);
  });

  it('remembers what was there before the first run, everything written since, and whom the last writing concerned', () => {
    const history = `${intent('/a', { blob: BLOB, made: '1' })}copy ${BLOB}\n${end()}${intent('/a', { blob: `${BLOB}9`, made: '2', owes: [RELOAD] })}copy ${BLOB}9\n`;
    expect(ownFiles(history)).toEqual([{ path: '/a', original: BLOB, written: ['1', '2'], phase: 'infra', notify: [RELOAD] }]);
  });
});

describe('what nobody declares any more', () => {
  it('goes with the reload its declaration asked for, in its phase', () => {
    const history = intent('/etc/nginx/conf.d/old.conf', { owes: [RELOAD] }) + intent('/etc/keep');
    const steps = orphanSteps(ownFiles(history), declare({ kind: 'file', path: '/etc/keep', content: '' }));
    expect(steps).toEqual([
      {
        key: 'path:/etc/nginx/conf.d/old.conf',
        phase: 'infra',
        service: 'earlier run',
        stage: 'file',
        step: { kind: 'absent', path: '/etc/nginx/conf.d/old.conf', notify: [RELOAD] },
      },
    ]);
  });

  it.each<[string, Step]>([
    ['a directory', { kind: 'directory', path: '/a' }],
    ['a link', { kind: 'symlink', path: '/a', target: '/b' }],
    ['nothing', { kind: 'absent', path: '/a' }],
  ])('is not what is now declared as %s', (_, step) => {
    expect(stale(intent('/a'), step)).toEqual([]);
  });

  it('never is a key or a password', () => {
    expect(stale(intent('/etc/pigsty/secrets.yml'))).toEqual([]);
  });

  it('stops a unit before its file goes, and does not restart it', () => {
    const restart: PendingHandler = { kind: 'unit', unit: 'old.service', action: 'restart' };
    const steps = stale(intent('/etc/systemd/system/old.service', { owes: [restart] }));
    expect(steps).toMatchObject([
      { kind: 'command', argv: ['systemctl', 'disable', '--now', '--', 'old.service'], after: 'packages' },
      { kind: 'absent', path: '/etc/systemd/system/old.service', notify: [] },
    ]);
  });

  it('restarts a unit that only loses a drop-in', () => {
    const restart: PendingHandler = { kind: 'unit', unit: 'chrony.service', action: 'restart' };
    const path = '/etc/systemd/system/chrony.service.d/pigsty.conf';
    expect(stale(intent(path, { owes: [restart] }))).toEqual([{ kind: 'absent', path, notify: [restart] }]);
  });

  it('is gone for good when the run has ended', () => {
    const declaration = declare({ kind: 'absent', path: '/z' });
    expect(removedFiles(addSteps(declaration, orphanSteps(ownFiles(intent('/a')), declaration)))).toEqual(['/a', '/z']);
  });
});

describe('a file that was somebody else’s before', () => {
  const at = (state: Partial<PathState>): HostState => ({
    paths: new Map([['/a', { ...MISSING_PATH, ...state }]]),
    units: new Map(),
    sysctls: new Map(),
    fixedSysctls: new Set(),
    checks: new Map(),
    provided: new Set(),
  });
  const declaration = declare({ kind: 'absent', path: '/a', original: { copy: BLOB, written: ['1', '2'] } });

  it.each<[string, Partial<PathState>, readonly string[]]>([
    ['is put back over what we wrote', { type: 'file', sha256: '1' }, ['no longer declared']],
    ['and over a link of ours', { type: 'symlink', target: '2' }, ['no longer declared']],
    ['is left when somebody took it over', { type: 'file', sha256: '3' }, []],
    ['is left when somebody removed it', {}, []],
  ])('%s', (_, state, why) => {
    expect(planHost(declaration, SOME_FACTS, at(state), 'id').steps[0]).toMatchObject({ title: 'put back /a as it was', why });
  });
});
