import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DISTROS, FLAVORS, familyOf } from '../../../src/base/target.ts';
import { LISTING_FILES, type ManifestScope, manifestFilesFor } from '../../../src/config/manifest/manifest-files.ts';

const exists = (path: string): boolean => existsSync(new URL(`../../../manifests/${path}`, import.meta.url));
const cases = DISTROS.flatMap((distro) => FLAVORS.map((flavor) => [distro, flavor] as const)).filter(
  ([distro, flavor]) => flavor !== 'debian' || familyOf(distro) === 'deb',
);

describe('manifestFilesFor', () => {
  it.each(cases)('%s with flavor %s names files that are there, each once', (distro, flavor) => {
    const paths = manifestFilesFor({ distro, arch: 'x86_64' }, flavor, 'everything');
    expect(paths.filter((path) => !exists(path))).toEqual([]);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('leaves the other flavor out, and of the other family all but the upstreams', () => {
    const target = { distro: 'el9', arch: 'x86_64' } as const;
    const deb = (scope: ManifestScope) => manifestFilesFor(target, 'pigsty', scope).filter((path) => /deb/.test(path));
    expect(manifestFilesFor(target, 'pigsty', 'profiles')).toContain('upstreams/rpm.yaml');
    expect(deb('packages')).toEqual([]);
    expect(deb('everything')).toEqual(['upstreams/deb.yaml', 'upstreams/deb-extra.yaml']);
  });

  it('has fewer files when only profiles are asked for, in the same order', () => {
    const target = { distro: 'd12', arch: 'x86_64' } as const;
    const [some, all] = [manifestFilesFor(target, 'pigsty', 'profiles'), manifestFilesFor(target, 'pigsty', 'packages')];
    expect(all.slice(0, some.length)).toEqual(some);
    expect(all.slice(some.length)).toEqual(['upstreams/deb-extra.yaml', 'pigsty/aliases-deb.yaml']);
  });
});

it('the files of the listing are there', () => {
  expect(LISTING_FILES.length).toBeGreaterThan(1);
  expect(LISTING_FILES.filter((path) => !exists(path))).toEqual([]);
});
