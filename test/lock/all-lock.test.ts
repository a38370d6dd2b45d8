import { describe, expect, it } from 'vitest';
import { compareCodeUnits } from '../../src/base/compare.ts';
import { diffPackages } from '../../src/lock/diff-packages.ts';
import { formatLock } from '../../src/lock/format-lock.ts';
import type { Lock, LockedPackage, UpstreamTrust } from '../../src/lock/lock.ts';
import { parseLock } from '../../src/lock/parse-lock.ts';
import { staleReasons } from '../../src/lock/stale-reasons.ts';

function locked(name: string, version: string, overrides: Partial<LockedPackage> = {}): LockedPackage {
  return {
    name,
    version,
    arch: 'amd64',
    upstream: 'base',
    path: `pool/main/${name}_${version}_amd64.deb`,
    file: `${name}_${version}_amd64.deb`,
    sizeBytes: 100,
    installedBytes: 400,
    sets: ['joint'],
    sha256: `${name}${version}`
      .padEnd(64, '0')
      .replace(/[^0-9a-f]/g, 'a')
      .slice(0, 64),
    why: 'profile infra, group web',
    ...overrides,
  };
}

const LOCK: Lock = {
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
  proofs: [{ profile: 'infra', baseline: 'none', packages: 2 }],
  upstreams: [
    {
      name: 'base',
      suite: 'bookworm main',
      rootSha256: 'b'.repeat(64),
      dateSec: 1_760_000_000,
      trust: { kind: 'signed', fingerprint: 'F'.repeat(40) },
    },
  ],
  packages: [locked('acl', '2.3.1-3'), locked('nginx', '1.22.1-9')],
};

describe('a lock file', () => {
  it('reads back as what was written', () => {
    expect(parseLock(formatLock(LOCK), 'x.lock')).toEqual(LOCK);
  });

  it.each<[string, UpstreamTrust, string]>([
    ['of one key', { kind: 'packages', fingerprint: 'A' }, '{"kind":"packages","fingerprint":"A"}'],
    ['of two keys', { kind: 'packages', fingerprint: 'A', others: ['B'] }, '{"kind":"packages","fingerprint":"A","others":["B"]}'],
    [
      'of a weak key',
      { kind: 'signed', fingerprint: 'A', weak: ['key A: old'] },
      '{"kind":"signed","fingerprint":"A","weak":["key A: old"]}',
    ],
  ])('says of trust %s what there is, and reads it back', (_what, trust, text) => {
    const lock: Lock = { ...LOCK, upstreams: [{ ...LOCK.upstreams[0]!, trust }] };
    expect(formatLock(lock)).toContain(`"trust":${text}}`);
    expect(parseLock(formatLock(lock), 'x.lock')).toEqual(lock);
  });

  it('does not depend on the order its arrays had', () => {
    const shuffled: Lock = { ...LOCK, packages: [...LOCK.packages].reverse(), request: { ...LOCK.request, profiles: ['node', 'infra'] } };
    expect(formatLock(shuffled)).toBe(formatLock(LOCK));
  });

  it('changes one line when one package is upgraded', () => {
    const before = formatLock(LOCK).split('\n');
    const after = formatLock({ ...LOCK, packages: [LOCK.packages[0]!, locked('nginx', '1.22.1-10')] }).split('\n');
    expect(after.filter((line, index) => line !== before[index])).toHaveLength(1);
  });

  it.each([
    ['not JSON', '{', /not JSON/],
    ['an unknown field', formatLock(LOCK).replace('"schema"', '"extra": 1, "schema"'), /extra/],
    ['a path that leaves the upstream', formatLock(LOCK).replace('pool/main/acl', '../../acl'), /packages\.0\.path/],
    ['a file name with a slash', formatLock(LOCK).replace('"file":"acl', '"file":"a/cl'), /packages\.0\.file/],
    ['a short digest', formatLock(LOCK).replace('a'.repeat(64), 'a'.repeat(63)), /manifestSha256/],
    [
      'two packages of one file name',
      formatLock({ ...LOCK, packages: [locked('acl', '1'), locked('acl', '1', { arch: 'all' })] }),
      /acl_1_amd64\.deb/,
    ],
    ['a newer schema', formatLock(LOCK).replace('"schema": 1', '"schema": 2'), /newer/],
  ])('with %s is refused, naming the fault', (_what, text, fault) => {
    expect(() => parseLock(text, 'x.lock')).toThrow(
      expect.objectContaining({ code: 'LOCK_INVALID', message: expect.stringMatching(fault) }),
    );
  });
});

describe('staleness', () => {
  it('is empty for the request the lock answers', () => {
    expect(staleReasons(LOCK, { ...LOCK, request: { ...LOCK.request, profiles: ['node', 'infra'] } })).toEqual([]);
  });

  it('names every difference', () => {
    const reasons = staleReasons(LOCK, {
      ...LOCK,
      distro: 'd13',
      request: { ...LOCK.request, packages: ['htop'], manifestSha256: 'c'.repeat(64) },
    });
    expect(reasons).toHaveLength(3);
    expect(reasons[1]).toContain('the request has htop');
  });
});

describe('diffPackages', () => {
  const diff = (before: LockedPackage[], after: LockedPackage[]) => diffPackages(before, after, compareCodeUnits);

  it('says added, removed, up, down and rebuilt with their bytes', () => {
    const result = diff(
      [locked('down', '2'), locked('gone', '1'), locked('same', '1'), locked('swap', '1', { sha256: 'd'.repeat(64) }), locked('up', '1')],
      [
        locked('down', '1'),
        locked('new', '1', { sizeBytes: 7 }),
        locked('same', '1'),
        locked('swap', '1'),
        locked('up', '2', { sizeBytes: 150 }),
      ],
    );
    expect(result.changes.map((change) => [change.kind, change.name, change.deltaBytes])).toEqual([
      ['down', 'down', 0],
      ['removed', 'gone', -100],
      ['added', 'new', 7],
      ['rebuilt', 'swap', 0],
      ['up', 'up', 50],
    ]);
    expect(result.deltaBytes).toBe(-43);
  });

  it('pairs equal versions first when a name stands several times', () => {
    const result = diff([locked('kernel', '1'), locked('kernel', '2')], [locked('kernel', '2'), locked('kernel', '3')]);
    expect(result.changes).toMatchObject([{ kind: 'up', from: '1', to: '3' }]);
  });
});
