/**
 * A bundle of flavor pigsty for EL 9 with everything INFRA has: real programs from Debian's archive under Pigsty's package and program
 * names, and labelled stand-ins (`test/lab/stand-ins`) for Grafana, VictoriaLogs, VictoriaTraces and Vector, which cannot be had here.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { allSettled } from '../all-settled.ts';
import { labSubdirectory } from '../hosts/lab-directory.ts';
import { withLock } from '../hosts/lock-file.ts';
import { mustRun } from '../hosts/run-command.ts';
import { type ElUpstream, makeElUpstream, removeElUpstream } from '../upstreams/el-upstream.ts';
import type { RpmFixture } from '../upstreams/rpm-fixtures.ts';
import { unpackAsEl } from '../upstreams/rpm-payloads.ts';
import type { CarriedBundle } from './build-bundle.ts';
import { buildInstaller } from './build-installer.ts';

const ROOT = new URL('../../../', import.meta.url).pathname;

/** Package name → Debian package, and programs that have another name there. */
const REAL: Readonly<Record<string, { readonly deb: string; readonly links?: Readonly<Record<string, string>>; readonly user?: string }>> =
  {
    nginx: { deb: 'nginx', user: 'nginx' },
    'nginx-filesystem': { deb: 'nginx-common' },
    dnsmasq: { deb: 'dnsmasq-base', user: 'dnsmasq' },
    chrony: { deb: 'chrony', user: 'chrony' },
    'victoria-metrics': { deb: 'victoria-metrics' },
    alertmanager: { deb: 'prometheus-alertmanager', links: { 'usr/bin/alertmanager': 'prometheus-alertmanager' } },
    'blackbox-exporter': { deb: 'prometheus-blackbox-exporter', links: { 'usr/bin/blackbox_exporter': 'prometheus-blackbox-exporter' } },
    'node-exporter': { deb: 'prometheus-node-exporter', links: { 'usr/bin/node_exporter': 'prometheus-node-exporter' } },
    'nginx-exporter': { deb: 'prometheus-nginx-exporter', links: { 'usr/bin/nginx_exporter': 'prometheus-nginx-exporter' } },
  };

const SERVER = readFileSync(new URL('../stand-ins/server.py', import.meta.url), 'utf8');

const GRAFANA_UNIT = `[Unit]
Description=Grafana (stand-in)
[Service]
User=grafana
Group=grafana
ExecStart=/usr/sbin/grafana-server --config=/etc/grafana/grafana.ini
[Install]
WantedBy=multi-user.target
`;

function standIn(name: string, program: string, more: Partial<RpmFixture> = {}): RpmFixture {
  const files = [{ path: program, content: `#!/usr/bin/python3\n${SERVER}`, mode: 0o755 }, ...(more.files ?? [])];
  return { name, arch: 'x86_64', summary: `Stand-in for ${name}, for tests`, ...more, requires: ['python3-yaml'], files };
}

const STAND_INS: readonly RpmFixture[] = [
  standIn('grafana', '/usr/sbin/grafana-server', {
    scripts: { pre: 'getent passwd grafana >/dev/null || useradd --system --shell /sbin/nologin --no-create-home grafana' },
    files: [{ path: '/usr/lib/systemd/system/grafana-server.service', content: GRAFANA_UNIT }],
  }),
  standIn('victoria-logs', '/usr/bin/victoria-logs'),
  standIn('victoria-traces', '/usr/bin/victoria-traces'),
  standIn('vector', '/usr/bin/vector'),
  ...['grafana-plugins', 'grafana-victoriametrics-ds', 'grafana-victorialogs-ds'].map(
    (name): RpmFixture => ({ name, requires: ['grafana'] }),
  ),
  // vmalert is in Debian's package of VictoriaMetrics.
  { name: 'vmutils', requires: ['victoria-metrics'] },
  { name: 'openssl' },
  // The host has the real one; the bundle must be whole by itself.
  { name: 'shell', provides: ['/bin/sh'] },
];

/** What the profile asks for. */
const WANTED = [...Object.keys(REAL), ...STAND_INS.map(({ name }) => name)];

/** Debs of the programs and of every library a Debian root with `statusFile` lacks. Safe when several processes ask at once. */
async function fetchDebs(statusFile: string): Promise<string[]> {
  const dir = join(labSubdirectory('debs'), 'el-infra');
  await withLock(`${dir}.lock`, () => fillWithDebs(dir, statusFile));
  return readdirSync(dir)
    .filter((name) => name.endsWith('.deb'))
    .sort()
    .map((name) => join(dir, name));
}

async function fillWithDebs(dir: string, statusFile: string): Promise<void> {
  if (existsSync(join(dir, 'lock'))) return;
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(join(dir, 'partial'), { recursive: true });
  const names = [...Object.values(REAL).map(({ deb }) => deb), 'python3-yaml'];
  const settings = [`Dir::State::status=${statusFile}`, `Dir::Cache::archives=${dir}/`, 'Debug::NoLocking=1'];
  const options = settings.flatMap((one) => ['-o', one]);
  await mustRun(['apt-get', '-q', ...options, '--no-install-recommends', '--download-only', '-y', 'install', ...names], {
    timeoutMs: 300_000,
  });
  mkdirSync(join(dir, 'lock'));
}

