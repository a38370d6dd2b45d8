/** What a host is assumed to have: what a captured list says, and the minimal installation of comps. */
import { expect, it } from 'vitest';
import { minimalPackages, rpmInstalledRequests } from '../../../src/rpm/candidates/baseline.ts';
import { installedPackages, parseInstalledList } from '../../../src/rpm/candidates/installed-list.ts';
import { createRpmProvider } from '../../../src/rpm/candidates/provider.ts';
import { RpmCandidatePool } from '../../../src/rpm/candidates/rpm-candidate-pool.ts';
import { formatNevra, type RpmPackage } from '../../../src/rpm/package/rpm-package.ts';
import { parseComps } from '../../../src/rpm/repodata/comps.ts';
import { solve } from '../../../src/solve/solve.ts';
import { toyRpm } from '../../lab/upstreams/toy-rpms.ts';

const UPSTREAM = [
  toyRpm('glibc 2.34-100', { provides: ['libc.so'] }),
  toyRpm('glibc 2.34-120', { provides: ['libc.so'] }),
  toyRpm('app', { requires: ['glibc >= 2.34-110'] }),
  toyRpm('tool', { requires: ['libc.so'] }),
  toyRpm('heir', { obsoletes: ['aged'] }),
  toyRpm('new-app', { requires: ['heir'] }),
];

function needs(list: string, ...install: readonly string[]): readonly string[] {
  const installed = installedPackages(parseInstalledList(list, 'host.txt').entries, UPSTREAM);
  const provider = createRpmProvider(
    new RpmCandidatePool({ arch: 'x86_64', upstreams: [{ name: 'base', packages: UPSTREAM }], installed }),
  );
  const requests = [...rpmInstalledRequests(provider), ...install.map((text) => provider.findRequest(text, 'test'))];
  const result = solve({ provider, requests });
  if (result.kind !== 'solution') throw new Error(result.conflicts.flatMap(({ lines }) => lines).join('\n'));
  const { pool } = provider;
  return result.selected
    .filter((id) => !pool.get(id).isInstalled)
    .map((id) => formatNevra(pool.get(id).pkg))
    .sort();
}

it('needs nothing the host has, also when its epoch is not told', () => {
  expect(needs('glibc-2.34-100.noarch\n', 'tool')).toEqual(['tool-1-1.noarch']);
});

it('upgrades what must be newer, never downgrades', () => {
  expect(needs('glibc 2.34-100 noarch\n', 'app')).toEqual(['app-1-1.noarch', 'glibc-2.34-120.noarch']);
  expect(needs('glibc 2.34-130 noarch\n', 'app')).toEqual(['app-1-1.noarch']);
});

it('replaces a package by what obsoletes it', () => {
  expect(needs('aged 1-1 noarch\n', 'new-app')).toEqual(['heir-1-1.noarch', 'new-app-1-1.noarch']);
});

it('lives with a package of the host that lacks something', () => {
  expect(needs('app 1-1 noarch\n', 'tool')).toContain('tool-1-1.noarch');
});

const COMPS = `<comps>
  <group><id>core</id><packagelist>
    <packagereq type="mandatory">bash</packagereq><packagereq type="default">rival-a</packagereq><packagereq type="mandatory">rival-b</packagereq>
    <packagereq type="optional">games</packagereq><packagereq type="mandatory">nobody-has-this</packagereq>
  </packagelist></group>
</comps>`;

async function minimal(packages: readonly RpmPackage[], withComps: boolean): Promise<string[]> {
  const provider = createRpmProvider(new RpmCandidatePool({ arch: 'x86_64', upstreams: [{ name: 'base', packages }] }));
  const comps = withComps ? [await parseComps(Buffer.from(COMPS), { source: 'comps.xml' })] : [];
  return minimalPackages(provider, comps)
    .map(({ name }) => name)
    .sort();
}

it('derives the minimal installation from comps, closed over requirements, without what cannot be installed', async () => {
  const packages = [
    toyRpm('bash', { requires: ['libc'] }),
    toyRpm('libc'),
    toyRpm('games'),
    toyRpm('rival-a'),
    toyRpm('rival-b', { requires: ['nothing'] }),
  ];
  expect(await minimal(packages, true)).toEqual(['bash', 'libc', 'rival-a']);
});

it('falls back to what every host has, and to nothing', async () => {
  expect(await minimal([toyRpm('bash'), toyRpm('app')], false)).toEqual(['bash']);
  expect(await minimal([toyRpm('app')], false)).toEqual([]);
});
