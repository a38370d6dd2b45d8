/** The minimal host is the same whether it was kept or not, and so is what is resolved beside it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { formatLock } from '../../src/lock/format-lock.ts';
import { MINIMAL_BASELINE } from '../../src/resolve/baseline.ts';
import { KeptMinimal } from '../../src/resolve/kept-minimal.ts';
import { resolveComplete } from '../../src/resolve/resolve-complete.ts';
import { elFolder } from '../lab/upstreams/el-folder.ts';
import { toyInput } from '../lab/upstreams/toy-build.ts';
import { toyRpm } from '../lab/upstreams/toy-rpms.ts';
import { temporaryStore } from '../support/fetch-lab.ts';

const PACKAGES = [
  toyRpm('bash', { requires: ['glibc', '/usr/share/nowhere'] }),
  toyRpm('glibc 2-1'),
  toyRpm('sudo', { requires: ['glibc'] }),
  toyRpm('app', { requires: ['bash', '(tool if sudo)'] }),
  toyRpm('tool'),
];

it.each([
  ['whose paths are all known', PACKAGES.slice(1)],
  ['with a path nobody has', PACKAGES],
])('a host %s gives the same lock, kept or not', async (_, packages) => {
  const { load, manifest, store } = await elFolder(packages);
  const resolve = async (buildId: string | null, name: string) => {
    const input = toyInput(manifest, { packages: [name] });
    return formatLock((await resolveComplete(await load(buildId), input)).lock);
  };
  const kept = () => readdirSync(join(store.dir, 'derived')).includes('rpm-minimal');
  const names = ['tool', 'sudo', 'glibc'];
  const worked = await Promise.all(names.map((name) => resolve(null, name)));
  expect(kept()).toBe(false);
  for (let round = 0; round < 2; round += 1) {
    for (const [at, name] of names.entries()) expect(await resolve('build', name)).toBe(worked[at]);
    expect(kept()).toBe(true);
  }
});

it('the kept host is that of the metadata, the manifest and the build', async () => {
  const { load, manifest, store } = await elFolder(PACKAGES.slice(1));
  const metadata = await load('build');
  metadata.candidates(MINIMAL_BASELINE, []);
  await metadata.complete?.();
  const [file] = readdirSync(join(store.dir, 'derived', 'rpm-minimal'));
  await (await load('other')).complete?.();
  expect(readdirSync(join(store.dir, 'derived', 'rpm-minimal'))).toEqual([file]);
  const empty = await temporaryStore();
  const host = { packages: [[0, 1]] as const, unresolvedPaths: ['/a'] };
  const of = (buildId: string | null, modules = new Map<string, string>()) => KeptMinimal.of(empty, [], modules, manifest, buildId);
  await of('build')?.write(host);
  expect(await of('build')?.read()).toEqual(host);
  expect(await of('other')?.read()).toBeNull();
  expect(await of('build', new Map([['nginx', '1.24']]))?.read()).toBeNull();
  expect(of(null)).toBeNull();
});
