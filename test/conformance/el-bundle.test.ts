/** EL bundles made by our command line from upstreams built by the real tools, and what the real dnf and rpm make of them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseLock } from '../../src/lock/parse-lock.ts';
import { runCli } from '../lab/cli/run-cli.ts';
import { type ElUpstream, makeElUpstream, removeElUpstream } from '../lab/upstreams/el-upstream.ts';
import {
  buildRpms,
  createRepo,
  endGnupg,
  makeTestKey,
  type RpmFixture,
  type RpmFixtureFile,
  signRepomd,
  signRpms,
} from '../lab/upstreams/rpm-fixtures.ts';
import { runDnfOnTree } from '../support/dnf-root.ts';

const FIXTURES: readonly RpmFixture[] = [
  {
    name: 'app',
    arch: 'x86_64',
    requires: ['lib >= 2', '/usr/share/app/words', '(plugin if tool)'],
    requiresPre: ['tool'],
    files: [{ path: '/usr/bin/app', content: '#!/bin/sh\n', mode: 0o755 }],
  },
  { name: 'lib', version: '1.0' },
  { name: 'lib', epoch: 1, version: '2.1~rc1', files: [{ path: '/usr/lib/lib+2', content: 'lib' }] },
  { name: 'words', files: [{ path: '/usr/share/app/words', content: 'words' }] },
  { name: 'tool', files: [{ path: '/usr/sbin/tool', content: 'tool' }] },
  { name: 'plugin', recommends: ['extra'] },
  { name: 'extra' },
  { name: 'modular', modularityLabel: 'modular:1:1:abc' },
];

const TOOLS = ['rpmbuild', 'rpmsign', 'createrepo_c', 'dnf', 'gpg'];
const missing = TOOLS.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' }).status !== 0);
if (missing.length > 0 && process.env.CI === 'true') throw new Error(`needed and absent: ${missing.join(', ')}`);
if (missing.length > 0) console.log(`skipped: ${missing.join(', ')} absent`);
const test = it.skipIf(missing.length > 0);

let upstream: ElUpstream;

beforeAll(async () => {
  if (missing.length > 0) return;
  upstream = await makeElUpstream(FIXTURES, ['metadata', 'packages']);
});
afterAll(async () => {
  if (missing.length === 0) await removeElUpstream(upstream);
});

function bundle(from: ElUpstream, command: string, ...more: readonly string[]) {
  const request = ['--distro', 'el9', '--manifest', from.overlayPath, '--profile', 'trial', '--store', join(from.dir, 'store'), '--json'];
  return runCli([command, ...request, ...more], { cwd: from.dir });
}

/** The last line of `--json`. */
function lastEvent(stdout: string): Record<string, unknown> {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '{}') as Record<string, unknown>;
}

test('a signed bundle: everything installs by dnf with signatures checked, from the tree alone', async () => {
  const keys = await runCli(['keygen', '--output', join(upstream.dir, 'sign.key'), '--name', 'Test'], { cwd: upstream.dir });
  expect(keys.code, keys.stderr).toBe(0);
  const tree = join(upstream.dir, 'tree');
  const built = await bundle(
    upstream,
    'build',
    '--package',
    'modular',
    '--no-bundle',
    '--tree',
    tree,
    '--sign',
    join(upstream.dir, 'sign.key'),
  );
  expect(built.code, built.stderr).toBe(0);
  expect(readFileSync(join(tree, 'pigsty.repo'), 'utf8')).toMatch(
    /repo_gpgcheck=1\ngpgkey=file:\/\/\/www\/pigsty\/pigsty\.asc\nmodule_hotfixes=1/,
  );
  const installed = await runDnfOnTree(tree, 'install', 'app', 'modular');
  expect(installed.status, installed.output).toBe(0);
  for (const nevra of ['app-1.0-1.el9.x86_64', 'lib-1:2.1~rc1-1.el9.noarch', 'words-1.0-1.el9.noarch', 'tool', 'plugin', 'modular'])
    expect(installed.output).toContain(nevra);
  expect(installed.output).not.toContain('extra-1.0');
  const closed = await runDnfOnTree(tree, 'repoclosure');
  if (!closed.output.includes('No such command')) expect(closed.status, closed.output).toBe(0);
  execFileSync('sha256sum', ['--quiet', '-c', 'repo_complete'], { cwd: join(tree, 'pigsty') });
});

