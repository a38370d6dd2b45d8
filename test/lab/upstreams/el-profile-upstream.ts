/**
 * Signed upstreams that have every package the profiles of an EL target ask for: the look-alike's base packages, real programs on el9, and
 * stand-ins for the rest with the kinds of dependencies real ones have (epochs, paths, rich, weak, obsoletes, module streams).
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { stringify } from 'yaml';
import type { Arch } from '../../../src/base/target.ts';
import { ownManifest, profileRequests } from '../embedded/profile-requests.ts';
import { elBasePackages } from '../hosts/el-base-packages.ts';
import type { ElName } from '../hosts/el-tree/el-release.ts';
import { mustRun } from '../hosts/run-command.ts';
import { buildRpmFamily } from './rpm-family.ts';
import { createRepo, endGnupg, makeTestKey, modifyRepo, type RpmFixture, type RpmTestKey, signRepomd, signRpms } from './rpm-fixtures.ts';
import { PAYLOAD_NAMES, payloadRpms } from './rpm-payloads.ts';

/** Remove it with {@link removeElProfileUpstream}. */
export interface ElProfileUpstream {
  readonly distro: ElName;
  readonly arch: Arch;
  /** Scratch directory with the repositories in it. */
  readonly dir: string;
  readonly overlayPath: string;
  readonly key: RpmTestKey;
}

type Lists = Partial<RpmFixture>;

interface ElTarget {
  readonly distro: ElName;
  readonly arch: Arch;
}

const text = (path: string) => ({ files: [{ path, content: `${path}\n` }] });

/** What a stand-in has besides its name. `$E` is the target's dist tag. */
const SPECIAL: Readonly<Record<string, Lists>> = {
  ansible: { arch: 'noarch', requires: ['(ansible-core >= 2.14 with ansible-core < 3)', 'python3'] },
  'bind-utils': { epoch: 32, version: '9.16.23', requires: ['bind-libs = 32:9.16.23'] },
  'docker-ce': {
    epoch: 3,
    requires: ['containerd.io >= 1.6', '(iptables or nftables)', '(container-selinux if selinux-policy)'],
    recommends: ['docker-ce-rootless-extras'],
  },
  git: { version: '2.43.0', requires: ['git-core = 2.43.0', 'perl(Git) = 2.43.0', '/usr/bin/perl'] },
  grafana: { requires: ['/usr/share/fonts/pack/sans.ttf', '/usr/sbin/groupadd'], requiresPre: ['shadow-utils'] },
  haproxy: { requires: ['(lua-libs if (haproxy and python3) else lua-none)'] },
  keepalived: { requires: ['((net-snmp-libs and libnl3) or keepalived-bare)'] },
  patroni: { arch: 'noarch', requires: ['python3-psycopg2-old >= 2.5', '(patroni-etcd if etcd)', '/usr/libexec/patroni/helper'] },
  redis: { version: '7.2.4', release: '1.module_$E', modularityLabel: 'redis:7:1:c0ffee00' },
  tuned: { arch: 'noarch', requires: ['(tuned-profiles = 2.0 without tuned-broken)'] },
};

