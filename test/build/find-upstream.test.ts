import { expect, it } from 'vitest';
import { findUpstream } from '../../src/build/find-upstream.ts';
import { TOY_UPSTREAM } from '../lab/upstreams/deb-metadata.ts';

const upstreams = ['a', 'b'].map((name) => ({ ...TOY_UPSTREAM, name }));

it('is the one of this name', () => {
  expect(findUpstream('b', upstreams)).toBe(upstreams[1]);
});

it.each<[string, readonly string[] | undefined, string]>([
  ['c', undefined, 'c'],
  ['c', ['a', 'c', 'b', 'd'], 'c, d'],
])('an unknown one is LOCK_INVALID, with every other unknown one: %s of %j', (name, wanted, unknown) => {
  expect(() => findUpstream(name, upstreams, wanted)).toThrow(
    expect.objectContaining({
      code: 'LOCK_INVALID',
      message: `the lock names upstreams the manifest does not have: ${unknown}`,
      hint: expect.stringContaining('--manifest'),
    }),
  );
});
