/**
 * Builds RPMs from plain objects with the real rpmbuild (a run each, two at a time), and signs and indexes them with rpmsign, gpg and
 * createrepo_c, so that a test can make any upstream it needs.
 */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { allSettled } from '../all-settled.ts';
import { ownerAlive, ownerMark } from '../hosts/lab-directory.ts';

const run = promisify(execFile);

/** One path of a package under construction. */
export interface RpmFixtureFile {
  /** Absolute path on the target. */
  readonly path: string;
  /** Content; left out for directories, ghosts and links. */
  readonly content?: string;
  /** Copied from this path of the build machine instead of `content`. */
  readonly from?: string;
  readonly mode?: number;
  readonly type?: 'file' | 'dir' | 'ghost' | 'symlink' | 'config';
  /** Target of a symlink. */
  readonly target?: string;
}

/** One package. Dependency lines are as in a spec file: `libfoo >= 1.0`, `(a if b)`. */
export interface RpmFixture {
  readonly name: string;
  readonly epoch?: number;
  /** Default `1.0`. */
  readonly version?: string;
  /** Default `1.el9`. */
  readonly release?: string;
  /** Default `noarch`; also `x86_64`, `aarch64`, `i686`. */
  readonly arch?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly license?: string;
  readonly group?: string;
  readonly vendor?: string;
  readonly url?: string;
  readonly packager?: string;
  readonly provides?: readonly string[];
  readonly requires?: readonly string[];
  /** `Requires(pre)`. */
  readonly requiresPre?: readonly string[];
  /** `Requires(post)`. */
  readonly requiresPost?: readonly string[];
  readonly conflicts?: readonly string[];
  readonly obsoletes?: readonly string[];
  readonly recommends?: readonly string[];
  readonly suggests?: readonly string[];
  readonly supplements?: readonly string[];
  readonly enhances?: readonly string[];
  readonly modularityLabel?: string;
  readonly files?: readonly RpmFixtureFile[];
  /** A directory of the build machine whose whole content is packaged as well; what lies in `etc` becomes configuration. */
  readonly tree?: string;
  /** Scriptlets by section: `{ post: 'echo hi' }` becomes `%post`. */
  readonly scripts?: Readonly<Record<string, string>>;
  /** Lets rpm's generators find ELF and other dependencies in the files. Default false. */
  readonly autoDependencies?: boolean;
}

/** How a set of RPMs is built. */
export interface RpmBuildOptions {
  /** rpm's payload compression, `w3.zstdio` by default; `w6.gzdio`, `w6.xzdio`, `w.ufdio`. */
  readonly payload?: string;
  /** Build time of every package, seconds since 1970. */
  readonly buildTimeSec?: number;
  /** More `--define` pairs: `_source_filedigest_algorithm 8`. */
  readonly defines?: readonly string[];
}

const TAGS = [
  ['provides', 'Provides'],
  ['requires', 'Requires'],
  ['requiresPre', 'Requires(pre)'],
  ['requiresPost', 'Requires(post)'],
  ['conflicts', 'Conflicts'],
  ['obsoletes', 'Obsoletes'],
  ['recommends', 'Recommends'],
  ['suggests', 'Suggests'],
  ['supplements', 'Supplements'],
  ['enhances', 'Enhances'],
] as const satisfies readonly (readonly [keyof RpmFixture, string])[];

/** What every rpmbuild of a test is told. */
export const DEFINES = [
  'debug_package %{nil}',
  '__os_install_post %{nil}',
  '_build_id_links none',
  '_binaries_in_noarch_packages_terminate_build 0',
  '_unpackaged_files_terminate_build 0',
  '_buildshell /bin/bash',
  '_buildhost build.example.test',
  '_rpmfilename %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm',
  'use_source_date_epoch_as_buildtime 1',
  'clamp_mtime_to_source_date_epoch 1',
] as const;

/** A line of `%files`. */
export function fileLine(file: RpmFixtureFile): string {
  const mode = file.mode === undefined ? '-' : file.mode.toString(8);
  const attr = `%attr(${mode}, root, root) `;
  if (file.type === 'dir') return `${attr}%dir "${file.path}"`;
  if (file.type === 'ghost') return `${attr}%ghost "${file.path}"`;
  if (file.type === 'config') return `${attr}%config(noreplace) "${file.path}"`;
  return file.type === 'symlink' ? `"${file.path}"` : `${attr}"${file.path}"`;
}