test('a changed repomd.xml in a signed tree is refused by dnf', async () => {
  const tree = join(upstream.dir, 'tree');
  const repomd = join(tree, 'pigsty/repodata/repomd.xml');
  writeFileSync(repomd, readFileSync(repomd, 'utf8').replace('<revision>', '<revision>1'));
  const refused = await runDnfOnTree(tree, 'install', 'app');
  expect(refused.status).not.toBe(0);
  expect(refused.output).toMatch(/signature/i);
});

test('a lock: the same bytes again, trust and paths in it, nothing resolved anew with --locked', async () => {
  const paths = ['one.lock', 'two.lock'].map((name) => join(upstream.dir, name)) as [string, string];
  for (const path of paths) expect((await bundle(upstream, 'resolve', '--lock', path)).code).toBe(0);
  const [one, two] = paths.map((path) => readFileSync(path, 'utf8'));
  expect(one).toBe(two);
  const lock = parseLock(one!, paths[0]);
  expect(lock.upstreams).toMatchObject([{ name: 'test', trust: { kind: 'signed', fingerprint: upstream.key.fingerprint } }]);
  expect(lock.packages.map(({ name, version }) => `${name} ${version}`)).toEqual([
    'app 1.0-1.el9',
    'lib 1:2.1~rc1-1.el9',
    'plugin 1.0-1.el9',
    'tool 1.0-1.el9',
    'words 1.0-1.el9',
  ]);
  expect(lock.solved.map(({ baseline }) => baseline)).toEqual(['minimal', 'none']);
  const built = await bundle(upstream, 'build', '--locked', '--lock', paths[0], '--no-bundle', '--tree', join(upstream.dir, 'locked'));
  expect(built.code, built.stderr).toBe(0);
  const other = await bundle(
    upstream,
    'build',
    '--locked',
    '--lock',
    paths[0],
    '--module',
    'a:1',
    '--no-bundle',
    '--tree',
    join(upstream.dir, 'stale'),
  );
  expect(lastEvent(other.stdout)).toMatchObject({ code: 'LOCK_STALE' });
});

test.each([
  ['rpm -qa', 'tool 1.0-1.el9 noarch\nlib 1:2.1~rc1-1.el9 noarch\nkernel 5.14.0-1.el9 x86_64\n'],
  [
    'pigsty-install facts --json',
    `{"type":"start"}\n${JSON.stringify({
      facts: {
        packages: { tool: '1.0-1.el9', lib: '1:2.1~rc1-1.el9', 'glibc:i686': '2.34^git_1-1.el9', 'gpg-pubkey:(none)': '8483c65d-5ccc5b19' },
      },
    })}\n`,
  ],
])('a baseline captured on a host with %s slims the bundle', async (_command, captured) => {
  const list = join(upstream.dir, 'host.txt');
  writeFileSync(list, captured);
  const path = join(upstream.dir, 'host.lock');
  const resolved = await bundle(upstream, 'resolve', '--baseline', list, '--lock', path);
  expect(resolved.code, resolved.stderr).toBe(0);
  expect(parseLock(readFileSync(path, 'utf8'), path).packages.map(({ name }) => name)).toEqual(['app', 'plugin', 'words']);
});

test('what obsoletes the package that was asked for is proved and installed in its place', async () => {
  const renamed = await makeElUpstream([{ name: 'gone' }, { name: 'heir', version: '2.0', obsoletes: ['gone < 2'] }], [], {}, ['gone']);
  try {
    const tree = join(renamed.dir, 'tree');
    const built = await bundle(renamed, 'build', '--no-bundle', '--tree', tree);
    expect(built.code, built.stdout).toBe(0);
    expect((await runDnfOnTree(tree, 'install', 'heir')).status).toBe(0);
  } finally {
    await removeElUpstream(renamed);
  }
});

