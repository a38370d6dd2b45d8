import { expect, it } from 'vitest';
import { MirrorHealth } from '../../../src/fetch/mirrors/mirror-health.ts';
import { MirrorFailure } from '../../../src/fetch/transport/mirror-failure.ts';

const URLS = ['http://a.example.test/x', 'http://b.example.test/x'];
const noHost = new MirrorFailure('unreachable', 'no such host', { cause: Object.assign(new Error('x'), { code: 'ENOTFOUND' }) });
const refused = new MirrorFailure('unreachable', 'refused');
const busy = new MirrorFailure('busy', '503');

it.each([
  ['after one answer that the host does not exist', [noHost], true, true],
  ['after three refused connections', [refused, refused, refused], true, true],
  ['not after two', [refused, refused], false, false],
  ['though alive, after three overloads', [busy, busy, busy], true, false],
  ['never for files it lacks', Array(5).fill(new MirrorFailure('missing', '404')), false, false],
])('a mirror is asked last %s', (_, failures: MirrorFailure[], last, dead) => {
  const health = new MirrorHealth();
  for (const failure of failures) health.noteFailure('http://a.example.test/y', failure, health.begin());
  expect(health.order(URLS)[0] === URLS[1]).toBe(last);
  expect(health.isDead(URLS[0] ?? '')).toBe(dead);
  health.noteSuccess('http://a.example.test/z');
  expect(health.order(URLS)).toEqual(URLS);
});

it('connections that were tried together and failed together count as one', () => {
  const health = new MirrorHealth();
  const url = 'http://a.example.test/y';
  const round = (): void => {
    const together = Array.from({ length: 64 }, () => health.begin());
    for (const request of together) health.noteFailure(url, refused, request);
  };
  round();
  round();
  expect(health.isDead(url)).toBe(false);
  round();
  expect(health.isDead(url)).toBe(true);
});
