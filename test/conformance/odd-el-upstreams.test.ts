/**
 * RPM repositories as people meet them and as no generator should write them: what the real dnf installs from one, we bundle, and dnf
 * installs it from the bundle. Each case is a change of a sound repository of `app`, which requires `lib`, and of `words`.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseLock } from '../../src/lock/parse-lock.ts';
import { runCli } from '../lab/cli/run-cli.ts';
import { startMirror } from '../lab/cli/toy-lab.ts';
import { editRepodata, editRepomd, repodataPath } from '../lab/upstreams/edit-repodata.ts';
import { type ElUpstream, makeElUpstream, removeElUpstream } from '../lab/upstreams/el-upstream.ts';
import { runDnfOnTree, runDnfOnUrl } from '../support/dnf-root.ts';

const TOOLS = ['rpmbuild', 'createrepo_c', 'dnf', 'gpg'];
const missing = TOOLS.filter((tool) => spawnSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' }).status !== 0);
if (missing.length > 0 && process.env.CI === 'true') throw new Error(`needed and absent: ${missing.join(', ')}`);
if (missing.length > 0) console.log(`skipped: ${missing.join(', ')} absent`);

const FIXTURES = [
  { name: 'app', requires: ['lib >= 1.0', '/usr/share/lib/words'] },
  { name: 'lib', files: [{ path: '/usr/share/lib/words' }] },
  { name: 'words' },
];
const APP = 'app-1.0-1.el9.noarch.rpm';
const COMPS = '<comps><group><id>core</id><packagelist><packagereq>words</packagereq></packagelist></group></comps>';

/** A case may replace what is served, by path below the scratch directory. */
interface Place {
  readonly dir: string;
  readonly repository: string;
  /** Where the scratch directory is served. */
  readonly url: string;
}
type Change = (place: Place) => void;

const primary =
  (change: (xml: string) => string): Change =>
  ({ repository }) =>
    editRepodata(repository, 'primary', change);
const located =
  (attributes: (url: string) => string): Change =>
  ({ repository, url }) =>
    editRepodata(repository, 'primary', (xml) => xml.replace(`href="${APP}"`, attributes(url)));

/** Moves the file of `app` to a directory beside the repository, and says where it is. */
function moved(to: string, attributes: (url: string) => string): Change {
  return (place) => {
    mkdirSync(join(place.dir, to), { recursive: true });
    renameSync(join(place.repository, APP), join(place.dir, to, APP));
    located(attributes)(place);
  };
}

/** Digests of another kind for every package; those of files follow. */
function digests(algorithm: string): Change {
  return ({ repository }) => {
    for (const part of ['primary', 'filelists', 'other']) {
      editRepodata(repository, part, (xml) => {
        const files = readdirSync(repository).filter((name) => name.endsWith('.rpm'));
        return files.reduce((text, name) => {
          const bytes = readFileSync(join(repository, name));
          const other = createHash(algorithm).update(bytes).digest('hex');
          return text
            .replace(
              `type="sha256" pkgid="YES">${createHash('sha256').update(bytes).digest('hex')}`,
              `type="${algorithm}" pkgid="YES">${other}`,
            )
            .replace(createHash('sha256').update(bytes).digest('hex'), other);
        }, xml);
      });
    }
  };
}

/** Lists groups in several forms, of which only those in `present` are there. */
function groups(types: readonly string[], present: readonly string[]): Change {
  return ({ repository }) => {
    for (const type of types) {
      const bytes = type === 'group' ? Buffer.from(COMPS) : gzipSync(COMPS);
      if (present.includes(type)) writeFileSync(join(repository, 'repodata', type), bytes);
      const record = `<data type="${type}"><checksum type="sha256">${createHash('sha256').update(bytes).digest('hex')}</checksum><location href="repodata/${type}"/></data>`;
      editRepomd(repository, (xml) => xml.replace('</repomd>', `${record}</repomd>`));
    }
  };
}

async function prepared(change: Change, wanted: readonly string[] = ['app']): Promise<ElUpstream & Place> {
  const upstream = await makeElUpstream(FIXTURES, [], {}, wanted);
  onTestFinished(() => removeElUpstream(upstream));
  const mirror = await startMirror(new Map());
  change({ ...upstream, url: mirror.url });
  for (const entry of readdirSync(upstream.dir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) mirror.files.set(relative(upstream.dir, path), readFileSync(path));
  }
  const overlay = readFileSync(upstream.overlayPath, 'utf8').replace(`file://${upstream.repository}`, `${mirror.url}/upstream`);
  writeFileSync(upstream.overlayPath, overlay);
  return { ...upstream, url: mirror.url };
}

/** Of a run: how it ended, and where its lock and its tree are. */
async function run({ dir, overlayPath }: ElUpstream, command: 'build' | 'resolve') {
  const [tree, lock] = [join(dir, 'tree'), join(dir, 'x.lock')];
  const request = ['--distro', 'el9', '--manifest', overlayPath, '--profile', 'trial', '--store', join(dir, 'store'), '--json'];
  const output = command === 'build' ? ['--no-bundle', '--tree', tree] : ['--lock', lock];
  return { ...(await runCli([command, ...request, ...output], { cwd: dir })), tree, lock };
}

const build = (upstream: ElUpstream) => run(upstream, 'build');

