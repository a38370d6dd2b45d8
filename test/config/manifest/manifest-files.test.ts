import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DISTROS, FLAVORS, familyOf } from '../../../src/base/target.ts';
import { LISTING_FILES, manifestFilesFor } from '../../../src/config/manifest/manifest-files.ts';

const exists = (path: string): boolean => existsSync(new URL(`../../../manifests/${path}`, import.meta.url));
const cases = DISTROS.flatMap((distro) => FLAVORS.map((flavor) => [distro, flavor] as const)).filter(
  ([distro, flavor]) => flavor !== 'debian' || familyOf(distro) === 'deb',
);

describe('manifestFilesFor', () => {
  it.each(cases)('%s with flavor %s names files that are there, each once', (distro, flavor) => {
    const paths = manifestFilesFor({ distro, arch: 'x86_64' }, flavor);
    expect(paths.filter((path) => !exists(path))).toEqual([]);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('leaves the other family and the other flavor out', () => {
    const paths = manifestFilesFor({ distro: 'el9', arch: 'x86_64' }, 'pigsty');
    expect(paths).toContain('upstreams/rpm.yaml');
    expect(paths.filter((path) => /deb/.test(path))).toEqual([]);
  });

  it('has fewer files when only profiles are asked for, in the same order', () => {
    const target = { distro: 'd12', arch: 'x86_64' } as const;
    const [some, all] = [manifestFilesFor(target, 'pigsty', false), manifestFilesFor(target, 'pigsty')];
    expect(all.slice(0, some.length)).toEqual(some);
    expect(all.slice(some.length)).toEqual(['upstreams/deb-extra.yaml', 'pigsty/aliases-deb.yaml']);
  });
});

it('the files of the listing are there', () => {
  expect(LISTING_FILES.length).toBeGreaterThan(1);
  expect(LISTING_FILES.filter((path) => !exists(path))).toEqual([]);
});
