import { describe, expect, it } from 'vitest';
import { below, encodePath, noRepositoryHint, packageUrls, startingWith } from '../../src/metadata/upstream-urls.ts';

describe('a file below its mirrors', () => {
  it.each<[readonly string[], readonly string[], readonly string[]]>([
    [
      ['http://a', 'http://b/x//'],
      ['dists/sid', 'InRelease'],
      ['http://a/dists/sid/InRelease', 'http://b/x/dists/sid/InRelease'],
    ],
    [['file:///srv/'], ['', 'Release'], ['file:///srv/Release']],
    [['http://a'], ['', '', ''], ['http://a/']],
    [[], ['x'], []],
  ])('%j with %j', (mirrors, parts, urls) => {
    expect(below(mirrors, ...parts)).toEqual(urls);
  });
});

it.each([
  [0, ['a', 'b', 'c']],
  [1, ['b', 'c', 'a']],
  [2, ['c', 'a', 'b']],
])('begins with mirror %d and loses none', (mirrorIndex, order) => {
  expect(startingWith(['a', 'b', 'c'], mirrorIndex)).toEqual(order);
});

describe('a path in a URL', () => {
  it.each([
    ['pool/g/gcc/g++_12.2~rc1+b1_amd64.deb', 'pool/g/gcc/g%2b%2b_12.2%7erc1%2bb1_amd64.deb'],
    ['pool/a b#c?d.deb', 'pool/a%20b%23c%3fd.deb'],
    ['pool/x_1%3a2.deb', 'pool/x_1%253a2.deb'],
    ["pool/:@!$&'()*,;=[x].deb", "pool/:@!$&'()*,;=[x].deb"],
    ['pool/é^{|}`"<>\\.deb', 'pool/%c3%a9%5e%7b%7c%7d%60%22%3c%3e%5c.deb'],
  ])('%s is written as apt writes it', (path, encoded) => {
    expect(encodePath.deb(path)).toBe(encoded);
  });

  it.each([
    ['Packages/g/gcc-c++-11~1^2-1.rpm', 'Packages/g/gcc-c%2b%2b-11~1%5e2-1.rpm'],
    ['Packages/gcc-c%2B%2B-11.rpm', 'Packages/gcc-c%252B%252B-11.rpm'],
    ['100% (pure).rpm', '100%25%20%28pure%29.rpm'],
  ])('%s is written as dnf writes it', (path, encoded) => {
    expect(encodePath.rpm(path)).toBe(encoded);
  });

  it.each(['pool/g++_1~a^b%2B:@[x] é#?.deb', 'a"<>`{|}.deb'])('%j is what a server decodes', (path) => {
    for (const family of ['deb', 'rpm'] as const) {
      const url = new URL(`http://a/${encodePath[family](path)}`);
      expect([url.search, url.hash, decodeURIComponent(url.pathname)]).toEqual(['', '', `/${path}`]);
    }
  });
});

describe('a package', () => {
  it('is asked for on every mirror', () => {
    expect(packageUrls('deb', ['http://a', 'http://b/x'], 'pool/a+b.deb')).toEqual([
      'http://a/pool/a%2bb.deb',
      'http://b/x/pool/a%2bb.deb',
    ]);
    expect(packageUrls('deb', ['http://a'], 'pool/a%2Bb.deb')).toEqual(['http://a/pool/a%252Bb.deb']);
  });

  it('whose RPM metadata has an escaped path is asked for literally, as dnf does, and then as the URL that may be meant', () => {
    expect(packageUrls('rpm', ['http://a'], 'a%2Bb 100%.rpm')).toEqual(['http://a/a%252Bb%20100%25.rpm', 'http://a/a%2Bb%20100%25.rpm']);
  });
});

it('says where to look when there is no repository', () => {
  expect(noRepositoryHint('toy', 'the url')).toMatch(/^there is no repository here.*check the url of upstream toy/);
});
