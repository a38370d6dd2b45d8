/**
 * RPMs with EL names around real programs from Debian's archive (nginx, dnsmasq, chrony, VictoriaMetrics, exporters), so that an EL-like test
 * host can run what it installs. Debs and RPMs are kept below the lab directory and made once.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { labDirectory } from './lab/lab-directory.ts';
import { buildRpms, type RpmFixture } from './rpm-fixtures.ts';

const run = promisify(execFile);

/** How a Debian package becomes an EL one. Packages not named here keep their name. */
interface Mapping {
  readonly name: string;
  readonly epoch?: number;
  readonly user?: string;
  readonly requires?: readonly string[];
  readonly provides?: readonly string[];
}

const MAPPINGS: Readonly<Record<string, Mapping>> = {
  nginx: { name: 'nginx', epoch: 1, user: 'nginx', requires: ['nginx-filesystem = 1:%{version}'] },
  'nginx-common': { name: 'nginx-filesystem', epoch: 1 },
  'dnsmasq-base': { name: 'dnsmasq', user: 'dnsmasq' },
  chrony: { name: 'chrony', user: '_chrony' },
  'victoria-metrics': { name: 'victoria-metrics', user: 'victoria-metrics' },
  'prometheus-alertmanager': { name: 'alertmanager', user: 'prometheus' },
  'prometheus-blackbox-exporter': { name: 'blackbox_exporter', user: 'prometheus' },
  'prometheus-node-exporter': { name: 'node_exporter', user: 'prometheus' },
};

/** The programs; {@link fetchDebs} adds the libraries the target lacks. */
export const PAYLOAD_DEBS = Object.keys(MAPPINGS);

const MOVES = [
  ['lib/x86_64-linux-gnu', 'usr/lib64'],
  ['usr/lib/x86_64-linux-gnu', 'usr/lib64'],
  ['lib', 'usr/lib'],
  ['sbin', 'usr/sbin'],
  ['bin', 'usr/bin'],
] as const;

const DROPPED = ['usr/share/doc', 'usr/share/man', 'usr/share/lintian', 'usr/share/locale', 'usr/share/bug', 'etc/init.d', 'etc/ufw'];

/**
 * Downloads the debs into the lab directory. With `statusFile`, the dpkg status of a target's root, also every library it lacks. Returns
 * paths, sorted.
 */
export async function fetchDebs(statusFile: string | null): Promise<string[]> {
  const dir = join(labDirectory(), 'debs', statusFile === null ? 'programs' : 'closure');
  const marker = join(dir, '.complete');
  if (!existsSync(marker)) {
    await mkdir(join(dir, 'partial'), { recursive: true });
    if (statusFile === null) await run('apt-get', ['download', ...PAYLOAD_DEBS], { cwd: dir });
    else {
      const options = [`Dir::State::status=${statusFile}`, `Dir::Cache::archives=${dir}/`, 'Debug::NoLocking=1'].flatMap((option) => [
        '-o',
        option,
      ]);
      await run('apt-get', [...options, '--no-install-recommends', '--download-only', '-y', 'install', ...PAYLOAD_DEBS], {
        maxBuffer: 1 << 26,
      });
    }
    await writeFile(marker, '');
  }
  const names = (await readdir(dir)).filter((name) => name.endsWith('.deb'));
  return names.sort().map((name) => join(dir, name));
}

/** Unpacks a deb into `tree` and lays it out as EL does. */
async function unpackAsEl(deb: string, tree: string): Promise<void> {
  await run('dpkg-deb', ['-x', deb, tree]);
  for (const [from, to] of MOVES) {
    if (!existsSync(join(tree, from))) continue;
    await mkdir(join(tree, to), { recursive: true });
    await run('cp', ['-a', `${join(tree, from)}/.`, join(tree, to)]);
    await rm(join(tree, from), { recursive: true });
  }
  for (const path of DROPPED) await rm(join(tree, path), { recursive: true, force: true });
}

async function debField(deb: string, field: string): Promise<string> {
  return (await run('dpkg-deb', ['-f', deb, field])).stdout.trim();
}

async function fixtureOf(deb: string, work: string): Promise<RpmFixture> {
  const debName = await debField(deb, 'Package');
  const version = (await debField(deb, 'Version'))
    .replace(/^\d+:/, '')
    .replace(/-[^-]*$/, '')
    .replaceAll(/[^A-Za-z0-9._+~^]/g, '.');
  const mapping = MAPPINGS[debName] ?? { name: debName };
  const tree = join(work, debName);
  await unpackAsEl(deb, tree);
  const { name, epoch, user, requires = [], provides = [] } = mapping;
  const pre = `getent passwd ${user} >/dev/null || useradd --system --shell /sbin/nologin --no-create-home ${user}`;
  return {
    name,
    version,
    arch: (await debField(deb, 'Architecture')) === 'all' ? 'noarch' : 'x86_64',
    summary: (await debField(deb, 'Description')).split('\n')[0] ?? name,
    tree,
    autoDependencies: true,
    requires: requires.map((text) => text.replace('%{version}', version)),
    provides,
    ...(epoch === undefined ? {} : { epoch }),
    ...(user === undefined ? {} : { requiresPre: ['shadow-utils'], scripts: { pre } }),
  };
}

/** The RPMs, made on first use. Returns paths, sorted. `statusFile` as for {@link fetchDebs}. */
export async function payloadRpms(statusFile: string | null = null): Promise<string[]> {
  const dir = join(labDirectory(), 'rpms', statusFile === null ? 'programs' : 'closure');
  if (!existsSync(dir)) {
    const work = `${dir}.work-${process.pid}`;
    const made = `${dir}.made-${process.pid}`;
    try {
      await mkdir(work, { recursive: true });
      const fixtures = await Promise.all((await fetchDebs(statusFile)).map((deb) => fixtureOf(deb, work)));
      await buildRpms(fixtures, made);
      await rename(made, dir);
    } finally {
      await rm(work, { recursive: true, force: true });
      await rm(made, { recursive: true, force: true });
    }
  }
  const names = (await readdir(dir)).filter((name) => name.endsWith('.rpm'));
  return names.sort().map((name) => join(dir, name));
}