/** The tags of a package but its name and version. */
export function tagLines(fixture: RpmFixture): string[] {
  const lines = [`Summary: ${fixture.summary ?? `Test package ${fixture.name}`}`, `License: ${fixture.license ?? 'MIT'}`];
  if (fixture.group !== undefined) lines.push(`Group: ${fixture.group}`);
  if (fixture.vendor !== undefined) lines.push(`Vendor: ${fixture.vendor}`);
  if (fixture.url !== undefined) lines.push(`URL: ${fixture.url}`);
  if (fixture.packager !== undefined) lines.push(`Packager: ${fixture.packager}`);
  if (fixture.modularityLabel !== undefined) lines.push(`ModularityLabel: ${fixture.modularityLabel}`);
  if (fixture.autoDependencies !== true) lines.push('AutoReqProv: no');
  for (const [key, tag] of TAGS) for (const value of fixture[key] ?? []) lines.push(`${tag}: ${value}`);
  return lines;
}

/** `%files` lines for everything in `tree` but the directories every system has; what is empty is the package's own. */
function treeLines(tree: string): string[] {
  const entries = readdirSync(tree, { recursive: true, withFileTypes: true });
  return entries
    .map((entry) => ({ entry, path: join('/', relative(tree, entry.parentPath), entry.name) }))
    .filter(({ entry, path }) => !entry.isDirectory() || path.split('/').length > 4 || readdirSync(join(tree, path)).length === 0)
    .map(({ entry, path }) => {
      if (entry.isDirectory()) return `%dir "${path}"`;
      return path.startsWith('/etc/') && entry.isFile() ? `%config(noreplace) "${path}"` : `"${path}"`;
    })
    .sort();
}

/** The text of a spec file that builds exactly `fixture`. */
export function formatSpec(fixture: RpmFixture, stage: string): string {
  const scripts = Object.entries(fixture.scripts ?? {}).flatMap(([section, body]) => [`%${section}`, body, '']);
  return [
    `Name: ${fixture.name}`,
    ...(fixture.epoch === undefined ? [] : [`Epoch: ${fixture.epoch}`]),
    `Version: ${fixture.version ?? '1.0'}`,
    `Release: ${fixture.release ?? '1.el9'}`,
    ...(fixture.arch === undefined || fixture.arch === 'noarch' ? ['BuildArch: noarch'] : []),
    ...tagLines(fixture),
    '',
    '%description',
    fixture.description ?? `Made for a test: ${fixture.name}.`,
    '',
    '%install',
    `mkdir -p %{buildroot}; cp -a '${stage}/.' %{buildroot}/`,
    '',
    ...scripts,
    '%files',
    ...(fixture.files ?? []).map(fileLine),
    ...(fixture.tree === undefined ? [] : treeLines(fixture.tree)),
    '',
  ].join('\n');
}

/** Writes `files` below `stage`. */
export async function stageFiles(files: readonly RpmFixtureFile[], stage: string): Promise<void> {
  await mkdir(stage, { recursive: true });
  for (const file of files) {
    const path = join(stage, file.path);
    await mkdir(file.type === 'dir' ? path : join(path, '..'), { recursive: true });
    if (file.type === 'symlink') await run('ln', ['-sfn', file.target ?? 'nowhere', path]);
    else if (file.from !== undefined) await run('cp', ['-a', file.from, path]);
    else if (file.type !== 'dir' && file.type !== 'ghost') await writeFile(path, file.content ?? '', { mode: file.mode ?? 0o644 });
    else if (file.type === 'ghost') await writeFile(path, '');
  }
}

async function buildOne(fixture: RpmFixture, work: string, outDir: string, options: RpmBuildOptions): Promise<string> {
  const stage = join(work, 'stage');
  const spec = join(work, 'package.spec');
  const rpms = join(work, 'rpms');
  await mkdir(stage, { recursive: true });
  if (fixture.tree !== undefined) await run('cp', ['-a', `${fixture.tree}/.`, stage]);
  await stageFiles(fixture.files ?? [], stage);
  await writeFile(spec, formatSpec(fixture, stage));
  const defines = [...DEFINES, `_topdir ${work}`, `_rpmdir ${rpms}`, `_binary_payload ${options.payload ?? 'w3.zstdio'}`];
  const args = [...defines, ...(options.defines ?? [])].flatMap((define) => ['--define', define]);
  const target = fixture.arch === undefined || fixture.arch === 'noarch' ? [] : ['--target', `${fixture.arch}-redhat-linux`];
  try {
    const env = { ...process.env, HOME: work, LC_ALL: 'C.UTF-8', SOURCE_DATE_EPOCH: String(options.buildTimeSec ?? 1_700_000_000) };
    await run('rpmbuild', ['-bb', '--quiet', '--nocheck', ...target, ...args, spec], { env, maxBuffer: 1 << 26 });
  } catch (error) {
    throw new Error(`rpmbuild of ${fixture.name} failed: ${(error as { stderr?: string }).stderr ?? String(error)}`);
  }
  const [file] = await readdir(rpms);
  if (file === undefined) throw new Error(`rpmbuild of ${fixture.name} made nothing`);
  await rename(join(rpms, file), join(outDir, file));
  return join(outDir, file);
}

