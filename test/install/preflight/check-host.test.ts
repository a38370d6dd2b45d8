import { describe, expect, it } from 'vitest';
import type { HostFacts } from '../../../src/facts/types.ts';
import { checkHost, type PreflightInput } from '../../../src/install/preflight/check-host.ts';
import { SOME_FACTS } from '../../lab/install/some-facts.ts';

const GIB = 1024 ** 3;
const BUNDLE = {
  target: { distro: 'd12', arch: 'x86_64', minor: null },
  id: 'b'.repeat(64),
  snapshotSec: 1_749_000_000,
  unpackedBytes: 2 * GIB,
  installedBytes: 3 * GIB,
  uploadBytes: GIB,
} as const;
const PORT_80 = { service: 'nginx', port: 80, protocol: 'tcp', holders: ['nginx'] } as const;

function findings(facts: Partial<HostFacts>, input: Partial<PreflightInput> = {}): string[] {
  const all = checkHost({
    facts: { ...SOME_FACTS, ...facts },
    bundle: BUNDLE,
    ports: [],
    webRoot: '/www',
    repoName: 'pigsty',
    webData: '/data/nginx',
    ...input,
  });
  return all.map(({ severity, id }) => `${severity} ${id}`);
}

const disk = (path: string, gib: number) => ({
  path,
  device: 'd',
  type: 'ext4',
  options: ['rw'],
  availableBytes: gib * GIB,
  totalBytes: 100 * GIB,
});
const listening = (address: string, process: string) => ({ protocol: 'tcp', address, port: 80, process, pid: 7 }) as const;

describe('preflight', () => {
  it.each<[string, Partial<HostFacts>, string[]]>([
    ['a host that is fine', {}, []],
    ['another distribution', { os: { ...SOME_FACTS.os, distro: 'd13' } }, ['error os-mismatch']],
    ['another CPU', { arch: 'aarch64', machine: 'aarch64' }, ['error arch-mismatch']],
    ['nobody of importance', { privilege: { user: 'bob', uid: 1000, how: 'none' } }, ['error no-root']],
    ['no systemd, no package manager', { systemd: null, packageManager: null }, ['error no-package-manager', 'error no-systemd']],
    [
      'half-done packages',
      { brokenPackages: [{ name: 'x', version: '1', state: 'half-configured', needsReinstall: false }] },
      ['error packages-broken'],
    ],
    ['one disk too small for all of it', { mounts: [disk('/', 5.5)] }, ['error disk-space']],
    ['the same on two disks', { mounts: [disk('/', 4.5), disk('/data', 2.5)] }, []],
    ['a web disk too small', { mounts: [disk('/', 40), disk('/data', 1)] }, ['error disk-space']],
    [
      'a web root elsewhere',
      { mounts: [disk('/', 40), disk('/srv', 1)], www: { type: 'symlink', target: '/srv/www', real: '/srv/www' } },
      ['error disk-space'],
    ],
    ['a file at the web root', { www: { type: 'file', target: null, real: '/www' } }, ['error web-root-invalid']],
    ['a dangling web root', { www: { type: 'symlink', target: '/gone', real: '' } }, ['error web-root-dangling']],
    ['a clock that is a bit off', { clockSkewSec: -45 }, ['warning clock-skew']],
    ['a clock of the past', { clockSkewSec: -9e6, clockSec: 1_741_000_000 }, ['error clock-past', 'error clock-wrong']],
    [
      'a hardened host',
      { security: { selinux: 'enforcing', semanage: false, firewalld: true, ufw: false, fapolicyd: true } },
      ['warning fapolicyd', 'warning selinux-semanage', 'info firewall'],
    ],
    ['other sources', { sources: [{ path: '/etc/apt/sources.list', content: 'deb http://example.test x\n' }] }, ['info other-sources']],
    ['only our own source', { sources: [{ path: '/etc/apt/sources.list.d/pigsty-local.sources', content: 'Types: deb\n' }] }, []],
    ['a repository of another bundle', { repository: { complete: true, bundleId: 'c'.repeat(64) } }, ['warning other-repository']],
    ['a small host', { memoryBytes: 512 * 1024 ** 2 }, ['warning memory-small']],
  ])('%s', (_, facts, expected) => {
    expect(findings(facts)).toEqual(expected);
  });

  it('needs no room for a repository that is there', () => {
    expect(findings({ mounts: [disk('/', 3.5)], repository: { complete: true, bundleId: BUNDLE.id } })).toEqual([]);
  });

  it.each([
    ['somebody else on every address', listening('0.0.0.0', 'apache2'), undefined, ['error port-taken']],
    ['ourselves', listening('0.0.0.0', 'nginx'), undefined, []],
    ['somebody on an address we do not use', listening('10.0.0.9', 'x'), '127.0.0.1', []],
    ['somebody on our address', listening('127.0.0.1', 'x'), '127.0.0.1', ['error port-taken']],
  ])('a port with %s', (_, taken, address, expected) => {
    const claim = address === undefined ? PORT_80 : { ...PORT_80, address };
    expect(findings({ ports: [taken] }, { ports: [claim] })).toEqual(expected);
  });

  it('judges a host without a bundle', () => {
    expect(findings({ os: { ...SOME_FACTS.os, distro: null } }, { bundle: null })).toEqual(['error os-unsupported']);
  });
});
