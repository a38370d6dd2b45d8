/** The RPM family for resolving, through `resolve`: word sizes, upstreams that are all disabled, odd baselines. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { registerResolve } from '../../src/cli/bundle/commands/resolve.ts';
import { parseLock } from '../../src/lock/parse-lock.ts';
import { formatRepodata } from '../../src/rpm/write/format-repodata.ts';
import { type CalledCommand, callCommand } from '../lab/cli/call-command.ts';
import { ownManifest } from '../lab/embedded/profile-requests.ts';
import { toyRpm } from '../lab/upstreams/toy-rpms.ts';

const PACKAGES = [
  toyRpm('needml32 1-1 x86_64', { requires: ['ml(x86-32)'] }),
  toyRpm('ml 2-1 x86_64', { provides: ['ml(x86-64)'] }),
  toyRpm('ml 3-1 i686', { provides: ['ml(x86-32)'] }),
  toyRpm('tool', { requires: ['glibc >= 2'] }),
  ...['1-1', '2-1', '3-1'].map((evr) => toyRpm(`glibc ${evr} x86_64`)),
  ...['16.1-1', '16.4-1'].flatMap((evr) => [
    toyRpm(`postgresql16-server ${evr}`, { requires: [`postgresql16 = ${evr}`, `postgresql16-libs = ${evr}`] }),
    toyRpm(`postgresql16 ${evr}`, { requires: [`postgresql16-libs = ${evr}`] }),
    toyRpm(`postgresql16-libs ${evr}`, { requires: evr === '16.4-1' ? ['glibc >= 3'] : [] }),
  ]),
  toyRpm('pinned-app', { requires: ['glibc = 2-1'] }),
  toyRpm('kernel-core 3-1 x86_64', { provides: ['installonlypkg(kernel)'] }),
];

let dir: string;
const others = ownManifest({ distro: 'el9', arch: 'x86_64' }, 'pigsty').upstreams.map(({ name }) => name);

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'el-requests-'));
  for (const { path, bytes } of formatRepodata(
    PACKAGES.map((pkg) => ({ pkg, files: null })),
    { snapshotSec: 1 },
  )) {
    mkdirSync(dirname(join(dir, 'upstream', path)), { recursive: true });
    writeFileSync(join(dir, 'upstream', path), bytes);
  }
  const overlay = {
    schema: 1,
    disable: others,
    upstreams: [{ name: 'mine', url: `file://${join(dir, 'upstream')}` }],
    profiles: { trial: { description: 'for tests', packages: ['needml32'] } },
  };
  writeFileSync(join(dir, 'overlay.yaml'), stringify(overlay));
  writeFileSync(join(dir, 'nothing.yaml'), stringify({ ...overlay, disable: [...others, 'mine'] }));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function resolve(...more: readonly string[]): Promise<CalledCommand> {
  const lock = ['--lock', join(dir, 'trial.lock'), '--store', 'store'];
  const profile = more.includes('--profile') ? [] : ['--profile', ''];
  return callCommand(registerResolve, ['resolve', '--distro', 'el9', '--manifest', 'overlay.yaml', ...profile, ...lock, ...more], dir);
}

/** What the lock holds that `resolve` writes with these options. */
async function lockedBy(...more: readonly string[]): Promise<readonly string[]> {
  await resolve(...more);
  return packagesLocked();
}

function packagesLocked(): readonly string[] {
  const lock = join(dir, 'trial.lock');
  return parseLock(readFileSync(lock, 'utf8'), lock).packages.map(({ name, version, arch }) => `${name}-${version}.${arch}`);
}

it('takes the i686 package it said to ask for', async () => {
  await expect(resolve('--package', 'needml32')).rejects.toMatchObject({
    code: 'SOLVE_UNSATISFIABLE',
    message: expect.stringContaining('is for i686: ask for ml.i686 by name'),
  });
  for (const asked of ['ml.i686', 'ml-3-1.i686', 'ml-3']) {
    expect(await lockedBy('--package', 'needml32', '--package', asked), asked).toEqual(['ml-3-1.i686', 'needml32-1-1.x86_64']);
  }
  // Nor is it missed when the profile is proved by itself.
  expect(await lockedBy('--profile', 'trial', '--package', 'ml.i686')).toEqual(['ml-3-1.i686', 'needml32-1-1.x86_64']);
  expect(await lockedBy('--package', 'ml-3')).toEqual(['ml-3-1.i686']);
});

it('tells a slip in --module before any metadata is read', async () => {
  await expect(resolve('--package', 'tool', '--module', 'nginx', '--manifest', 'nowhere.yaml')).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('expected name:stream, as nginx:1.24'),
  });
});

it('says that no upstream is left, and what to do', async () => {
  await expect(resolve('--manifest', 'nothing.yaml', '--package', 'tool')).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/^no upstream is left for el9.*nothing.yaml/),
    hint: expect.stringContaining('leave the upstreams you want packages from on'),
  });
});

it('takes older versions an interrupted dnf left on a host for gone, and says how to get rid of them', async () => {
  writeFileSync(join(dir, 'host.txt'), 'glibc 1-1 x86_64\nglibc 2-1 x86_64\nkernel-core 1-1 x86_64\nkernel-core 2-1 x86_64\n');
  const { warnings } = await resolve('--baseline', 'host.txt', '--package', 'tool');
  expect(packagesLocked()).toEqual(['tool-1-1.noarch']);
  const odd = warnings.filter((text) => text.startsWith('BASELINE_ODD'));
  expect(odd).toEqual([expect.stringMatching(/still has glibc-1-1.x86_64 beside newer versions.*dnf remove --duplicates/)]);
  expect(odd[0]).not.toContain('kernel-core');
});

it('knows every kernel of captured facts', async () => {
  const facts = (packages: Readonly<Record<string, string | readonly string[]>>) =>
    writeFileSync(join(dir, 'facts.json'), `${JSON.stringify({ type: 'result', facts: { packages } })}\n`);
  facts({ glibc: ['2-1'], 'kernel-core': ['1-1', '2-1'] });
  expect(await lockedBy('--baseline', 'facts.json', '--package', 'tool')).toEqual(['tool-1-1.noarch']);
  facts({ glibc: '1-1' });
  expect(await lockedBy('--baseline', 'facts.json', '--package', 'tool')).toEqual(['glibc-3-1.x86_64', 'tool-1-1.noarch']);
});

it('carries the newest version of what was asked for, and upgrades what the host has to that end', async () => {
  writeFileSync(join(dir, 'host.txt'), 'postgresql16-libs 16.1-1 noarch\nglibc 2-1 x86_64\n');
  const { warnings } = await resolve('--baseline', 'host.txt', '--package', 'postgresql16-server');
  expect(packagesLocked()).toEqual([
    'glibc-3-1.x86_64',
    'postgresql16-16.4-1.noarch',
    'postgresql16-libs-16.4-1.noarch',
    'postgresql16-server-16.4-1.noarch',
  ]);
  expect(warnings.filter((text) => text.startsWith('NOT_NEWEST'))).toEqual([]);
});

it('says when the newest version of what was asked for cannot be had, and why', async () => {
  const { warnings } = await resolve('--package', 'pinned-app', '--package', 'postgresql16-server');
  expect(packagesLocked()).toContain('postgresql16-server-16.1-1.noarch');
  expect(warnings.filter((text) => text.startsWith('NOT_NEWEST'))).toEqual([
    expect.stringMatching(
      /postgresql16-server comes as postgresql16-server-16\.1-1\.noarch \[mine\], not as postgresql16-server-16\.4-1.*requires glibc >= 3/,
    ),
  ]);
});
