/**
 * Resolving for EL, as the whole command, beside dnf and beside libsolv's own tools over the same metadata and an empty root; and
 * repository metadata beside createrepo_c over the same files. The metadata is made as large as EL 9's from the repodata folder
 * PIGSTY_BUNDLE_REPODATA names (see `el-metadata.ts`). Cold means nothing on disk but the repository: both sides read it by file://, check,
 * unpack, parse and keep it; dnf 4 also reads filelists, as it does on EL 9, where we do only when a path is asked for. Warm means both
 * have what they keep; it is told apart for requests that were never made before (each run asks for other names, both sides for the same)
 * and for the very same command line, which is answered from a memo. We solve beside two hosts where dnf solves beside one, and write the
 * lock; libsolv's tools check no digest and write nothing down.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createReadStream, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { createFetcher } from '../../src/fetch/download/fetcher.ts';
import { Downloader } from '../../src/metadata/downloader.ts';
import { NO_BASELINE } from '../../src/resolve/baseline.ts';
import { loadManifest } from '../../src/resolve/load-manifest.ts';
import { loadMetadata } from '../../src/resolve/load-metadata.ts';
import { resolveRequest } from '../../src/resolve/resolve-request.ts';
import { packageFromHeaders, type RpmPackageWithFiles } from '../../src/rpm/package/package-from-header.ts';
import { readRpm } from '../../src/rpm/package/read-rpm.ts';
import { formatRepodata } from '../../src/rpm/write/format-repodata.ts';
import { openStore } from '../../src/store/store.ts';
import { ownManifest } from '../../test/lab/embedded/profile-requests.ts';
import { buildRpms } from '../../test/lab/upstreams/rpm-fixtures.ts';
import { layOutPublished } from '../build/published.ts';
import { enlargeMetadata } from './el-metadata.ts';
import type { Row } from './row.ts';
import { race, timeCommand } from './time-command.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const RUNS = 5;
const NAMES = ['NetworkManager', 'chrony', 'cockpit', 'cronie', 'dnf', 'firewalld', 'kernel', 'openssh-server', 'sudo', 'tuned'];
/** What is asked for in other runs, ten at a time; all of it is in BaseOS and can be installed together. */
const MORE_NAMES =
  'acl attr audit bc bzip2 cifs-utils cpio cryptsetup cyrus-sasl dosfstools e2fsprogs ed ethtool file gawk gnupg2 hdparm hwdata iproute ipset iptables-nft iputils irqbalance kexec-tools krb5-workstation less libpcap lsof lsscsi lvm2 lzop man-db mdadm mlocate mtools nano net-tools nfs-utils numactl openldap parted pciutils policycoreutils procps-ng psmisc quota rpcbind rsync sg3_utils smartmontools sssd strace time tmux tree unzip usbutils vim-minimal which xfsprogs zip zsh logrotate'.split(
    ' ',
  );
const PACKAGES = 1000;