/**
 * Builds every fixture into `outDir`, two at a time. Returns the paths in the order of `fixtures`. When one cannot be built, no other is
 * begun, and nothing is written any more once this has thrown.
 *
 * @example await buildRpms([{ name: 'app', requires: ['lib >= 2'] }, { name: 'lib', version: '2.1' }], dir)
 */
export async function buildRpms(fixtures: readonly RpmFixture[], outDir: string, options: RpmBuildOptions = {}): Promise<string[]> {
  await mkdir(outDir, { recursive: true });
  const paths: string[] = new Array(fixtures.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < fixtures.length) {
      const at = next;
      next += 1;
      const fixture = fixtures[at];
      if (fixture === undefined) return;
      const work = await mkdtemp(join(outDir, '.build-'));
      try {
        paths[at] = await buildOne(fixture, work, outDir, options);
      } catch (error) {
        next = fixtures.length;
        throw error;
      } finally {
        await rm(work, { recursive: true, force: true });
      }
    }
  };
  await allSettled([worker(), worker()]);
  return paths;
}

/** Runs the real createrepo_c over `dir`, as upstreams do, without the sqlite files. */
export async function createRepo(dir: string, extra: readonly string[] = []): Promise<void> {
  await run('createrepo_c', ['-q', '--no-database', ...extra, dir], { maxBuffer: 1 << 26 });
}

/** Adds `modules.yaml`, comps or another document to the metadata in `dir`. */
export async function modifyRepo(dir: string, mdtype: string, file: string): Promise<void> {
  await run('modifyrepo_c', ['--mdtype', mdtype, file, join(dir, 'repodata')]);
}

/** A key for tests in a GnuPG home of its own. End its agent with {@link endGnupg}. */
export interface RpmTestKey {
  readonly home: string;
  readonly fingerprint: string;
  readonly publicKeyPath: string;
}

/** Makes a key without passphrase. `algorithm` as gpg writes it: `rsa3072`, `ed25519`. */
export async function makeTestKey(userId: string, algorithm = 'rsa3072'): Promise<RpmTestKey> {
  // A socket path may have 107 bytes at most, so the home is made directly below the temporary directory.
  const home = await mkdtemp(join(tmpdir(), 'gpg-'));
  const gpg = ['--homedir', home, '--batch', '--quiet'];
  await run('gpg', [...gpg, '--passphrase', '', '--quick-gen-key', userId, algorithm, 'sign', 'never']);
  const { stdout } = await run('gpg', [...gpg, '--with-colons', '--list-keys']);
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(stdout)?.[1] ?? '';
  const publicKeyPath = join(home, 'public.asc');
  await run('gpg', [...gpg, '--armor', '--output', publicKeyPath, '--export', fingerprint]);
  return { home, fingerprint, publicKeyPath };
}

/** Ends the agent gpg started for `key` and removes its home. */
export async function endGnupg(key: RpmTestKey): Promise<void> {
  await endAgent(key.home);
  await rm(key.home, { recursive: true, force: true });
}

/** Ends the agent of a GnuPG home, if one runs, and returns when it is gone: being told to go, it still has files of its own to remove. */
export async function endAgent(home: string): Promise<void> {
  const asked = await run('gpg-connect-agent', ['--homedir', home, '--no-autostart', 'GETINFO pid', '/bye']).catch(() => ({ stdout: '' }));
  const pid = Number(/^D (\d+)$/m.exec(asked.stdout)?.[1] ?? 0);
  const mark = pid === 0 ? '' : ownerMark(pid);
  await run('gpgconf', ['--homedir', home, '--kill', 'all']).catch(() => undefined);
  while (mark !== '' && ownerAlive(mark)) await sleep(5);
}

/** Signs RPMs in place with rpmsign; `options` as `--rpmv3`, which adds a signature over header and payload. */
export async function signRpms(
  paths: readonly string[],
  key: RpmTestKey,
  defines: readonly string[] = [],
  options: readonly string[] = [],
): Promise<void> {
  const all = [`_gpg_name ${key.fingerprint}`, `_gpg_path ${key.home}`, '__gpg /usr/bin/gpg', ...defines];
  await run('rpmsign', [...all.flatMap((define) => ['--define', define]), '--addsign', ...options, ...paths], {
    env: { ...process.env, GNUPGHOME: key.home, HOME: key.home },
  });
}

/** Writes `repomd.xml.asc` beside `repomd.xml`. */
export async function signRepomd(dir: string, key: RpmTestKey): Promise<void> {
  const repomd = join(dir, 'repodata', 'repomd.xml');
  const args = ['--homedir', key.home, '--batch', '--yes', '--local-user', key.fingerprint, '--armor'];
  await run('gpg', [...args, '--output', `${repomd}.asc`, '--detach-sign', repomd]);
}
