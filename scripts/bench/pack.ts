/**
 * Packing, verifying, unpacking and indexing against the tools Pigsty uses, over the same packages in the same run: about 1 GB of .deb
 * files from apt's cache on this machine, or as many as `PIGSTY_BENCH_DEBS` (a directory) holds.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatMarker } from '../../src/base/repo-marker.ts';
import { treeFileOf } from '../../src/base/tree-file-of.ts';
import { readDebContents } from '../../src/build/read-deb-contents.ts';
import type { CommandContext } from '../../src/cli/program/command.ts';
import type { Lock, LockedPackage } from '../../src/lock/lock.ts';
import { readDebFile } from '../../src/metadata/read-deb-file.ts';
import { composeBundle } from '../../src/pack/format/compose-bundle.ts';
import { unpackBundle } from '../../src/pack/read/unpack-bundle.ts';
import { verifyBundle } from '../../src/pack/read/verify-bundle.ts';
import { writeBundle } from '../../src/pack/write/write-bundle.ts';
import { buildDebTree } from '../../src/repo/deb-tree.ts';
import { openStore } from '../../src/store/store.ts';
import type { Row } from './row.ts';

const TARGET_BYTES = 2 ** 30;
const INSTALLER = new URL('../../src/cli/bin/pigsty-install.js', import.meta.url).pathname;
const context: CommandContext = {
  argv: [],
  report: () => undefined,
  signal: new AbortController().signal,
  env: {},
  cwd: '/',
  nowSec: 1e9,
  nowMs: () => performance.now(),
};

/** Measures everything twice or more and keeps the better time. @throws when there are no packages to measure with. */
export async function bench(): Promise<Row[]> {
  const source = process.env.PIGSTY_BENCH_DEBS ?? '/var/cache/apt/archives';
  const dir = mkdtempSync(join(tmpdir(), 'pigsty-bundle-bench-'));
  try {
    const packages = await pickPackages(source);
    if (packages.length === 0) throw new Error(`${source} has no packages: name a directory of .deb files with PIGSTY_BENCH_DEBS`);
    return [...(await benchIndex(packages, source, dir)), ...(await benchBundle(packages, source, dir))];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function pickPackages(source: string): Promise<LockedPackage[]> {
  const packages: LockedPackage[] = [];
  let total = 0;
  for (const file of readdirSync(source).sort()) {
    if (!file.endsWith('.deb')) continue;
    const bytes = readFileSync(join(source, file));
    if (total + bytes.length > TARGET_BYTES) continue;
    total += bytes.length;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const { fields } = await readDebFile(file, join(source, file));
    const [name = '', version = '', arch = ''] = ['package', 'version', 'architecture'].map((field) => fields.get(field));
    const rest = { upstream: 'bench', why: 'bench', installedBytes: 0, relations: '0'.repeat(16), solveGroups: ['joint'] };
    packages.push({ name, version, arch, path: file, file, sizeBytes: bytes.length, sha256, ...rest });
  }
  return packages;
}

async function benchBundle(packages: readonly LockedPackage[], source: string, dir: string): Promise<Row[]> {
  const { index, files } = compose(packages, source);
  const tree = join(dir, 'tree');
  mkdirSync(tree);
  for (const file of files) {
    mkdirSync(join(tree, file.path, '..'), { recursive: true });
    if (file.content.kind === 'file') execFileSync('cp', [file.content.filePath, join(tree, file.path)]);
    else writeFileSync(join(tree, file.path), file.content.bytes);
  }
  const output = join(dir, 'b.tgz');
  const plain = join(dir, 'plain.out');
  const www = join(dir, 'www');
  const emptyWww = (): void => {
    rmSync(www, { recursive: true, force: true });
    mkdirSync(www);
  };
  const pack = await best(
    4,
    () => writeBundle({ index, files, output }, context),
    () => rmSync(output, { force: true }),
  );
  const cat = await best(
    4,
    () => sh('tar c -C "$0" . | cat > "$1" && sync "$1"', tree, plain),
    () => rmSync(plain, { force: true }),
  );
  rmSync(plain, { force: true });
  const gzip = await best(1, () => sh('tar c -C "$0" . | gzip -9 > "$1"', tree, plain));
  rmSync(plain, { force: true });
  const verify = await best(2, () => verifyBundle(output, null, context));
  const list = await best(2, () => sh('tar tzf "$0" >/dev/null && cd "$1/pigsty" && sha256sum --quiet -c repo_complete', output, tree));
  const unpack = await best(2, () => unpackBundle(output, { webRoot: www, trust: null, replace: false }, context), emptyWww);
  const untar = await best(2, () => sh('tar xzf "$0" -C "$1"', output, www), emptyWww);
  emptyWww();
  return [
    memoryRow(output, www),
    row('pack, synced, against tar c | gzip -9', pack, gzip, '≤ 0.15×'),
    row('pack, synced, against tar c | cat, synced', pack, cat, '≤ 1.5×'),
    row('verify against tar tzf and sha256sum -c', verify, list, '≤ 1.0×'),
    row('verify and unpack, synced, against tar xzf, unverified and not synced', unpack, untar, '≤ 1.3×'),
  ];
}

function lockOf(packages: readonly LockedPackage[]): Lock {
  const request = {
    profiles: [],
    packages: [],
    baseline: [],
    recommends: false,
    modules: [],
    pgVersion: null,
    manifestSha256: '0'.repeat(64),
    minor: null,
  };
  return {
    schema: 1,
    distro: 'd12',
    arch: 'x86_64',
    flavor: 'debian',
    request,
    snapshotSec: 1e9,
    solved: [],
    installs: [],
    components: {},
    upstreams: [],
    packages,
  };
}

function compose(packages: readonly LockedPackage[], source: string) {
  const lock = lockOf(packages);
  const stored = packages.map(({ file, sizeBytes, sha256 }) => ({
    path: file,
    sizeBytes,
    sha256,
    content: { kind: 'file' as const, filePath: join(source, file) },
  }));
  const marker = treeFileOf('repo_complete', formatMarker(packages));
  const tree = { files: stored, sourceFile: treeFileOf('pigsty.sources', 'Types: deb\n'), marker };
  return composeBundle({ lock, version: '0', tree, installer: null, assets: [] });
}

/** From packages on disk, of which nothing is known yet but their digests, to the whole repository's metadata. */
async function benchIndex(packages: readonly LockedPackage[], source: string, dir: string): Promise<Row[]> {
  const links = join(dir, 'links');
  mkdirSync(links);
  for (const p of packages) symlinkSync(join(source, p.file), join(links, p.file));
  const theirs = await best(2, () => sh('cd "$0" && dpkg-scanpackages -m -h sha256 . > "$1" 2>/dev/null', links, join(dir, 'Packages')));
  const lock = lockOf(packages);
  const files = new Map(packages.map(({ sha256, file }) => [sha256, join(source, file)]));
  const storeDir = join(dir, 'store');
  const index = async (): Promise<void> => {
    const contents = await readDebContents(lock, files, await openStore(storeDir), context);
    const sources = new Map([...contents].map(([sha256, { stanza }]) => [sha256, { stanza, filePath: files.get(sha256) ?? '' }]));
    await buildDebTree(lock, sources, { signer: null });
  };
  const cold = await best(3, index, () => rmSync(storeDir, { recursive: true, force: true }));
  const warm = await best(3, index);
  const what = `metadata of ${packages.length} packages against dpkg-scanpackages`;
  return [row(`${what}, control data read from each`, cold, theirs, '≤ 0.1×'), row(`${what}, control data kept`, warm, theirs, '≤ 0.1×')];
}

/** Peak memory of `pigsty-install unpack`, as a program of its own. */
function memoryRow(bundle: string, webRoot: string): Row {
  const command = [process.execPath, INSTALLER, 'unpack', '--quiet', '--offline', bundle, '--web-root', webRoot];
  const { stderr } = spawnSync('/usr/bin/time', ['-f', '%M', ...command], { encoding: 'utf8' });
  const mib = Number(stderr.trim().split('\n').at(-1)) / 1024;
  return {
    what: 'memory of unpacking',
    ours: `${mib.toFixed(0)} MiB`,
    theirs: 'limit: 150 MB',
    ratio: (mib * 2 ** 20) / 150e6,
    budget: '≤ 1',
  };
}

function sh(script: string, ...args: string[]): void {
  execFileSync('bash', ['-c', `set -o pipefail; ${script}`, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The shortest of `times` runs, in milliseconds; `before` is not measured. */
async function best(times: number, action: () => unknown, before: () => void = () => undefined): Promise<number> {
  let shortest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < times; i += 1) {
    before();
    const start = performance.now();
    await action();
    shortest = Math.min(shortest, performance.now() - start);
  }
  return shortest;
}

function row(what: string, oursMs: number, theirsMs: number, budget: string): Row {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;
  return { what, ours: seconds(oursMs), theirs: seconds(theirsMs), ratio: oursMs / theirsMs, budget };
}