const warningsOf = (stdout: string): string[] =>
  [...stdout.matchAll(/"type":"warning","code":"\w+","message":"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text ?? '');

describe.skipIf(missing.length > 0)('what dnf installs from an upstream is bundled, and installs from the bundle', () => {
  it.each<[string, Change, RegExp | null]>([
    ['xml:base of another directory', moved('other', (url) => `xml:base="${url}/other" href="${APP}"`), null],
    ['xml:base that a mirror does not serve, but the upstream does', located((url) => `xml:base="${url}/gone/" href="${APP}"`), null],
    ['a URL as location', moved('other', (url) => `href="${url}/other/${APP}"`), null],
    ['a location beside the repository', moved('pool/a', () => `href="../pool/a/${APP}"`), null],
    ['a location that begins with a slash', located(() => `href="/${APP}"`), null],
    ['no rpm:provides at all', primary((xml) => xml.replaceAll(/<rpm:provides>.*?<\/rpm:provides>/gs, '')), null],
    [
      'no sizes, and a wrong number of packages',
      primary((xml) => xml.replaceAll(/<size [^>]*>/g, '').replace('packages="3"', 'packages="7"')),
      /it announces 7 packages and holds 3/,
    ],
    ['SHA-1 digests', digests('sha1'), /vouches for 3 packages with SHA-1 only/],
    [
      'a record of a type that nobody knows, of a file that is not there',
      ({ repository }) =>
        editRepomd(repository, (xml) =>
          xml.replace(
            '</repomd>',
            `<data type="new"><checksum type="sha256">${'a'.repeat(64)}</checksum><location href="new"/></data></repomd>`,
          ),
        ),
      null,
    ],
  ])('%s', async (about, change, warning) => {
    const upstream = await prepared(change);
    // dnf knows no other mirror to fall back to than the place itself.
    if (!about.includes('does not serve'))
      expect((await runDnfOnUrl(`${upstream.url}/upstream`, 'install', 'app')).output).toContain('Complete!');
    const built = await build(upstream);
    expect(built.code, built.stdout).toBe(0);
    expect(warningsOf(built.stdout).filter((text) => text.includes('upstream test'))).toEqual(
      warning === null ? [] : [expect.stringMatching(warning)],
    );
    const installed = await runDnfOnTree(built.tree, 'install', 'app');
    expect(installed.output).toContain('Complete!');
    for (const name of ['app', 'lib']) expect(installed.output).toContain(`${name}-1.0-1.el9.noarch`);
  });

  it('a lock says where a package lies elsewhere, without credentials, and is enough to fetch it', async () => {
    const withPassword = (url: string) => url.replace('//', '//bob:secret@');
    const upstream = await prepared(moved('other', (url) => `xml:base="${withPassword(url)}/other" href="${APP}"`));
    const first = await run(upstream, 'resolve');
    expect(first.code, first.stdout).toBe(0);
    const text = readFileSync(first.lock, 'utf8');
    expect(text + first.stdout + first.stderr).not.toContain('secret');
    const app = parseLock(text, first.lock).packages.find(({ name }) => name === 'app');
    expect(app).toMatchObject({ path: APP, base: `${upstream.url}/other/` });
    const manifest = ['--manifest', upstream.overlayPath, '--store', join(upstream.dir, 'store')];
    const fetched = await runCli(['fetch', first.lock, ...manifest], { cwd: upstream.dir });
    expect(fetched.code, fetched.stderr).toBe(0);
  });
});

describe.skipIf(missing.length > 0)('a record that nobody can use costs itself, and is named', () => {
  it.each<[string, Change, RegExp]>([
    [
      'a package without a digest that proves anything',
      primary((xml) => xml.replace(/(<name>words<.*?<checksum type=)"sha256"/s, '$1"md5"')),
      /package words-1.0-1.el9.noarch is left out: it has no digest/,
    ],
    [
      'a package on this machine, of an upstream that is not',
      primary((xml) => xml.replace('href="words', 'xml:base="ftp://x.example.test/" href="words')),
      /package words-\S+ is left out: .*neither http/,
    ],
    [
      'groups whose best form is not there',
      groups(['group', 'group_gz'], ['group']),
      /groups of upstream test: \\"group_gz\\" is passed over/,
    ],
  ])('%s', async (_about, change, warning) => {
    const built = await build(await prepared(change));
    expect(built.code, built.stdout).toBe(0);
    expect(warningsOf(built.stdout)).toEqual([expect.stringMatching(warning)]);
    expect((await runDnfOnTree(built.tree, 'install', 'app')).output).toContain('Complete!');
  });

  it('who asks for it is told the same', async () => {
    const upstream = await prepared(
      primary((xml) => xml.replace(/(<name>words<.*?<checksum type=)"sha256"/s, '$1"md5"')),
      ['words'],
    );
    const built = await build(upstream);
    expect(built.stdout).toMatch(/words-1.0-1.el9.noarch is left out/);
    expect(built.stdout).toMatch(/"code":"SOLVE_UNKNOWN_NAME"/);
  });
});

describe.skipIf(missing.length > 0)('an upstream is refused where its digests are at stake', () => {
  it.each<[string, Change, string]>([
    [
      'two different primaries',
      ({ repository }) =>
        editRepomd(repository, (xml) =>
          xml.replace(/(<data type="primary">.*?<checksum type="sha256">)[0-9a-f]{64}(.*?<\/data>)/s, `$&$1${'a'.repeat(64)}$2`),
        ),
      'INDEX_INVALID',
    ],
    ['primary under MD5', ({ repository }) => editRepomd(repository, (xml) => xml.replace('type="sha256"', 'type="md5"')), 'INDEX_INVALID'],
    [
      'another primary than repomd.xml says',
      ({ repository }) => copyFileSync(repodataPath(repository, 'filelists'), repodataPath(repository, 'primary')),
      'FETCH_DIGEST_MISMATCH',
    ],
  ])('%s', async (_about, change, code) => {
    const built = await build(await prepared(change));
    expect(built.stdout).toContain(`"code":"${code}"`);
    expect(built.code).not.toBe(0);
  });
});