export async function bench(): Promise<Row[]> {
  const repodata = resolve(
    process.env.PIGSTY_BUNDLE_REPODATA || new URL('../../../shared/data/cs9-baseos/repodata', import.meta.url).pathname,
  );
  if (!existsSync(join(repodata, 'repomd.xml'))) throw new Error('PIGSTY_BUNDLE_REPODATA names no repodata folder of Enterprise Linux');
  const dir = mkdtempSync(join(tmpdir(), 'bench-rpm-'));
  try {
    const repository = join(dir, 'el9');
    enlargeMetadata(repodata, repository);
    const program = await layOutPublished(ROOT, join(dir, 'published'));
    return [...measureResolve(dir, repository, program), await measureInProcess(dir), ...(await measureRepodata(dir))];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Ten names nobody asked for in an earlier round, spread over the list. */
function namesOf(round: number): readonly string[] {
  const step = Math.floor(MORE_NAMES.length / 10);
  return Array.from({ length: 10 }, (_, at) => MORE_NAMES[at * step + (round % step)] ?? '');
}

function measureResolve(dir: string, repository: string, program: string): Row[] {
  const overlay = join(dir, 'overlay.yaml');
  const { upstreams } = ownManifest({ distro: 'el9', arch: 'x86_64' }, 'pigsty');
  const rounds = Array.from({ length: RUNS }, (_, round) => [`new${round}`, namesOf(round)] as const);
  const profiles = Object.fromEntries(
    [['trial', NAMES] as const, ...rounds].map(([name, packages]) => [name, { description: 'what dnf is asked for', packages }]),
  );
  const disable = upstreams.map(({ name }) => name);
  writeFileSync(overlay, stringify({ schema: 1, disable, upstreams: [{ name: 'real', url: `file://${repository}` }], profiles }));
  const [store, lock] = [join(dir, 'store'), join(dir, 'el9.lock')];
  const request = ['--distro', 'el9', '--manifest', overlay, '--store', store, '--lock', lock];
  const ask = (profile: string) => [process.execPath, program, 'resolve', '--quiet', ...request, '--profile', profile] as const;
  const ours = ask('trial');
  const cache = join(dir, 'cache');
  const dnf = (names: readonly string[]) => dnfCommand(dir, repository, cache, names);
  const forget = (path: string) => () => rmSync(path, { recursive: true, force: true });
  const libsolv = libsolvCommands(dir, repository);
  const cold = race(RUNS, {
    ours: () => timeCommand(ours, forget(store)),
    dnf: () => timeCommand(dnf(NAMES), forget(cache)),
    libsolv: () => timeCommand(libsolv.cold),
  });
  const fresh = race(RUNS, {
    ours: (round) => timeCommand(ask(`new${round}`)),
    dnf: (round) => timeCommand(dnf(namesOf(round))),
  });
  const again = race(RUNS, { ours: () => timeCommand(ours), dnf: () => timeCommand(dnf(NAMES)), libsolv: () => timeCommand(libsolv.warm) });
  const what = `resolve ${NAMES.length} names, 18k packages of EL 9`;
  return [
    row(`${what}, cold`, cold.ours, 'dnf --assumeno install', cold.dnf, '≤ 0.6'),
    row(`${what}, warm, a request never made before`, fresh.ours, 'dnf --assumeno install', fresh.dnf, '≤ 0.45'),
    row(`${what}, warm, the same command line again (memo)`, again.ours, 'dnf --assumeno install', again.dnf, '≤ 0.2'),
    row(`${what}, cold`, cold.ours, 'libsolv: rpmmd2solv and testsolv', cold.libsolv, ''),
    row(`${what}, warm, the same command line again (memo)`, again.ours, 'libsolv: testsolv', again.libsolv, ''),
    memoryRow(ours, forget(store)),
  ];
}

/**
 * dnf ends with 1 also when it has shown what it would do: its table tells. All of its output is read first, or it would be cut off in the
 * middle.
 */
function dnfCommand(dir: string, repository: string, cache: string, names: readonly string[]): readonly string[] {
  const options = { cachedir: cache, reposdir: join(dir, 'none'), logdir: dir, module_platform_id: 'platform:el9', install_weak_deps: '0' };
  const settings = Object.entries(options).map(([key, value]) => `--setopt=${key}=${value}`);
  const common = [
    '--noplugins',
    '--nogpgcheck',
    '--installroot',
    join(dir, 'root'),
    '--releasever=9',
    `--repofrompath=real,file://${repository}`,
  ];
  const succeeds = 'out=$("$@" 2>&1); case "$out" in *"Install "*" Packages"*) ;; *) echo "$out" >&2; exit 1 ;; esac';
  return ['sh', '-c', succeeds, 'sh', 'dnf', '--assumeno', ...common, ...settings, 'install', ...names];
}

/** `cold` makes libsolv's file of the metadata and solves, `warm` solves with the file there. */
function libsolvCommands(dir: string, repository: string): { readonly cold: readonly string[]; readonly warm: readonly string[] } {
  const [problem, kept] = [join(dir, 'problem.t'), join(dir, 'real.solv')];
  const jobs = NAMES.map((name) => `job install name ${name}`);
  const lines = [
    `repo real 0 solv ${basename(kept)}`,
    'system x86_64 rpm',
    'solverflags ignorerecommended',
    ...jobs,
    'result transaction,problems <inline>',
  ];
  writeFileSync(problem, `${lines.join('\n')}\n`);
  const solve = `testsolv ${problem} | grep -q '+install bash'`;
  return {
    cold: ['sh', '-c', `gzip -dc ${repository}/repodata/*-primary.xml.gz | rpmmd2solv > ${kept} && ${solve}`],
    warm: ['sh', '-c', solve],
  };
}

function memoryRow(ours: readonly [string, ...string[]], before: () => void): Row {
  before();
  const { stderr } = spawnSync('/usr/bin/time', ['-f', '%M', ...ours], { encoding: 'utf8' });
  const mib = Number(stderr.trim().split('\n').at(-1)) / 1024;
  return {
    what: 'memory of that, cold',
    ours: `${mib.toFixed(0)} MiB`,
    theirs: 'limit: 250 MB',
    ratio: (mib * 1.048576) / 250,
    budget: '≤ 1',
  };
}

/**
 * One request after the other over a pool that is loaded, each for another name; the first ones, which still compile our code, are not
 * counted. CPU time, since a few milliseconds of wall are mostly what else the machine does. dnf's figure is the budget's, from
 * python3-libdnf with its sack filled.
 */
async function measureInProcess(dir: string): Promise<Row> {
  const { manifest, sha256, metadata } = await loadPool(join(dir, 'pool'));
  const took = MORE_NAMES.map((name) => {
    const before = process.cpuUsage();
    const profiles = { profiles: [], packages: [name], pgVersion: null, recommends: false, baselines: [NO_BASELINE], modules: new Map() };
    resolveRequest(metadata, { manifest, manifestSha256: sha256, ...profiles });
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  const counted = took.slice(10).sort((a, b) => a - b);
  const middle = counted[counted.length >> 1] ?? 0;
  const ours = `${middle.toFixed(1)} ms (at most ${counted.at(-1)?.toFixed(1)} ms)`;
  return {
    what: `one name in one process, pool loaded, ${counted.length} requests (CPU)`,
    ours,
    theirs: 'dnf 17 ms',
    ratio: middle / 17,
    budget: '≤ 20 ms',
  };
}

/** The metadata of the repository as a program has it that asks more than once. */
async function loadPool(dir: string) {
  const context = { report: () => undefined, signal: new AbortController().signal, nowSec: 0, nowMs: () => performance.now() };
  const store = await openStore(dir);
  const downloader = new Downloader({ store, fetcher: createFetcher({ store, ...context }), baseUrlsOf: ({ urls }) => urls });
  const overlays = [join(dir, '..', 'overlay.yaml')];
  const target = { distro: 'el9', arch: 'x86_64' } as const;
  const choice = { target, flavor: 'pigsty', region: 'default', minor: null, overlays, onlyUpstreams: [], namesPackages: true } as const;
  const { manifest, sha256 } = await loadManifest(ROOT, choice, store);
  const policy = { requireSignatures: false, ignoreExpiry: false };
  const metadata = await loadMetadata(manifest, { local: [], modules: new Map() }, downloader, policy, context);
  return { manifest, sha256, metadata };
}

/** A thousand files of forty packages, by hard links: a reader of headers cannot tell. */
async function measureRepodata(dir: string): Promise<Row[]> {
  const files = Array.from({ length: 30 }, (_, at) => ({ path: `/usr/share/bench/file${at}`, content: `${at}`.repeat(8000) }));
  const fixtures = Array.from({ length: 40 }, (_, at) => ({ name: `bench-${at}`, requires: ['bash', `bench-${(at + 1) % 40}`], files }));
  const built = await buildRpms(fixtures, join(dir, 'built'), { payload: 'w.ufdio' });
  const repository = join(dir, 'repository');
  mkdirSync(repository);
  for (let at = 0; at < PACKAGES; at += 1) linkSync(built[at % built.length] ?? '', join(repository, `package-${at}.rpm`));
  const known = await Promise.all(readdirSync(repository).map((name) => readOne(join(repository, name), name)));
  const published = known.map(({ pkg, files: owned }) => ({ pkg, files: owned }));
  const { ours, theirs } = race(RUNS, {
    ours: () => elapsed(() => formatRepodata(published, { snapshotSec: 1 })),
    theirs: () => timeCommand(['createrepo_c', '-q', '--no-database', '--workers=2', repository]),
  });
  execFileSync('test', ['-s', join(repository, 'repodata/repomd.xml')]);
  return [row(`metadata of ${PACKAGES} verified RPMs`, ours, 'createrepo_c', theirs, '≤ 0.1')];
}

async function readOne(path: string, location: string): Promise<RpmPackageWithFiles> {
  const contents = await readRpm(createReadStream(path), location);
  const checksum = { algorithm: 'sha256', hex: contents.sha256Hex } as const;
  return packageFromHeaders(contents, { checksum, sizeBytes: contents.sizeBytes, timeFileSec: 1, location });
}

function elapsed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function row(what: string, oursMs: number, peer: string, peerMs: number, budget: string): Row {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
  return { what, ours: seconds(oursMs), theirs: `${peer} ${seconds(peerMs)}`, ratio: oursMs / peerMs, budget };
}
