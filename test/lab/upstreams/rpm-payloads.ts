/**
 * RPMs with EL names around real programs from Debian's archive (nginx, dnsmasq, chrony, VictoriaMetrics, exporters) and the libraries a
 * look-alike lacks for them, so that an EL-9-like test host can run what it installs. Debs and RPMs are kept below the lab directory and
 * made once.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { allSettled } from '../all-settled.ts';
import { labSubdirectory } from '../hosts/lab-directory.ts';
import { withLock } from '../hosts/lock-file.ts';
import { buildRpms, type RpmFixture } from './rpm-fixtures.ts';

const run = promisify(execFile);

/** How a Debian package becomes an EL one. Packages not named here keep their name. */
interface Mapping {
  readonly name: string;
  readonly epoch?: number;
  readonly user?: string;
  /** Directories that belong to the user. */
  readonly owns?: readonly string[];
  readonly requires?: readonly string[];
  readonly provides?: readonly string[];
}

const MAPPINGS: Readonly<Record<string, Mapping>> = {
  nginx: { name: 'nginx', epoch: 1, user: 'www-data', requires: ['nginx-filesystem = 1:%{version}', '/usr/bin/env'] },
  'nginx-common': { name: 'nginx-filesystem', epoch: 1 },
  'dnsmasq-base': { name: 'dnsmasq', user: 'dnsmasq' },
  'libnetfilter-conntrack3': { name: 'libnetfilter_conntrack' },
  libnfnetlink0: { name: 'libnfnetlink' },
  chrony: { name: 'chrony', user: '_chrony', owns: ['/var/lib/chrony', '/var/log/chrony'] },
  'victoria-metrics': { name: 'victoria-metrics', user: '_victoria-metrics', owns: ['/var/lib/victoria-metrics'] },
  'prometheus-alertmanager': {
    name: 'alertmanager',
    user: 'prometheus',
    owns: ['/var/lib/prometheus', '/var/lib/prometheus/alertmanager'],
  },
  'prometheus-blackbox-exporter': { name: 'blackbox-exporter', user: 'prometheus' },
  'prometheus-node-exporter': { name: 'node-exporter', user: 'prometheus' },
};

/** EL names of the packages {@link payloadRpms} makes. */
export const PAYLOAD_NAMES: readonly string[] = Object.values(MAPPINGS).map(({ name }) => name);

const MOVES = [
  ['lib/x86_64-linux-gnu', 'usr/lib64'],
  ['usr/lib/x86_64-linux-gnu', 'usr/lib64'],
  ['lib', 'usr/lib'],
  ['sbin', 'usr/sbin'],
  ['bin', 'usr/bin'],
] as const;

const DROPPED = ['usr/share/doc', 'usr/share/man', 'usr/share/lintian', 'usr/share/locale', 'usr/share/bug', 'etc/init.d', 'etc/ufw'];

/** Unpacks a deb into `tree` and lays it out as EL does. */
export async function unpackAsEl(deb: string, tree: string): Promise<void> {
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
  const { name, epoch, user, owns = [], requires = [], provides = [] } = mapping;
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
    ...(user === undefined
      ? {}
      : { requiresPre: ['shadow-utils'], scripts: { pre, ...(owns.length === 0 ? {} : { post: `chown ${user}: ${owns.join(' ')}` }) } }),
  };
}

/** The RPMs, made on first use. Returns paths, sorted. Safe when several processes ask at once. */
export async function payloadRpms(): Promise<string[]> {
  const recipe = ['rpm-payloads.ts', 'rpm-fixtures.ts'].map((name) => readFileSync(new URL(name, import.meta.url), 'utf8'));
  const dir = join(labSubdirectory('rpms'), createHash('sha256').update(recipe.join('')).digest('hex').slice(0, 12));
  if (!existsSync(dir)) {
    await withLock(`${dir}.lock`, async () => {
      if (!existsSync(dir)) await makePayloads(dir);
    });
  }
  const names = (await readdir(dir)).filter((name) => name.endsWith('.rpm'));
  return names.sort().map((name) => join(dir, name));
}

async function makePayloads(dir: string): Promise<void> {
  const [work, made] = [`${dir}.work`, `${dir}.made`];
  try {
    for (const partial of [work, made]) await rm(partial, { recursive: true, force: true });
    await mkdir(work);
    await run('apt-get', ['download', ...Object.keys(MAPPINGS)], { cwd: work });
    const debs = (await readdir(work)).filter((name) => name.endsWith('.deb')).sort();
    const fixtures = await allSettled(debs.map((deb) => fixtureOf(join(work, deb), work)));
    await buildRpms(fixtures, made);
    await rename(made, dir);
  } finally {
    for (const partial of [work, made]) await rm(partial, { recursive: true, force: true });
  }
}
