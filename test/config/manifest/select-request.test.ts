/** Requests in a person's words become sorted, merged package requests; all wrong names are reported together. */
import { describe, expect, it } from 'vitest';
import { isAppError } from '../../../src/base/errors.ts';
import { parseOverlay } from '../../../src/config/manifest/parse-manifest.ts';
import { resolveManifest } from '../../../src/config/manifest/resolve-manifest.ts';
import { type RequestSelection, selectRequest } from '../../../src/config/manifest/select-request.ts';
import { loadManifest } from '../load-manifests.ts';

const el9 = resolveManifest(loadManifest({ distro: 'el9', arch: 'aarch64' }, 'pigsty'), {
  target: { distro: 'el9', arch: 'aarch64' },
  flavor: 'pigsty',
  region: 'default',
});
const d12 = resolveManifest(loadManifest({ distro: 'd12', arch: 'x86_64' }, 'debian'), {
  target: { distro: 'd12', arch: 'x86_64' },
  flavor: 'debian',
  region: 'default',
  overlays: [
    parseOverlay({
      path: 'o.yaml',
      text: `schema: 1
groups:
  soft: { packages: [nginx, maybe], optional: true, recommends: true }
  alone: { packages: [nginx], separate: true }
`,
    }),
  ],
});

const select = (manifest: typeof el9, selection: Partial<RequestSelection>) =>
  selectRequest(manifest, { profiles: [], packages: [], removals: [], pgVersion: null, ...selection });
const texts = (manifest: typeof el9, selection: Partial<RequestSelection>) => select(manifest, selection).map(({ text }) => text);

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (isAppError(error, 'PROFILE_UNKNOWN')) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('PostgreSQL versions', () => {
  it('come from the name of a profile or group, else from the request, else from the manifest', () => {
    expect(texts(el9, { profiles: ['pgsql-16'] })).toContain('postgresql16-server');
    expect(texts(el9, { profiles: ['pgsql'], pgVersion: 17 })).toContain('postgresql17-server');
    expect(texts(el9, { profiles: ['pgsql'] })).toContain('postgresql18-server');
    expect(texts(el9, { packages: ['pg15-rag'] })).toContain('pgvector_15');
    expect(texts(el9, { packages: ['pgvector'], pgVersion: 14 })).toEqual(['pgvector_14']);
  });

  it('leave out members that do not exist for a version', () => {
    expect(texts(el9, { packages: ['pgsql-olap'], pgVersion: 17 })).not.toContain('pg_orca_17');
    expect(texts(el9, { packages: ['pg18-olap'] })).toContain('pg_orca_18');
    expect(texts(el9, { packages: ['pgaudit'], pgVersion: 15 })).toEqual(['pgaudit17_15']);
  });
});

describe('expansion', () => {
  it('keeps the differences of one target', () => {
    expect(texts(el9, { packages: ['patroni'] })).toEqual(['patroni-etcd.noarch', 'patroni.noarch']);
  });

  it('is one level deep: a member is a package even when a group has its name', () => {
    expect(texts(el9, { packages: ['pgsql-common'] })).toContain('vip-manager');
    expect(texts(d12, { packages: ['docker'] })).toEqual(['docker-compose', 'docker.io']);
  });

  it('merges requests for one package: recommended if one is, optional only if all are, a separate one stays on its own', () => {
    const requests = select(d12, { packages: ['soft', 'nginx', 'alone'] });
    expect(requests).toEqual([
      { text: 'maybe', origin: '--package soft', recommends: true, optional: true },
      { text: 'nginx', origin: '--package; --package soft', recommends: true, optional: false },
      { text: 'nginx', origin: '--package alone', recommends: false, optional: false, separate: 'alone' },
    ]);
  });

  it('names the profile the person asked for, not the one it includes', () => {
    const nginx = select(d12, { profiles: ['full'] }).find((request) => request.text === 'nginx');
    expect(nginx?.origin).toBe('profile full, group infra-package');
  });

  it('does not depend on the order of the request', () => {
    expect(select(d12, { profiles: ['node', 'infra'], packages: ['mtr', 'tmux'] })).toEqual(
      select(d12, { profiles: ['infra', 'node'], packages: ['tmux', 'mtr'] }),
    );
  });
});

describe('wrong names', () => {
  it('are all reported together, with what exists', () => {
    const available = 'available: full, infra, node, pgsql, pgsql-15';
    const message = refusal(() => select(d12, { profiles: ['inffra', 'pgsql-17'], packages: ['pg18-core'], removals: ['telnt'] }));
    expect(message).toBe(
      [
        `profile "inffra" is not available for d12.x86_64 with flavor debian (did you mean "infra"?); ${available}`,
        `profile "pgsql-17" is not available for d12.x86_64 with flavor debian (did you mean "pgsql-15"?); ${available}`,
        'group "pg18-core" is for PostgreSQL 18, which is not available for d12.x86_64 with flavor debian; available: 15',
        'nothing asks for "telnt", so it cannot be removed (did you mean "telnet"?)',
      ].join('\n'),
    );
  });

  it.each([
    [
      'a version the flavor lacks',
      d12,
      { profiles: ['infra'], pgVersion: 17 },
      'PostgreSQL 17 is not available for d12.x86_64 with flavor debian; available: 15',
    ],
    ['a group without that version', el9, { packages: ['pg_orca'], pgVersion: 16 }, 'group "pg_orca" has nothing for PostgreSQL 16'],
    ['a word of JavaScript', el9, { profiles: ['constructor'] }, 'profile "constructor" is not available'],
  ])('%s', (_name, manifest, selection, text) => expect(refusal(() => select(manifest, selection))).toContain(text));
});