/** What stands behind the stand-ins. The broken and the hidden ones must not be taken. */
const SUPPORT: readonly RpmFixture[] = [
  { name: 'ansible-core', version: '2.16', arch: 'x86_64' },
  { name: 'bind-libs', epoch: 32, version: '9.16.23', arch: 'x86_64', requires: ['glibc'] },
  { name: 'containerd.io', version: '1.7.20', arch: 'x86_64', provides: ['containerd = 1.7.20', 'runc'], obsoletes: ['runc < 2'] },
  { name: 'docker-ce-rootless-extras', arch: 'x86_64' },
  { name: 'git-core', version: '2.43.0', arch: 'x86_64', ...text('/usr/libexec/git-core/git-remote') },
  { name: 'perl-Git', version: '2.43.0', provides: ['perl(Git) = 2.43.0'], requires: ['git = 2.43.0'] },
  { name: 'fonts-pack', ...text('/usr/share/fonts/pack/sans.ttf') },
  { name: 'lua-libs', arch: 'x86_64' },
  { name: 'keepalived-bare', requires: ['nowhere'] },
  { name: 'net-snmp-libs', epoch: 1, arch: 'x86_64' },
  { name: 'libnl3', arch: 'x86_64' },
  { name: 'python3-psycopg3', version: '3.1', provides: ['python3-psycopg2-old = 3.1'], obsoletes: ['python3-psycopg2-old < 3.1'] },
  { name: 'python3-psycopg2-old', version: '2.9' },
  { name: 'patroni-helper', arch: 'x86_64', ...text('/usr/libexec/patroni/helper') },
  { name: 'tuned-broken', version: '2.0', provides: ['tuned-profiles = 2.0', 'tuned-broken'] },
  { name: 'tuned-whole', version: '2.0', provides: ['tuned-profiles = 2.0'] },
];

/**
 * Builds, signs and indexes everything. Programs with a real payload are this machine's: aarch64 has stand-ins for them, and the same base
 * packages.
 */
export async function makeElProfileUpstream(distro: ElName, arch: Arch = 'x86_64'): Promise<ElProfileUpstream> {
  const dir = await mkdtemp(join(tmpdir(), 'el-profiles-'));
  // Some hundred signatures are made with it, and rpm of EL 8 knows no EdDSA.
  const key = await makeTestKey('Upstream <upstream@example.test>', distro === 'el8' ? 'rsa2048' : 'ed25519');
  const base = (await elBasePackages(distro)).map((fixture) => forArch(fixture, arch));
  const hasPayloads = distro === 'el9' && arch === 'x86_64';
  const payloads = hasPayloads ? await payloadRpms() : [];
  const known = new Set([...base.map(({ name }) => name), ...(hasPayloads ? PAYLOAD_NAMES : [])]);
  await publish(join(dir, 'base'), await buildRpmFamily(base, join(dir, 'base'), arch), key);
  const apps = await buildRpmFamily(
    standIns({ distro, arch }, known).map((fixture) => forArch(fixture, arch)),
    join(dir, 'apps'),
    arch,
  );
  if (payloads.length > 0) await mustRun(['cp', ...payloads, join(dir, 'apps')]);
  const hidden = await buildRpmFamily(otherStreams(distro), join(dir, 'apps'), arch);
  const files = [...apps, ...hidden, ...payloads.map((path) => join(dir, 'apps', basename(path)))];
  await publish(join(dir, 'apps'), files, key, distro === 'el10' ? undefined : modulesOf(distro, arch));
  const overlayPath = join(dir, 'overlay.yaml');
  await writeFile(overlayPath, formatOverlay(dir, { distro, arch }, key));
  return { distro, arch, dir, overlayPath, key };
}

/** Ends the key's agent and removes the files. */
export async function removeElProfileUpstream({ dir, key }: ElProfileUpstream): Promise<void> {
  await endGnupg(key);
  await rm(dir, { recursive: true, force: true });
}

/** The names of each profile's packages, all of which go together on EL. */
export function elProfilePackages(distro: ElName, profile: string, arch: Arch = 'x86_64'): readonly string[] {
  return profileRequests({ distro, arch }, 'pigsty', [profile]).map(({ text }) => text);
}

/** The same package for another CPU. */
function forArch(fixture: RpmFixture, arch: Arch): RpmFixture {
  if (arch === 'x86_64') return fixture;
  const translate = (list: readonly string[] = []) => list.map((text) => text.replaceAll('(x86-64)', '(aarch-64)'));
  return { ...fixture, provides: translate(fixture.provides), requires: translate(fixture.requires) };
}

