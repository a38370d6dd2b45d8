/**
 * Facts of a host as it comes from the installation medium: to show what an installation would do without having the host. Assumed, not
 * asked.
 */
import type { BundleView } from '../contract/declaration.ts';
import type { HostState } from '../contract/host-state.ts';
import { type InstallFacts, NO_EARLIER_RUNS } from '../state/earlier-runs.ts';

/** What every such host says of itself. Its size and disks are not assumed to be anything. */
export function freshHostFacts(bundle: Pick<BundleView, 'distro' | 'arch' | 'family'>, address: string): InstallFacts {
  const isDeb = bundle.family === 'deb';
  return {
    os: { id: bundle.distro, idLike: [], versionId: '', codename: '', prettyName: `a fresh ${bundle.distro}`, distro: bundle.distro },
    machine: bundle.arch,
    arch: bundle.arch,
    kernel: '',
    hostname: 'infra-1',
    addresses: [address],
    privilege: { user: 'root', uid: 0, how: 'root' },
    systemd: 252,
    canSetClock: true,
    cpus: 0,
    memoryBytes: 0,
    memoryAvailableBytes: 0,
    clockSec: 0,
    clockSkewSec: 0,
    nrOpen: null,
    mounts: [],
    ports: [],
    security: { selinux: 'absent', semanage: false, firewalld: false, ufw: false, fapolicyd: false },
    packageManager: { name: isDeb ? 'apt' : 'dnf', version: '' },
    packages: new Map(),
    brokenPackages: [],
    heldPackages: [],
    packageRules: [],
    sources: [],
    www: { type: 'missing', target: null, real: '' },
    repository: { complete: false, bundleId: null },
    resolved: false,
    resolvConf: { path: { type: 'file', target: null, real: '/etc/resolv.conf' }, nameservers: [] },
    resolvConfText: '',
    etcHosts: '127.0.0.1 localhost\n',
    users: isDeb ? new Map([['www-data', { uid: 33, gid: 33, home: '/var/www', shell: '/usr/sbin/nologin' }]]) : new Map(),
    groups: isDeb ? new Map([['www-data', { gid: 33, members: [] }]]) : new Map(),
    ...NO_EARLIER_RUNS,
  };
}

/** Nothing of ours is there. */
export const FRESH_STATE: HostState = {
  paths: new Map(),
  units: new Map(),
  sysctls: new Map(),
  fixedSysctls: new Set(),
  checks: new Map(),
  provided: new Set(),
};