test('packages given as files, as a shell lists them: the paths they require are in primary, so that dnf needs no filelists', async () => {
  const files = await buildRpms(
    [
      { name: 'own-app', requires: ['/opt/own/lib/words', '/usr/share/app/words'] },
      { name: 'own-words', files: ['words', 'others'].map((name) => ({ path: `/opt/own/lib/${name}`, content: name })) },
    ],
    join(upstream.dir, 'extra'),
  );
  const tree = join(upstream.dir, 'extra-tree');
  const built = await bundle(upstream, 'build', '--no-bundle', '--tree', tree, '--package', ...files);
  expect(built.code, built.stderr + built.stdout).toBe(0);
  const primary = gunzipSync(readFileSync(partOf(join(tree, 'pigsty'), 'primary'))).toString();
  expect(primary.match(/(?<=<file>)[^<]*words/g)?.sort()).toEqual(['/opt/own/lib/words', '/usr/share/app/words']);
  expect(primary).not.toContain('/opt/own/lib/others');
  rmSync(partOf(join(tree, 'pigsty'), 'filelists'));
  edit(join(tree, 'pigsty/repodata/repomd.xml'), (text) => text.replace(/<data type="filelists">[\s\S]*?<\/data>/, ''));
  const installed = await runDnfOnTree(tree, 'install', 'own-app');
  expect(installed.status, installed.output).toBe(0);
  for (const name of ['own-words', 'words']) expect(installed.output).toContain(`${name}-1.0-1.el9.noarch`);
});

test('a package given as a file wins over the upstream', async () => {
  const [file] = await buildRpms([{ name: 'lib', version: '0.5', provides: ['lib = 2.5'] }], join(upstream.dir, 'given'));
  const path = join(upstream.dir, 'given.lock');
  const resolved = await bundle(upstream, 'resolve', '--package', file!, '--lock', path);
  expect(resolved.code, resolved.stderr).toBe(0);
  const lock = parseLock(readFileSync(path, 'utf8'), path);
  expect(lock.packages.find(({ name }) => name === 'lib')).toMatchObject({ version: '0.5-1.el9', upstream: 'local' });
});

test('a package given as a file is the one that is meant, whatever its word size and whatever the file is called', async () => {
  const [file] = await buildRpms([{ name: 'small', arch: 'i686' }], join(upstream.dir, 'small'));
  const renamed = join(upstream.dir, 'my small.rpm');
  renameSync(file!, renamed);
  const path = join(upstream.dir, 'small.lock');
  const resolved = await bundle(upstream, 'resolve', '--package', renamed, '--lock', path);
  expect(resolved.code, resolved.stderr).toBe(0);
  const small = parseLock(readFileSync(path, 'utf8'), path).packages.find(({ name }) => name === 'small');
  expect(small).toMatchObject({ arch: 'i686', upstream: 'local', file: 'small-1.0-1.el9.i686.rpm' });
});

let unsigned: Promise<ElUpstream> | undefined;
afterAll(async () => {
  if (unsigned !== undefined) await removeElUpstream(await unsigned);
});

/** An unsigned upstream, always the same packages, that describes them in another way than createrepo_c does by itself. */
async function describedBy(options: readonly string[]): Promise<ElUpstream> {
  unsigned ??= makeElUpstream(FIXTURES.slice(0, 6), []);
  const other = await unsigned;
  rmSync(join(other.repository, 'repodata'), { recursive: true });
  await createRepo(
    other.repository,
    options.map((option) => option.replace('$HERE', `file://${other.repository}`)),
  );
  return other;
}

