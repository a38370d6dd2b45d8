import { describe, expect, it } from 'vitest';
import { hasCredentials, parseLocation } from '../../../src/rpm/repodata/location.ts';

describe('parseLocation', () => {
  it.each([
    ['Packages/a/a-1.rpm', '', { path: 'Packages/a/a-1.rpm', base: '' }],
    ['./a//b/./c', '', { path: 'a/b/c', base: '' }],
    ['a./b', '', { path: 'a./b', base: '' }],
    ['a..b/c', '', { path: 'a..b/c', base: '' }],
    ['a-1:2.rpm', '', { path: 'a-1:2.rpm', base: '' }],
    ['a/../b', '', { path: 'b', base: '' }],
    ['/etc/a.rpm', '', { path: 'etc/a.rpm', base: '' }],
    ['../pool/a.rpm', '', { path: 'pool/a.rpm', base: '../' }],
    ['a/../../../pool/a.rpm', '', { path: 'pool/a.rpm', base: '../../' }],
    ['https://x.example.test/p/a.rpm', '', { path: 'a.rpm', base: 'https://x.example.test/p/' }],
    ['https://x.example.test/a.rpm', 'https://y.example.test/', { path: 'a.rpm', base: 'https://x.example.test/' }],
    ['p/a.rpm', 'https://cdn.example.test/el9', { path: 'p/a.rpm', base: 'https://cdn.example.test/el9/' }],
    ['a.rpm', 'https://cdn.example.test/el9//', { path: 'a.rpm', base: 'https://cdn.example.test/el9/' }],
    ['../a.rpm', 'https://cdn.example.test/el9/', { path: 'a.rpm', base: 'https://cdn.example.test/' }],
    ['a.rpm', 'file:///media/dvd', { path: 'a.rpm', base: 'file:///media/dvd/' }],
    ['a.rpm', 'https://bob:secret@cdn.example.test/', { path: 'a.rpm', base: 'https://cdn.example.test/' }],
    ['a?x#y.rpm', '', { path: 'a?x#y.rpm', base: '' }],
  ])('%j below %j', (href, base, place) => {
    expect(parseLocation(href, base)).toEqual(place);
  });

  it.each([
    ['', '', 'it is empty'],
    ['a/..', '', 'it names no file'],
    ['https://x.example.test/', '', 'it names no file'],
    ['a/%2e%2E/b', '', 'it leaves the upstream with ".." in disguise'],
    ['a%2F..%2fb', '', 'it leaves the upstream with ".." in disguise'],
    ['a\\b', '', 'it holds a control character or "\\"'],
    ['a\nb', '', 'it holds a control character or "\\"'],
    ['a'.repeat(1025), '', 'it is longer than 1024 characters'],
    ['a', 'ftp://x.example.test/', 'xml:base is neither http, https nor file'],
    ['javascript://x/a', '', 'xml:base is neither http, https nor file'],
    ['a', '../other/', 'xml:base is not an absolute URL'],
    ['a', '/media/dvd', 'xml:base is not an absolute URL'],
    ['a', 'https://x.example.test/?token=1', 'xml:base holds "?" or "#"; a lock has no place for tokens'],
  ])('%j below %j: %s', (href, base, fault) => {
    expect(parseLocation(href, base)).toBe(fault);
  });
});

it.each([
  ['https://bob:pw@x.example.test/', true],
  ['https://bob@x.example.test/', true],
  ['https://x.example.test/a@b/', false],
  ['', false],
])('%s has credentials: %s', (base, expected) => {
  expect(hasCredentials(base)).toBe(expected);
});
