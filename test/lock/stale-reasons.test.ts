import { describe, expect, it } from 'vitest';
import { staleReasons } from '../../src/lock/stale-reasons.ts';
import { LOCK } from './toy-lock.ts';

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
