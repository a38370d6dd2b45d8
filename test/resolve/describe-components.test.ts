import { describe, expect, it } from 'vitest';
import { SERVICES } from '../../src/components/services.ts';
import { resolveManifest } from '../../src/config/manifest/resolve-manifest.ts';
import { bundleView } from '../../src/install/desired/bundle-view.ts';
import { declareHost } from '../../src/install/plan/declare-host.ts';
import type { LockedPackage } from '../../src/lock/lock.ts';
import type { BundleIndex } from '../../src/pack/format/bundle-index.ts';
import { describeComponents } from '../../src/resolve/describe-components.ts';
import { loadManifest } from '../config/load-manifests.ts';
import { labDesired, labFacts } from '../support/desired-lab.ts';

const TARGET = { distro: 'd12', arch: 'x86_64' } as const;
const manifest = resolveManifest(loadManifest(TARGET, 'debian'), { target: TARGET, flavor: 'debian', region: 'default' });

function locked(name: string): LockedPackage {
  const nothing = {
    arch: 'amd64',
    upstream: 'u',
    path: 'p',
    file: 'f',
    sizeBytes: 1,
    sha256: '',
    why: '',
    installedBytes: 0,
    relations: '0'.repeat(16),
    solveGroups: [],
  };
  return { name, version: `1-${name}`, ...nothing };
}

/** What a bundle with the requests of INFRA and NODE but `missing` says of its components. */
function componentsWithout(...missing: string[]) {
  const groups = ['infra', 'node'].flatMap((name) => manifest.profiles[name]?.groups ?? []);
  const names = groups.flatMap((name) => manifest.groups[name]?.packages.map((one) => one.name) ?? []);
  const components = describeComponents(
    manifest,
    [...new Set([...names, 'ansible-core'])].filter((name) => !missing.includes(name)).map(locked),
  );
  const index = { id: 'id', version: 'v', target: TARGET, flavor: 'debian', request: { recommends: false }, files: [], components };
  return bundleView(index as unknown as BundleIndex, 'test');
}

describe('the components of a bundle', () => {
  it('are all there when all packages travel', () => {
    const { components } = componentsWithout();
    expect(
      Object.keys(components).filter((name) => 'absent' in (components[name] as object) && manifest.absent[name] === undefined),
    ).toEqual([]);
  });

  it('are absent, with what is missing, when their packages did not travel', () => {
    const { components } = componentsWithout('haproxy');
    expect(components.nginx).toMatchObject({ version: '1-nginx' });
    expect(components.haproxy).toEqual({ absent: 'not in this bundle: haproxy' });
  });

  it('are left alone by the installer when they are absent', () => {
    const desired = { ...labDesired('default'), bundle: componentsWithout('haproxy', 'ansible') };
    const declaration = declareHost(SERVICES, desired, labFacts());
    expect(declaration.services).toContain('nginx');
    expect(declaration.services.filter((name) => name === 'haproxy' || name === 'ansible')).toEqual([]);
    const wanted = declaration.steps.flatMap(({ step }) => (step.kind === 'packages' ? step.names : []));
    const packaged = Object.values(desired.bundle.components).flatMap((one) => ('absent' in one ? [] : one.packages));
    expect(wanted.filter((name) => !packaged.includes(name))).toEqual([]);
    expect(declaration.steps.filter(({ key }) => key === 'unit:haproxy.service')).toEqual([]);
    expect(declaration.probes.filter((probe) => probe.component === 'haproxy')).toEqual([]);
  });
});