function standIns({ distro, arch }: ElTarget, known: ReadonlySet<string>): readonly RpmFixture[] {
  const requests = profileRequests({ distro, arch }, 'pigsty').map(({ text }) => text);
  const asked = requests.filter((name) => !known.has(name)).map((name) => standIn(name, distro));
  const support = SUPPORT.filter(({ name }) => !known.has(name) && !requests.includes(name));
  return [...asked, ...support.map((fixture) => ({ ...fixture, release: `1.${distro}` }))];
}

function standIn(name: string, distro: ElName): RpmFixture {
  const { release = '1.$E', ...special } = SPECIAL[name] ?? serverParts(name);
  const { modularityLabel, ...plain } = special;
  return {
    ...{ name, arch: 'x86_64', requires: ['libc.so.6()(64bit)', 'glibc >= 2.17'] },
    ...text(`/usr/share/stand-in/${name}`),
    ...plain,
    // There are no modules from 10 on.
    ...(modularityLabel === undefined || distro === 'el10' ? {} : { modularityLabel }),
    release: release.replace('$E', distro),
  };
}

/** The parts of PostgreSQL are tied to each other, and extensions to a server. */
function serverParts(name: string): Lists {
  const [, major, part] = /^postgresql(\d+)(?:-(\w+))?$/.exec(name) ?? [];
  if (major !== undefined) {
    const version = `${major}.5`;
    if (part === 'libs') return { version, provides: ['libpq.so.5()(64bit)'] };
    const requires = [`postgresql${major}-libs(x86-64) = ${version}`, 'libpq.so.5()(64bit)', '/bin/sh'];
    return { version, requires, ...(part === 'server' ? { requiresPre: ['/usr/sbin/useradd'] } : {}) };
  }
  const extension = /_(\d\d)$/.exec(name)?.[1];
  return extension === undefined ? {} : { requires: [`postgresql${extension}-server`] };
}

/** Packages that a stream which is not chosen, or the default stream itself, hides: newer, and not to be taken. */
function otherStreams(distro: ElName): readonly RpmFixture[] {
  if (distro === 'el10') return [];
  const other = { version: '8.0', release: `1.module_${distro}`, modularityLabel: 'redis:8:1:c0ffee00' };
  return [{ name: 'redis', arch: 'x86_64', ...other, requires: ['nowhere'] }];
}

function modulesOf(distro: ElName, arch: Arch): string {
  const stream = (id: string, version: string) =>
    [
      ...['---', 'document: modulemd', 'version: 2', 'data:', '  name: redis', `  stream: "${id}"`, '  version: 1', '  context: c0ffee00'],
      ...[`  arch: ${arch}`, '  summary: a module', '  description: a module', '  license:', '    module: [MIT]'],
      ...['  dependencies:', '    - requires:', `        platform: ["${distro}"]`],
      ...['  artifacts:', '    rpms:', `    - redis-0:${version}-1.module_${distro}.${arch}`, '...'],
    ].join('\n');
  const defaults = '---\ndocument: modulemd-defaults\nversion: 1\ndata:\n  module: redis\n  stream: "7"\n  profiles: {}\n...';
  return `${stream('7', '7.2.4')}\n${stream('8', '8.0')}\n${defaults}\n`;
}

async function publish(repository: string, paths: readonly string[], key: RpmTestKey, modules?: string): Promise<void> {
  await signRpms(paths, key);
  await createRepo(repository);
  if (modules !== undefined) {
    const file = join(repository, '..', 'modules.yaml');
    await writeFile(file, modules);
    await modifyRepo(repository, 'modules', file);
  }
  await signRepomd(repository, key);
}

function formatOverlay(dir: string, target: ElTarget, key: RpmTestKey): string {
  const { upstreams } = ownManifest(target, 'pigsty');
  const trust = { key: 'test', signed: ['metadata', 'packages'] };
  return stringify({
    schema: 1,
    disable: upstreams.map(({ name }) => name),
    keys: { test: { fingerprints: [key.fingerprint], keyrings: [key.publicKeyPath], urls: [] } },
    upstreams: ['base', 'apps'].map((name) => ({ name: `test-${name}`, url: `file://${join(dir, name)}`, ...trust })),
  });
}
