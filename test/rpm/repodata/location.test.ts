import { describe, expect, it } from 'vitest';
import { locationBaseFault, locationFault, normalizeLocation } from '../../../src/rpm/repodata/location.ts';

describe('locationFault', () => {
  it.each([
    ['Packages/a/a-1.rpm', null],
    ['a..b/c', null],
    ['', 'it is empty'],
    ['/etc/passwd', 'it is absolute'],
    ['http://x.example.test/a.rpm', 'it is a URL'],
    ['a/../../b', 'it leaves the upstream with ".."'],
    ['a/%2e%2E/b', 'it leaves the upstream with ".."'],
    ['a%2F..%2fb', 'it leaves the upstream with ".."'],
    ['a\\b', 'it holds a control character, "\\", "?" or "#"'],
    ['a?x', 'it holds a control character, "\\", "?" or "#"'],
    ['a\nb', 'it holds a control character, "\\", "?" or "#"'],
    ['a'.repeat(1025), 'it is longer than 1024 characters'],
  ])('of %j: %s', (href, fault) => {
    expect(locationFault(href)).toBe(fault);
  });
});

it.each([
  ['a/b', 'a/b'],
  ['./a//b/./c', 'a/b/c'],
  ['a./b', 'a./b'],
])('%s means %s', (href, normal) => {
  expect(normalizeLocation(href)).toBe(normal);
});

it.each([
  ['https://cdn.example.test/el9/', null],
  ['file:///media/dvd', null],
  ['ftp://x.example.test/', 'xml:base is neither http, https nor file'],
  ['relative/', 'xml:base is not an absolute URL'],
])('xml:base %s: %s', (base, fault) => {
  expect(locationBaseFault(base)).toBe(fault);
});
