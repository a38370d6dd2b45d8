import type { Lock, LockedPackage } from '../../src/lock/lock.ts';

/** A package as a lock names it; its digest follows from name and version. */
export function locked(name: string, version: string, overrides: Partial<LockedPackage> = {}): LockedPackage {
  return {
    name,
    version,
    arch: 'amd64',
    upstream: 'base',
    path: `pool/main/${name}_${version}_amd64.deb`,
    file: `${name}_${version}_amd64.deb`,
    sizeBytes: 100,
    installedBytes: 400,
    relations: '0'.repeat(16),
    solveGroups: ['joint'],
    sha256: `${name}${version}`
      .padEnd(64, '0')
      .replace(/[^0-9a-f]/g, 'a')
      .slice(0, 64),
    why: 'profile infra, group web',
    ...overrides,
  };
}

/** Two packages of one upstream. */
export const LOCK: Lock = {
  schema: 1,
  distro: 'd12',
  arch: 'x86_64',
  flavor: 'debian',
  request: {
    profiles: ['infra', 'node'],
    packages: [],
    baseline: ['none'],
    recommends: false,
    modules: [],
    pgVersion: null,
    minor: null,
    manifestSha256: 'a'.repeat(64),
  },
  snapshotSec: 1_760_000_000,
  solved: [{ profile: 'infra', baseline: 'none', packages: 2 }],
  installs: [{ profile: 'infra', solveGroup: 'joint', packages: ['nginx'] }],
  components: {
    grafana: { absent: 'not in Debian' },
    nginx: {
      packages: ['nginx'],
      binary: '/usr/sbin/nginx',
      unit: 'nginx',
      masks: [],
      user: 'www-data',
      config: ['/etc/nginx/nginx.conf'],
      version: '1.22.1-9',
    },
  },
  upstreams: [
    {
      name: 'base',
      suite: 'bookworm main',
      rootSha256: 'b'.repeat(64),
      dateSec: 1_760_000_000,
      trust: { kind: 'signed', fingerprint: 'F'.repeat(40), packageSigners: ['E'.repeat(40)] },
      minor: '9.4',
    },
  ],
  packages: [locked('acl', '2.3.1-3'), locked('nginx', '1.22.1-9')],
};
