/**
 * Resolving for EL, as the whole command, beside dnf and beside libsolv's own tools over the same metadata and an empty root; and
 * repository metadata beside createrepo_c over the same files. The metadata is made as large as EL 9's from the repodata folder
 * PIGSTY_BUNDLE_REPODATA names (see `el-metadata.ts`). Cold means nothing on disk but the repository: both sides read it by file://, check,
 * unpack, parse and keep it; dnf 4 also reads filelists, as it does on EL 9, where we do only when a path is asked for. Warm means both
 * have what they keep. We solve two more times than dnf, for the proofs, and write the lock; libsolv's tools check no digest and write
 * nothing down.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createReadStream, existsSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { packageFromHeaders, type RpmPackageWithFiles } from '../../src/rpm/package/package-from-header.ts';
import { readRpm } from '../../src/rpm/package/read-rpm.ts';
import { formatRepodata } from '../../src/rpm/write/format-repodata.ts';
import { ownManifest } from '../../test/lab/embedded/profile-requests.ts';
import { buildRpms } from '../../test/lab/upstreams/rpm-fixtures.ts';
import { layOutPublished } from '../build/published.ts';
import { enlargeMetadata } from './el-metadata.ts';
import type { Row } from './row.ts';
import { race, timeCommand } from './time-command.ts';

const ROOT = new URL('../../', import.meta.url).pathname;
const RUNS = 5;
const NAMES = ['NetworkManager', 'chrony', 'cockpit', 'cronie', 'dnf', 'firewalld', 'kernel', 'openssh-server', 'sudo', 'tuned'];
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
    return [...measureResolve(dir, repository, program), ...(await measureRepodata(dir))];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function measureResolve(dir: string, repository: string, program: string): Row[] {
  const overlay = join(dir, 'overlay.yaml');
  const { upstreams } = ownManifest({ distro: 'el9', arch: 'x86_64' }, 'pigsty');
  const profiles = { trial: { description: 'what dnf is asked for', packages: NAMES } };
  const disable = upstreams.map(({ name }) => name);
  writeFileSync(overlay, stringify({ schema: 1, disable, upstreams: [{ name: 'real', url: `file://${repository}` }], profiles }));
  const [store, lock] = [join(dir, 'store'), join(dir, 'el9.lock')];
  const request = ['--distro', 'el9', '--manifest', overlay, '--profile', 'trial', '--store', store, '--lock', lock];
  const ours = [process.execPath, program, 'resolve', '--quiet', ...request] as const;
  const cache = join(dir, 'cache');
  const dnf = dnfCommand(dir, repository, cache);
  const forget = (path: string) => () => rmSync(path, { recursive: true, force: true });
  const libsolv = libsolvCommands(dir, repository);
  const cold = race(RUNS, {
    ours: () => timeCommand(ours, forget(store)),
    dnf: () => timeCommand(dnf, forget(cache)),
    libsolv: () => timeCommand(libsolv.cold),
  });
  const warm = race(RUNS, { ours: () => timeCommand(ours), dnf: () => timeCommand(dnf), libsolv: () => timeCommand(libsolv.warm) });
  const what = `resolve and prove ${NAMES.length} names, 18k packages of EL 9`;
  return [
    row(`${what}, cold`, cold.ours, 'dnf --assumeno install', cold.dnf, '≤ 0.7'),
    row(`${what}, warm`, warm.ours, 'dnf --assumeno install', warm.dnf, '≤ 0.3'),
    row(`${what}, cold`, cold.ours, 'libsolv: rpmmd2solv and testsolv', cold.libsolv, ''),
    row(`${what}, warm`, warm.ours, 'libsolv: testsolv', warm.libsolv, ''),
    memoryRow(ours, forget(store)),
  ];
}

/**
 * dnf ends with 1 also when it has shown what it would do: its table tells. All of its output is read first, or it would be cut off in the
 * middle.
 */
function dnfCommand(dir: string, repository: string, cache: string): readonly string[] {
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
  return ['sh', '-c', succeeds, 'sh', 'dnf', '--assumeno', ...common, ...settings, 'install', ...NAMES];
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
  return { what: 'memory of that, cold', ours: `${mib.toFixed(0)} MiB`, theirs: 'limit: 500 MiB', ratio: mib / 500, budget: '≤ 1' };
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
