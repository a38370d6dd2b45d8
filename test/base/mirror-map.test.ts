/** A user's own proxy repositories in the place of published URLs. */
import { describe, expect, it } from 'vitest';
import { isRoutedBy, type MirrorRoute, orderRoutes, routeUrls } from '../../src/base/mirror-map.ts';

const MAP: Readonly<Record<string, string | readonly string[]>> = {
  'http://ftp.debian.org/debian/': 'http://mirror.corp/debian/',
  'http://ftp.debian.org/debian/dists/bookworm': 'http://frozen.corp/bookworm',
  'https://dl.rockylinux.org': ['http://a.corp/rocky', 'http://b.corp/rocky/'],
  'file:///media/dvd/': 'file:///srv/dvd',
};

const routes = (map = MAP): readonly MirrorRoute[] => orderRoutes(Object.entries(map).map(([from, to]) => ({ from, to: [to].flat() })));

describe('a URL', () => {
  it.each([
    ['http://ftp.debian.org/debian/pool/a.deb', ['http://mirror.corp/debian/pool/a.deb']],
    ['http://ftp.debian.org/debian', ['http://mirror.corp/debian']],
    ['http://ftp.debian.org/debian/', ['http://mirror.corp/debian/']],
    ['HTTP://FTP.debian.org:80/debian/x', ['http://mirror.corp/debian/x']],
    ['https://dl.rockylinux.org:443/pub?arch=x', ['http://a.corp/rocky/pub?arch=x', 'http://b.corp/rocky/pub?arch=x']],
    ['https://dl.rockylinux.org?repo=x', ['http://a.corp/rocky?repo=x', 'http://b.corp/rocky?repo=x']],
    ['file:///media/dvd/x', ['file:///srv/dvd/x']],
  ])('%s goes another way', (url, expected) => {
    expect(routeUrls([url], routes()).urls).toEqual(expected);
  });

  it('goes the way of the longest beginning, in whatever order the map is written', () => {
    const url = 'http://ftp.debian.org/debian/dists/bookworm/InRelease';
    const reversed = Object.fromEntries(Object.entries(MAP).reverse());
    for (const map of [MAP, reversed]) expect(routeUrls([url], routes(map)).urls).toEqual(['http://frozen.corp/bookworm/InRelease']);
  });

  it.each([
    'http://ftp.debian.org/debian-security/x',
    'http://ftp.debian.org/debian/../x'.replace('/debian/..', ''),
    'https://ftp.debian.org/debian/x',
    'http://ftp.debian.org.evil.test/debian/x',
    'http://ftp.debian.org:8080/debian/x',
    'http://ftp.debian.org/Debian/x',
    '/media/dvd/x',
  ])('%s stays as it is', (url) => {
    expect(routeUrls([url], routes())).toEqual({ urls: [url], origins: [0] });
    expect(routes().some((route) => isRoutedBy(route, url))).toBe(false);
  });
});

describe('several URLs of one file', () => {
  it('that are not in the map are left out once one is', () => {
    const urls = ['http://near.test/x', 'http://ftp.debian.org/debian/x', 'http://far.test/x', 'https://dl.rockylinux.org/x'];
    expect(routeUrls(urls, routes())).toEqual({
      urls: ['http://mirror.corp/debian/x', 'http://a.corp/rocky/x', 'http://b.corp/rocky/x'],
      origins: [1, 3, 3],
    });
  });

  it('that go to one place are asked once', () => {
    const both = routes({ 'http://a/': 'http://m/', 'http://b/': 'http://m/' });
    expect(routeUrls(['http://b/x', 'http://a/x'], both)).toEqual({ urls: ['http://m/x'], origins: [0] });
  });

  it('without a map are asked as they are', () => {
    expect(routeUrls(['http://a/x', 'http://b/x'], [])).toEqual({ urls: ['http://a/x', 'http://b/x'], origins: [0, 1] });
  });
});
