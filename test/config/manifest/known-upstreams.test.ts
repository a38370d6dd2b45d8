import { describe, expect, it } from 'vitest';
import { KnownUpstreams } from '../../../src/config/manifest/known-upstreams.ts';

function known(region = 'default'): KnownUpstreams {
  const all = new KnownUpstreams(region);
  all.add({
    mirrors: { debian: { default: 'http://ftp.example.test/debian/', china: ['http://cn.example.test/debian'] } },
    keys: { k: { fingerprints: [], keyrings: [], urls: ['https://keys.example.test/KEY'] } },
  });
  all.add({
    upstreams: [
      {
        name: 'pgdg$v',
        pg: [16, 17],
        url: { default: 'https://pg.example.test/yum/$v/x' },
        vault: 'https://vault.example.test/$releasever',
      },
      { name: 'base', url: 'http://one.example.test' },
    ],
  });
  return all;
}

describe('the upstreams of every distro', () => {
  it('have names, one for each PostgreSQL major', () => {
    expect([...known().names]).toEqual(['pgdg16', 'pgdg17', 'base']);
  });

  it.each([
    ['http://ftp.example.test/debian', true],
    ['http://ftp.example.test/debian/dists/x', true],
    ['http://ftp.example.test/', true],
    ['https://keys.example.test/', true],
    ['https://pg.example.test/yum/17/', true],
    ['https://vault.example.test/', true],
    ['http://ftp.example.test/debian-security/', false],
    ['http://ftp.example.tes', false],
    ['http://cn.example.test/debian/', false],
  ])('may have a URL that begins with %s: %s', (prefix, expected) => {
    expect(known().hasUrlBelow(prefix)).toBe(expected);
  });

  it('have other URLs in another region', () => {
    expect(known('china').hasUrlBelow('http://cn.example.test/debian/')).toBe(true);
    expect(known('china').hasUrlBelow('http://ftp.example.test/debian/')).toBe(false);
  });
});