test.each([
  ['SHA-1 digests, which is told', ['--checksum', 'sha'], ['WEAK_DIGEST', 'INDEX_RECORD']],
  ['SHA-512 digests and metadata in xz', ['--checksum', 'sha512', '--xz', '--general-compress-type', 'xz'], []],
  ['SHA-384 digests and metadata in bzip2', ['--checksum', 'sha384', '--general-compress-type', 'bz2'], []],
  ['an xml:base that is its own', ['--baseurl', '$HERE/'], []],
])('an upstream with %s is locked by SHA-256 all the same, and built', async (_about, options, warnings) => {
  const other = await describedBy(options);
  const tree = mkdtempSync(join(other.dir, 'tree-'));
  const built = await bundle(other, 'build', '--no-bundle', '--tree', tree, '--lock', join(other.dir, 'x.lock'));
  expect(built.code, built.stderr + built.stdout).toBe(0);
  expect(lastEvent(built.stdout)).toMatchObject({ packages: { count: 5 } });
  expect([...new Set(built.stdout.match(/(?<="type":"warning","code":")\w+/g))]).toEqual(warnings);
  expect((await runDnfOnTree(tree, 'install', 'app')).status).toBe(0);
});

test('metadata in zstd only', async () => {
  const other = await describedBy([]);
  const repodata = join(other.repository, 'repodata');
  let repomd = readFileSync(join(repodata, 'repomd.xml'), 'utf8');
  for (const name of readdirSync(repodata).filter((file) => file.endsWith('.xml.gz'))) {
    const packed = zstdCompressSync(gunzipSync(readFileSync(join(repodata, name))));
    const renamed = name.replace('.gz', '.zst');
    writeFileSync(join(repodata, renamed), packed);
    const digest = createHash('sha256').update(packed).digest('hex');
    const [before = ''] = /[0-9a-f]{64}/.exec(name) ?? [];
    const sizeBytes = readFileSync(join(repodata, name)).length;
    repomd = repomd.replace(name, renamed).replace(`>${before}<`, `>${digest}<`).replace(`<size>${sizeBytes}<`, `<size>${packed.length}<`);
    rmSync(join(repodata, name));
  }
  writeFileSync(join(repodata, 'repomd.xml'), repomd);
  const resolved = await bundle(other, 'resolve', '--lock', join(other.dir, 'x.lock'));
  expect(resolved.code, resolved.stderr + resolved.stdout).toBe(0);
  expect(lastEvent(resolved.stdout)).toMatchObject({ packages: 5 });
});

test('an open checksum of another kind than SHA-256 is checked, too', async () => {
  const other = await describedBy(['--checksum', 'sha512']);
  edit(join(other.repository, 'repodata/repomd.xml'), (text) =>
    text.replaceAll(/(?<=<open-checksum type="sha512">)[0-9a-f]{8}/g, '00000000'),
  );
  const resolved = await bundle(other, 'resolve', '--lock', join(other.dir, 'x.lock'));
  expect(lastEvent(resolved.stdout)).toMatchObject({ code: 'INDEX_DIGEST_MISMATCH' });
});

/** What breaks an upstream, and the code it must end with. */
const FAULTS: readonly (readonly [about: string, code: string, damage: (from: ElUpstream) => Promise<void> | void])[] = [
  [
    'repomd.xml changed after signing',
    'SIGNATURE_INVALID',
    ({ repository }) => edit(join(repository, 'repodata/repomd.xml'), (text) => text.replace('<revision>', '<revision>1')),
  ],
  ['repomd.xml without its signature', 'SIGNATURE_MISSING', ({ repository }) => rmSync(join(repository, 'repodata/repomd.xml.asc'))],
  ['signed by a stranger', 'SIGNATURE_INVALID', signByStranger],
  [
    'primary changed',
    'FETCH_DIGEST_MISMATCH',
    ({ repository }) => replacePart(repository, 'primary', (xml) => xml.replace('<name>app<', '<name>apq<')),
  ],
  ['no primary', 'FETCH_NOT_FOUND', ({ repository }) => rmSync(partOf(repository, 'primary'))],
  [
    'a package that is not the one published',
    'FETCH_DIGEST_MISMATCH',
    ({ repository }) => copyFileSync(rpmOf(repository, 'words'), rpmOf(repository, 'tool')),
  ],
  [
    'a package cut short',
    'FETCH_DIGEST_MISMATCH',
    ({ repository }) => writeFileSync(rpmOf(repository, 'tool'), readFileSync(rpmOf(repository, 'tool')).subarray(0, 900)),
  ],
  [
    'an unsigned package in a signed upstream',
    'SIGNATURE_MISSING',
    async (from) => republish(from, async (dir) => void (await buildRpms([FIXTURES[4]!], dir))),
  ],
  ['a package signed by a stranger', 'SIGNATURE_INVALID', republishByStranger],
];

test.each(FAULTS)('%s: %s', async (_about, code, damage) => {
  const broken = await makeElUpstream(FIXTURES.slice(0, 6), ['metadata', 'packages']);
  try {
    await damage(broken);
    const built = await bundle(broken, 'build', '--no-bundle', '--tree', join(broken.dir, 'tree'));
    const event = lastEvent(built.stdout);
    expect(event, built.stdout).toMatchObject({ code });
    expect(String(event.message)).toMatch(/test|tool|repomd/);
    expect(built.code).not.toBe(0);
  } finally {
    await removeElUpstream(broken);
  }
});

test.each<readonly [string, RpmFixtureFile, RpmFixtureFile, boolean]>([
  ['equal files', { path: '/usr/share/shared', content: 'one' }, { path: '/usr/share/shared', content: 'one' }, true],
  ['different content', { path: '/usr/share/shared', content: 'one' }, { path: '/usr/share/shared', content: 'two' }, false],
  ['different modes', { path: '/opt/shared', content: 'one' }, { path: '/opt/shared', content: 'one', mode: 0o755 }, false],
  ['a file where there is a directory', { path: '/opt/shared', content: 'one' }, { path: '/opt/shared', type: 'dir' }, false],
  ['equal directories', { path: '/opt/shared', type: 'dir' }, { path: '/opt/shared', type: 'dir' }, true],
  ['directories of different modes', { path: '/opt/shared', type: 'dir' }, { path: '/opt/shared', type: 'dir', mode: 0o700 }, false],
  ['a ghost', { path: '/opt/shared', content: 'one' }, { path: '/opt/shared', type: 'ghost' }, true],
])('one path in two packages, as rpm sees it: %s', async (_about, ours, theirs, fits) => {
  const fixtures = [
    { name: 'app', requires: ['lib'], files: [ours] },
    { name: 'lib', files: [theirs] },
  ];
  const shared = await makeElUpstream(fixtures, []);
  try {
    const rpms = readdirSync(shared.repository).filter((file) => file.endsWith('.rpm'));
    const alone = ['--dbpath', join(shared.dir, 'db'), '--nodeps', '--nosignature', '--test', '-i'];
    const rpm = spawnSync('rpm', [...alone, ...rpms.map((file) => join(shared.repository, file))], { encoding: 'utf8' });
    expect(rpm.status === 0, rpm.stderr).toBe(fits);
    const tree = join(shared.dir, 'tree');
    const built = await bundle(shared, 'build', '--no-bundle', '--tree', tree);
    const message = `${ours.path} is in app 1.0-1.el9 noarch and in lib`;
    if (fits) expect(built.code, built.stdout).toBe(0);
    else expect(lastEvent(built.stdout)).toMatchObject({ code: 'FILE_CONFLICT', message: expect.stringContaining(message) });
  } finally {
    await removeElUpstream(shared);
  }
});

test('--require-signatures refuses an upstream that signs nothing', async () => {
  const open = await makeElUpstream(FIXTURES.slice(0, 6), []);
  try {
    expect((await bundle(open, 'resolve', '--lock', join(open.dir, 'x.lock'))).code).toBe(0);
    expect(lastEvent((await bundle(open, 'resolve', '--require-signatures', '--lock', join(open.dir, 'x.lock'))).stdout)).toMatchObject({
      code: 'SIGNATURE_MISSING',
    });
  } finally {
    await removeElUpstream(open);
  }
});

function edit(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')));
}

function partOf(repository: string, part: string): string {
  const name = readdirSync(join(repository, 'repodata')).find((file) => file.endsWith(`${part}.xml.gz`));
  return join(repository, 'repodata', name ?? 'absent');
}

function replacePart(repository: string, part: string, change: (xml: string) => string): void {
  const path = partOf(repository, part);
  writeFileSync(path, gzipSync(change(gunzipSync(readFileSync(path)).toString())));
}

function rpmOf(repository: string, name: string): string {
  return join(repository, `${name}-1.0-1.el9.noarch.rpm`);
}

async function signByStranger({ repository }: ElUpstream): Promise<void> {
  const stranger = await makeTestKey('Stranger <stranger@example.test>');
  await signRepomd(repository, stranger);
  await endGnupg(stranger);
}

/** Puts another `tool` into the upstream and signs the metadata anew, as the upstream itself would. */
async function republish({ repository, key }: ElUpstream, put: (dir: string) => Promise<void>): Promise<void> {
  await put(repository);
  rmSync(join(repository, 'repodata'), { recursive: true });
  await createRepo(repository);
  await signRepomd(repository, key);
}

async function republishByStranger(from: ElUpstream): Promise<void> {
  const stranger = await makeTestKey('Stranger <stranger@example.test>');
  await republish(from, async (dir) => signRpms(await buildRpms([FIXTURES[4]!], dir), stranger));
  await endGnupg(stranger);
}

test('inspect names the packages that were asked for apart from profiles', async () => {
  const output = join(upstream.dir, 'named');
  const request = ['--profile', '', '--package', 'extra', '--package', 'tool', '--no-installer', '--output', output];
  const manifest = ['--distro', 'el9', '--manifest', upstream.overlayPath, '--store', join(upstream.dir, 'store')];
  const built = await runCli(['build', ...manifest, ...request], { cwd: upstream.dir });
  expect(built.code, built.stderr).toBe(0);
  const [name = ''] = readdirSync(output).filter((file) => file.endsWith('.tgz'));
  const { stdout } = await runCli(['inspect', join(output, name)], { cwd: upstream.dir });
  expect(stdout).toMatch(/^profiles {3}none\nby name {4}extra, tool\n/m);
});
