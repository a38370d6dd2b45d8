import { expect, it } from 'vitest';
import { formatOwner, type LeaseOwner, parseOwner, sayOwner } from '../../src/host/lease-owner.ts';

const OWNER: LeaseOwner = { doing: 'install', user: 'ann', from: 'laptop', pid: 7, boot: 'b', terminal: 'pts/0', sinceSec: 1_769_839_864 };

it('is told in words', () => {
  expect(sayOwner(OWNER)).toBe('install by ann@laptop (pid 7, pts/0) since 2026-01-31 06:11:04 UTC');
  expect(sayOwner({ ...OWNER, terminal: null })).toBe('install by ann@laptop (pid 7) since 2026-01-31 06:11:04 UTC');
  expect(sayOwner(null)).toBe('somebody');
});

it('is read as it was written', () => {
  expect(parseOwner(formatOwner(OWNER))).toEqual(OWNER);
  expect(parseOwner(formatOwner({ ...OWNER, terminal: null }))).toEqual({ ...OWNER, terminal: null });
});

it.each(['', 'x', 'null', '[]', '{}', '{"doing":1}', JSON.stringify({ ...OWNER, pid: '7' }), JSON.stringify({ ...OWNER, user: null })])(
  'is nobody when the file says %s',
  (line) => {
    expect(parseOwner(line)).toBeNull();
  },
);

it.each([1e300, -1, 0.5])('has a time whatever is in the file: %d', (sinceSec) => {
  expect(() => sayOwner({ ...OWNER, sinceSec })).not.toThrow();
});
