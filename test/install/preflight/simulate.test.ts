import { describe, expect, it } from 'vitest';
import { apt } from '../../../src/install/packages/apt.ts';
import { simulateInstall, simulationFindings } from '../../../src/install/preflight/simulate.ts';
import { FakeHost, on } from '../../support/fake-host.ts';

const quiet = on('rm -rf -- /run/pigsty-install-preflight', '');
const metadata = { kind: 'metadata', files: [{ path: 'Packages', content: Buffer.from('x') }], key: 'KEY' } as const;

describe('simulating', () => {
  it('puts what it needs below one directory of /run, and removes it at the end', async () => {
    const host = new FakeHost(quiet, on('apt-get -q -s install', 'Inst nginx (1 x)\n'));
    const simulation = await simulateInstall(host, apt, metadata, ['nginx'], false);
    expect(simulation.installs).toEqual([{ name: 'nginx', version: '1' }]);
    expect(host.changes.filter((change) => !change.includes(' /run/pigsty-install-preflight/'))).toEqual([]);
    expect(host.text('/run/pigsty-install-preflight/key.asc')).toBe('KEY');
    expect(host.commands.at(-1)).toBe('rm -rf -- /run/pigsty-install-preflight');
  });

  it('reads a repository that is there in its place', async () => {
    const host = new FakeHost(quiet, on('apt-get -q -s install', ''));
    await simulateInstall(host, apt, { kind: 'unpacked', directory: '/www/mypkg', keyFile: null }, ['nginx'], false);
    expect(host.text('/run/pigsty-install-preflight/sources.list.d/pigsty.sources')).toContain('URIs: file:/www/mypkg\n');
  });

  it('asks nothing when nothing is missing', async () => {
    expect((await simulateInstall(new FakeHost(), apt, metadata, [], false)).problems).toEqual([]);
  });

  it('a package manager that fails makes a problem, not an exception', async () => {
    const host = new FakeHost(quiet, on('apt-get -q -s install', { code: 100, output: 'E: Unable to locate package nginx\n' }));
    expect((await simulateInstall(host, apt, metadata, ['nginx'], false)).problems).toEqual(['E: Unable to locate package nginx']);
  });
});

describe('what a simulation means', () => {
  const none = { installs: [], upgrades: [], removals: [], problems: [] };
  const one = { name: 'a', version: '1' };

  it.each([
    ['nothing', none, []],
    ['something to install', { ...none, installs: [one] }, ['info transaction']],
    ['a problem', { ...none, installs: [one], problems: ['E: x'] }, ['error transaction-impossible']],
    ['a removal', { ...none, removals: ['b'] }, ['error transaction-removes']],
  ])('%s', (_, simulation, expected) => {
    expect(simulationFindings(simulation).map(({ severity, id }) => `${severity} ${id}`)).toEqual(expected);
  });
});
