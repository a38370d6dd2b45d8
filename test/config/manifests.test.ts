/** The manifests as shipped: every target, flavor, profile and group must resolve completely. */
import { describe, expect, it } from 'vitest';
import { ARCHES, DISTROS, FLAVORS, type Flavor, formatTarget, type Target } from '../../src/base/target.ts';
import { SERVICES } from '../../src/components/services.ts';
import { listDistros } from '../../src/config/manifest/list-distros.ts';
import { LISTING_FILES, manifestFilesFor } from '../../src/config/manifest/manifest-files.ts';
import { parseManifestFiles } from '../../src/config/manifest/parse-manifest.ts';
import { resolveManifest } from '../../src/config/manifest/resolve-manifest.ts';
import { selectRequest } from '../../src/config/manifest/select-request.ts';
import { loadManifest, manifestText } from './load-manifests.ts';

const targets: Target[] = DISTROS.flatMap((distro) => ARCHES.map((arch) => ({ distro, arch })));
const listing = listDistros(parseManifestFiles(LISTING_FILES.map((path) => ({ path, text: manifestText(path) }))));
const cases = targets.flatMap((target) => {
  const flavors = listing.find(({ code }) => code === target.distro)?.flavors ?? [];
  return flavors.map(({ flavor }): [string, Target, Flavor] => [`${formatTarget(target)} ${flavor}`, target, flavor]);
});

it('every target has a flavor, and every flavor a target', () => {
  expect(new Set(cases.map(([, target]) => formatTarget(target)))).toEqual(new Set(targets.map(formatTarget)));
  expect(new Set(cases.map(([, , flavor]) => flavor))).toEqual(new Set(FLAVORS));
});

const resolved = (target: Target, flavor: Flavor, region = 'default') =>
  resolveManifest(loadManifest(target, flavor), { target, flavor, region });
const texts = (manifest: ReturnType<typeof resolved>, profile: string, pgVersion: number | null = null): string[] =>
  selectRequest(manifest, { profiles: [profile], packages: [], removals: [], pgVersion }).map(({ text }) => text);

describe.each(cases)('%s', (_name, target, flavor) => {
  const manifest = resolved(target, flavor);

  it('resolves every profile and group without leaving a placeholder', () => {
    expect(Object.keys(manifest.profiles).length).toBeGreaterThan(2);
    expect(Object.keys(manifest.groups).length).toBeGreaterThan(2);
    for (const profile of Object.keys(manifest.profiles)) {
      for (const pgVersion of manifest.pgVersions) {
        const names = texts(manifest, profile, pgVersion);
        expect(names.length).toBeGreaterThan(0);
        expect(names.filter((name) => !/^[A-Za-z0-9][A-Za-z0-9.+_-]*$/.test(name))).toEqual([]);
      }
    }
    for (const [name, group] of Object.entries(manifest.groups)) {
      const pgVersion = manifest.pgVersions.filter((v) => group.pg === null || group.pg.includes(v)).at(-1) ?? null;
      const requests = selectRequest(manifest, { profiles: [], packages: [name], removals: [], pgVersion });
      expect(requests.filter((request) => request.text.includes('$'))).toEqual([]);
    }
  });

  it('has unique upstream names and complete URLs in every region', () => {
    const regions = ['default', ...loadManifest(target, flavor).files.flatMap((file) => file.value.regions ?? [])];
    expect(regions.length).toBeGreaterThan(1);
    for (const region of regions) {
      const { upstreams } = resolved(target, flavor, region);
      expect(upstreams.length).toBeGreaterThan(0);
      expect(new Set(upstreams.map((u) => u.name)).size).toBe(upstreams.length);
      for (const upstream of upstreams) {
        expect(upstream.urls.length).toBeGreaterThan(0);
        for (const url of upstream.urls) expect(url).toMatch(/^https?:\/\/[a-z0-9.-]+\/[A-Za-z0-9./_:-]*$/);
      }
    }
  });

  it('says for each component either its package or why it is absent', () => {
    const installed = SERVICES.map(({ name }) => name).filter((name) => name !== 'node' && name !== 'secrets');
    expect([...Object.keys(manifest.components), ...Object.keys(manifest.absent)].sort()).toEqual([...installed, 'repo'].sort());
    const asked = new Set(['infra', 'node'].flatMap((profile) => texts(manifest, profile)));
    const packages = Object.values(manifest.components).flatMap((component) => component.packages);
    expect(packages.length).toBeGreaterThan(5);
    expect(packages.filter((name) => !asked.has(name))).toEqual([]);
  });

  it('is frozen all the way down', () => {
    expect(Object.isFrozen(manifest.upstreams[0]?.urls)).toBe(true);
    expect(Object.isFrozen(manifest.groups['infra-package']?.packages)).toBe(true);
  });

  it('gives the same profiles without the files only named packages need', () => {
    const files = manifestFilesFor(target, flavor, 'profiles').map((path) => ({ path, text: manifestText(path) }));
    const small = resolveManifest(parseManifestFiles(files), { target, flavor, region: 'default' });
    expect(small.profiles).toEqual(manifest.profiles);
    expect(small.upstreams).toEqual(manifest.upstreams);
  });
});

