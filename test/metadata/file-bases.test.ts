import { describe, expect, it } from 'vitest';
import { basesOf, lockedPlace } from '../../src/metadata/file-bases.ts';

const NEAR = 'https://bob:secret@near.example.test/el9';
const FAR = 'http://far.example.test/mirror/el9/';

describe('a file is asked for', () => {
  it.each<[string, readonly string[], string, readonly string[]]>([
    ['on every mirror', [NEAR, FAR], '', [NEAR, FAR]],
    ['beside every mirror', [NEAR, FAR], '../', ['https://bob:secret@near.example.test/', 'http://far.example.test/mirror/']],
    ['above an upstream on this machine', ['file:///srv/a/el9'], '../../', ['file:///srv/']],
    ['elsewhere first, then where mirrors have copied it', [FAR], 'https://cdn.example.test/', ['https://cdn.example.test/', FAR]],
    [
      'elsewhere on the server of a mirror, with what opens that',
      [FAR, NEAR],
      'https://near.example.test/other/',
      ['https://bob:secret@near.example.test/other/', FAR, NEAR],
    ],
    ['on this machine where the upstream is', ['file:///srv/el9'], 'file:///media/dvd/', ['file:///media/dvd/', 'file:///srv/el9']],
    ['never on this machine where the upstream is elsewhere', [FAR], 'file:///etc/', [FAR]],
  ])('%s', (_where, mirrors, base, bases) => {
    expect(basesOf(mirrors, base)).toEqual(bases);
  });
});

describe('a lock says of a package', () => {
  it.each([
    ['its path', { location: 'p/a.rpm', locationBase: '' }, { path: 'p/a.rpm' }],
    ['its path, where xml:base is the upstream', { location: 'a.rpm', locationBase: 'https://near.example.test/el9/' }, { path: 'a.rpm' }],
    [
      'its path, where xml:base is below it',
      { location: 'a.rpm', locationBase: 'http://far.example.test/mirror/el9/p/' },
      { path: 'p/a.rpm' },
    ],
    [
      'where else it is',
      { location: 'a.rpm', locationBase: 'https://near.example.test/el9x/' },
      { path: 'a.rpm', base: 'https://near.example.test/el9x/' },
    ],
    ['that it is beside', { location: 'pool/a.rpm', locationBase: '../' }, { path: 'pool/a.rpm', base: '../' }],
  ])('%s', (_what, pkg, place) => {
    expect(lockedPlace(pkg, [NEAR, FAR])).toEqual(place);
  });
});
