import { describe, expect, it } from 'vitest';
import { ManifestFile, OverlayFile } from '../../../src/config/manifest/manifest-file.ts';

const accepts = (schema: typeof ManifestFile | typeof OverlayFile, section: object): boolean =>
  schema.safeParse({ schema: 1, ...section }).success;

describe('ManifestFile', () => {
  it('may hold one section, or none', () => {
    expect(accepts(ManifestFile, {})).toBe(true);
    expect(ManifestFile.safeParse({}).success).toBe(false);
  });

  it.each([
    ['a package', { groups: { a: 'nginx' } }],
    ['packages with conditions', { groups: { a: ['nginx', { name: 'x_$v', on: ['el9', 'd12.aarch64'], pg: [17], optional: true }] } }],
    ['a group with switches', { groups: { a: { packages: ['x'], recommends: true, separate: true } } }],
    ['URLs by region', { upstreams: [{ name: 'u-$v', url: { default: 'https://h.test/x', china: ['http://i.test/', 'file:///srv'] } }] }],
    [
      'a component for two families',
      { components: { c: { packages: [], unit: { rpm: 'a', deb: 'b' }, user: 'root', config: ['/etc/c'] } } },
    ],
  ])('takes %s', (_, section) => {
    expect(accepts(ManifestFile, section)).toBe(true);
  });

  it.each([
    ['a distro nobody builds for', { groups: { a: [{ name: 'x', on: ['el99'] }] } }],
    ['an empty list of packages', { groups: { a: [] } }],
    ['a package name with a space', { groups: { a: 'ng inx' } }],
    ['a path with ..', { components: { c: { packages: [], user: 'root', config: ['/etc/../x'] } } }],
    ['a component with both a package and a reason', { components: { c: { absent: 'x', packages: [], user: 'root', config: [] } } }],
    ['a short fingerprint', { keys: { k: { fingerprints: ['ABCD'], keyrings: [], urls: [] } } }],
    ['a key over a file URL', { keys: { k: { fingerprints: ['A'.repeat(40)], keyrings: [], urls: ['file:///k'] } } }],
    ['a URL of another kind', { upstreams: [{ name: 'u', url: 'ftp://h.test/' }] }],
    ['a minor release that is a number', { distros: { el9: { os: 'E', major: 9, minor: 9.4, codename: 'x', status: 'supported' } } }],
    ['a PostgreSQL of the last century', { groups: { a: { packages: ['x'], pg: [6] } } }],
    ['what only an overlay may say', { disable: ['x'] }],
  ])('refuses %s', (_, section) => {
    expect(accepts(ManifestFile, section)).toBe(false);
  });
});

describe('OverlayFile', () => {
  it.each([
    ['pins', { pins: { nginx: '1.2', redis: { upstream: 'base' } } }],
    ['a profile without a description', { profiles: { infra: { packages: ['mtr'], remove: ['telnet'] } } }],
    ['modules and names to leave out', { modules: ['infra'], disable: ['x'], remove: ['y'] }],
  ])('takes %s', (_, section) => {
    expect(accepts(OverlayFile, section)).toBe(true);
  });

  it.each([
    ['what only the manifest may say', { distros: {} }],
    ['a version that YAML reads as a number', { pins: { nginx: 1.2 } }],
    ['a pin to something unknown', { pins: { nginx: { mirror: 'x' } } }],
  ])('refuses %s', (_, section) => {
    expect(accepts(OverlayFile, section)).toBe(false);
  });
});