it('pins the key of every upstream a default build uses', () => {
  const unpinned = cases.flatMap(([name, target, flavor]) =>
    resolved(target, flavor)
      .upstreams.filter((u) => !u.trust.pinned)
      .map((u) => `${name} ${u.name}`),
  );
  expect(unpinned).toEqual([]);
});

it('asks for the release number each EL upstream publishes under', () => {
  const url = (target: Target, name: string, minor: string | null) => {
    const manifest = resolveManifest(loadManifest(target, 'pigsty'), { target, flavor: 'pigsty', region: 'default', minor });
    return manifest.upstreams.find((upstream) => upstream.name === name);
  };
  const el = (distro: 'el8' | 'el9' | 'el10'): Target => ({ distro, arch: 'x86_64' });
  expect(url(el('el10'), 'epel', null)?.urls[0]).toContain('/10z/Everything/');
  expect(url(el('el10'), 'pgdg18', '10.1')?.urls[0]).toContain('/18/redhat/rhel-10.1-x86_64');
  expect(url(el('el9'), 'pgdg18', '9.4')?.urls[0]).toContain('/18/redhat/rhel-9-x86_64');
  expect(url(el('el9'), 'pgdg18', '9.6')?.urls[0]).toContain('/18/redhat/rhel-9.6-x86_64');
  expect(url(el('el8'), 'pgdg18', '8.10')?.urls[0]).toContain('/18/redhat/rhel-8-x86_64');
  const baseos = url(el('el9'), 'baseos', '9.4');
  expect(baseos?.urls).toEqual([
    'https://dl.rockylinux.org/vault/rocky/9.4/BaseOS/x86_64/os/',
    'https://dl.rockylinux.org/pub/rocky/9.4/BaseOS/x86_64/os/',
  ]);
  expect(baseos?.minor).toBe('9.4');
  expect(url(el('el9'), 'baseos', null)?.minor).toBeNull();
});

it('uses the key of the CPU for PGDG and of the release for Rocky', () => {
  const fingerprint = (arch: 'x86_64' | 'aarch64', name: string) =>
    resolved({ distro: 'el9', arch }, 'pigsty').upstreams.find((u) => u.name === name)?.trust.fingerprints[0];
  expect(fingerprint('x86_64', 'pgdg17')).toBe('D4BF08AE67A0B4C7A1DBCCD240BCA2B408B40D20');
  expect(fingerprint('aarch64', 'pgdg17')).toBe('B031F89FC983E98262906B6E177B343BB9738825');
  expect(fingerprint('aarch64', 'baseos')).toBe('21CB256AE16FC54C6E652949702D426D350D275D');
});
