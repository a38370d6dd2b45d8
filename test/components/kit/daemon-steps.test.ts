import { describe, expect, it } from 'vitest';
import { type Daemon, daemonSteps, MAX_FILES } from '../../../src/components/kit/daemon-steps.ts';
import { fileOf, OFF, ON, textOf, unitOf } from '../component-lab.ts';

const daemon: Daemon = {
  component: 'my-daemon',
  entry: { packages: ['p'], binary: '/usr/bin/my daemon', unit: null, masks: [], user: 'u', config: [], version: null },
  description: 'mine',
  options: ['-a=1', '-b=x y'],
  user: 'u',
  group: 'g',
  isEnabled: true,
};
const planFor = (changes: Partial<Daemon> = {}) => ({ steps: daemonSteps({ ...daemon, ...changes }) });
const unitText = (changes: Partial<Daemon> = {}): string => textOf(planFor(changes), '/etc/systemd/system/my-daemon.service');

describe('daemonSteps', () => {
  it('start the program with its options, from a file Pigsty writes too', () => {
    expect(textOf(planFor(), '/etc/default/my-daemon')).toContain('\nMY_DAEMON_OPTS="-a=1 \\"-b=x y\\""\n');
    expect(unitText()).toContain('EnvironmentFile=-/etc/default/my-daemon\nExecStart="/usr/bin/my daemon" $MY_DAEMON_OPTS\n');
    expect(unitText()).toContain('\nUser=u\nGroup=g\n');
  });

  it('restart it when package, options or unit change', () => {
    const restart = [{ kind: 'unit', unit: 'my-daemon.service', action: 'restart' }];
    expect(fileOf(planFor(), '/etc/default/my-daemon').notify).toEqual(restart);
    expect(fileOf(planFor(), '/etc/systemd/system/my-daemon.service').notify).toEqual(restart);
    expect(planFor().steps.find(({ kind }) => kind === 'packages')).toMatchObject({ names: ['p'], notify: restart });
  });

  it('run it, or stop it', () => {
    expect(unitOf(planFor(), 'my-daemon.service')).toEqual(ON);
    expect(unitOf(planFor({ isEnabled: false }), 'my-daemon.service')).toEqual(OFF);
  });

  it('confine it to the directories it writes to', () => {
    const text = unitText({ writable: ['/a', '/b'] });
    expect(text).toContain('\nProtectSystem=strict\n');
    expect(text).toContain('\nReadWritePaths=/a\nReadWritePaths=/b\n');
    expect(text).toContain('\nCapabilityBoundingSet=\n');
    expect(text).not.toContain('AmbientCapabilities');
  });

  it('give a user that is not root the capabilities it needs', () => {
    expect(unitText({ capabilities: ['CAP_A', 'CAP_B'] })).toContain(
      'CapabilityBoundingSet=CAP_A CAP_B\nAmbientCapabilities=CAP_A CAP_B\n',
    );
    expect(unitText({ capabilities: ['CAP_A'], user: 'root' })).not.toContain('AmbientCapabilities');
  });

  it('let it see the host as it is when it measures it', () => {
    const text = unitText({ seesHost: true });
    expect(text).not.toMatch(/ProtectSystem|PrivateTmp|PrivateDevices/);
    expect(text).toContain('\nNoNewPrivileges=yes\n');
  });

  it('reload it only when it can', () => {
    expect(unitText()).toContain('\nExecReload=/bin/kill -HUP $MAINPID\n');
    expect(unitText({ reloads: false })).not.toContain('ExecReload');
  });

  it('never ask for more files than the kernel gives', () => {
    expect(unitText()).toContain('\nLimitNOFILE=65536\n');
    expect(unitText({ maxFiles: 2 * MAX_FILES })).toContain(`\nLimitNOFILE=${MAX_FILES}\n`);
  });

  it('are impossible without a program', () => {
    expect(() => planFor({ entry: { ...daemon.entry, binary: null } })).toThrow('my-daemon has no program');
  });
});
