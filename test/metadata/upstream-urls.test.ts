import { describe, expect, it } from 'vitest';
import { below, encodePath, startingWith } from '../../src/metadata/upstream-urls.ts';

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

describe('the path of a package in a URL', () => {
  it.each([
    ['pool/g/gcc/g++_12.2~rc1+b1_amd64.deb', 'pool/g/gcc/g++_12.2~rc1+b1_amd64.deb'],
    ['pool/a b#c?d.deb', 'pool/a%20b%23c%3Fd.deb'],
    ['pool/x_1%3a2.deb', 'pool/x_1%253a2.deb'],
  ])('%s of a stanza is taken literally', (path, encoded) => {
    expect(encodePath.deb(path)).toBe(encoded);
  });

  it.each([
    ['Packages/g/gcc-c++-11~1^2-1.rpm', 'Packages/g/gcc-c++-11~1%5E2-1.rpm'],
    ['Packages/gcc-c%2B%2B-11.rpm', 'Packages/gcc-c%2B%2B-11.rpm'],
    ['100% pure.rpm', '100%25%20pure.rpm'],
  ])('%s of RPM metadata is a URL already', (path, encoded) => {
    expect(encodePath.rpm(path)).toBe(encoded);
  });
});