async function realFixture(name: string, debs: readonly string[], work: string): Promise<RpmFixture> {
  const { deb, links = {}, user } = REAL[name] as (typeof REAL)[string];
  const path = debs.find((one) => basename(one).startsWith(`${deb}_`));
  if (path === undefined) throw new Error(`no deb of ${deb}`);
  const tree = join(work, name);
  await unpackAsEl(path, tree);
  for (const [link, target] of Object.entries(links)) renameSync(join(tree, link, '..', target), join(tree, link));
  // Debian keeps its configuration for Debian; EL's packages put chrony's elsewhere, and we write our own.
  for (const dropped of [
    'etc/chrony',
    'etc/default',
    'etc/nginx/sites-enabled',
    'usr/lib/systemd/system/prometheus-nginx-exporter.service',
  ]) {
    rmSync(join(tree, dropped), { recursive: true, force: true });
  }
  const chrony = join(tree, 'usr/lib/systemd/system/chrony.service');
  if (existsSync(chrony)) renameSync(chrony, join(tree, '..', 'chrony.service.debian'));
  const pre = `getent passwd ${user} >/dev/null || useradd --system --shell /sbin/nologin --no-create-home ${user}`;
  return {
    name,
    version:
      basename(path)
        .split('_')[1]
        ?.replace(/^\d+%3a/, '')
        .replace(/-.*$/, '')
        .replaceAll(/[^A-Za-z0-9.+~]/g, '.') ?? '1',
    arch: 'x86_64',
    tree,
    requires: ['payload-libraries', ...(name === 'nginx' ? ['nginx-filesystem'] : [])],
    ...(user === undefined ? {} : { scripts: { pre } }),
    ...(name === 'chrony' ? { files: [{ path: '/usr/lib/systemd/system/chronyd.service', content: CHRONYD_UNIT }] } : {}),
  };
}

/** As on EL. */
const CHRONYD_UNIT = `[Unit]
Description=NTP client/server
[Service]
Type=forking
PIDFile=/run/chrony/chronyd.pid
EnvironmentFile=-/etc/sysconfig/chronyd
ExecStart=/usr/sbin/chronyd $OPTIONS
[Install]
WantedBy=multi-user.target
`;

/** Everything else that was fetched: shared libraries, and Python's YAML. */
async function libraryFixtures(debs: readonly string[], work: string): Promise<RpmFixture[]> {
  const programs = Object.values(REAL).map(({ deb }) => deb);
  const tree = join(work, 'payload-libraries');
  const yaml = join(work, 'python3-yaml');
  for (const deb of debs) {
    const name = basename(deb).split('_')[0] ?? '';
    if (!programs.includes(name)) await unpackAsEl(deb, name === 'python3-yaml' ? yaml : tree);
  }
  const post = { post: '/sbin/ldconfig' };
  return [
    { name: 'payload-libraries', arch: 'x86_64', tree, scripts: post },
    { name: 'python3-yaml', arch: 'x86_64', tree: yaml, requires: ['payload-libraries'] },
  ];
}

/** An EL bundle and what has to be removed afterwards. */
export interface ElBundle extends CarriedBundle {
  remove(): Promise<void>;
}

/** Builds it with our command line from a signed upstream. `statusFile`: dpkg's, of a bare Debian 12 root. */
export async function buildElInfraBundle(statusFile: string): Promise<ElBundle> {
  await buildInstaller();
  const debs = await fetchDebs(statusFile);
  mkdirSync(labSubdirectory('bundles'), { recursive: true });
  const directory = mkdtempSync(join(labSubdirectory('bundles'), 'el9-'));
  const work = mkdtempSync(join(labSubdirectory('bundles'), 'el9-work-'));
  let upstream: ElUpstream | undefined;
  try {
    const real = await allSettled(Object.keys(REAL).map((name) => realFixture(name, debs, work)));
    const fixtures = [...real, ...(await libraryFixtures(debs, work)), ...STAND_INS];
    upstream = await makeElUpstream(fixtures, ['metadata', 'packages'], {}, WANTED);
    const request = [
      '--distro',
      'el9',
      '--manifest',
      upstream.overlayPath,
      '--profile',
      'trial',
      '--store',
      join(work, 'store'),
      '--output',
      directory,
    ];
    await mustRun([process.execPath, join(ROOT, 'src/cli/bin/pigsty-bundle.js'), 'build', ...request], {
      timeoutMs: 300_000,
      cwd: directory,
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
    if (upstream !== undefined) await removeElUpstream(upstream);
  }
  const find = (test: RegExp): string => join(directory, readdirSync(directory).find((name) => test.test(name)) ?? 'missing');
  return {
    directory,
    bundle: find(/\.tgz$/),
    installer: find(/^pigsty-install/),
    remove: async () => rmSync(directory, { recursive: true, force: true }),
  };
}
