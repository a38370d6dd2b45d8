import { describe, expect, it } from 'vitest';
import { formatLock, orderLock } from '../../src/lock/format-lock.ts';
import type { Lock, UpstreamTrust } from '../../src/lock/lock.ts';
import { parseLock } from '../../src/lock/parse-lock.ts';
import { LOCK, locked } from './toy-lock.ts';

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

  it.each(['../../', 'https://cdn.example.test/el9/', 'file:///media/dvd/'])(
    'says that a package lies below %s, and reads it back',
    (base) => {
      const lock: Lock = { ...LOCK, packages: [locked('acl', '1', { base })] };
      expect(formatLock(lock)).toContain(`"base":"${base}"`);
      expect(parseLock(formatLock(lock), 'x.lock')).toEqual(lock);
    },
  );

  it('does not depend on the order its arrays had', () => {
    const shuffled: Lock = { ...LOCK, packages: [...LOCK.packages].reverse(), request: { ...LOCK.request, profiles: ['node', 'infra'] } };
    expect(formatLock(shuffled)).toBe(formatLock(LOCK));
  });

  it('has in memory the order it has in the file', () => {
    const { packages, solved, installs, upstreams, request } = LOCK;
    const shuffled: Lock = {
      ...LOCK,
      packages: packages.toReversed(),
      solved: solved.toReversed(),
      installs: installs.toReversed(),
      upstreams: upstreams.toReversed(),
      components: Object.fromEntries(Object.entries(LOCK.components).reverse()),
      request: { ...request, profiles: request.profiles.toReversed() },
    };
    const ordered = orderLock(shuffled);
    expect(ordered).toEqual(LOCK);
    expect(formatLock(ordered)).toBe(formatLock(shuffled));
    expect(Object.keys(ordered.components)).toEqual(Object.keys(LOCK.components).sort());
  });

  it('changes one line when one package is upgraded', () => {
    const before = formatLock(LOCK).split('\n');
    const after = formatLock({ ...LOCK, packages: [LOCK.packages[0]!, locked('nginx', '1.22.1-10')] }).split('\n');
    expect(after.filter((line, index) => line !== before[index])).toHaveLength(1);
  });
});
