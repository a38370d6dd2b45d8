/**
 * Repositories as people have them, odd and broken: what the real apt installs from one, a bundle has too, and apt installs it from the
 * bundle. Each case is a public report (issue 10), rebuilt with dpkg-deb and served over HTTP or from the disk.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import { toyLab } from '../lab/cli/toy-lab.ts';
import { type ArchiveFiles, sha256, sha512 } from '../lab/upstreams/toy-archive.ts';
import { buildDeb } from '../lab/upstreams/toy-debs.ts';
import { aptRoot } from '../support/apt-root.ts';
import { bzip2 } from '../support/run-bzip2.ts';

const missing = ['/usr/bin/apt-get', '/usr/bin/dpkg-deb', '/usr/bin/bzip2'].filter((tool) => !existsSync(tool));
const conform = it.skipIf(missing.length > 0 && process.env.CI !== 'true');

const PROFILES = { toy: { description: 'one package', packages: ['hello'] } };
const HEAD = 'Origin: Toy\nSuite: toy\nCodename: toy\nDate: Fri, 02 Jan 2026 00:00:00 UTC\n';

/** One repository: files below its root, what sources.list says, and what the overlay says. */
interface OddRepository {
  readonly files: ArchiveFiles;
  readonly layout: 'suite' | 'flat';
  readonly components?: readonly string[];
  readonly trusted?: boolean;
  /** How the server finds a file by the path in the URL; decoding it is the default. */
  readonly decode?: (path: string) => string;
}

interface Parts {
  readonly fileName?: string;
  readonly stanza?: (stanza: string) => string;
}

/** A package `hello`, in the directory `pool` under the given name, with its stanza. */
async function hello(dir: string, { fileName = 'hello_1.0_all.deb', stanza = (text) => text }: Parts = {}) {
  const built = buildDeb(dir, { name: 'hello', version: '1.0' });
  const bytes = await readFile(built.filePath);
  const text = `${built.stanza}Filename: pool/${fileName}\nSize: ${bytes.length}\nSHA256: ${sha256(bytes)}\n`;
  return { deb: bytes, files: new Map([[`pool/${fileName}`, bytes]]), index: Buffer.from(stanza(text)) };
}

function table(files: Readonly<Record<string, Buffer>>): string {
  return `SHA256:\n${Object.entries(files)
    .map(([name, bytes]) => ` ${sha256(bytes)} ${bytes.length} ${name}\n`)
    .join('')}`;
}

type Make = (dir: string) => Promise<OddRepository>;

/** A suite whose Release is `head` and a table of `listed`, of which the server has `kept`. */
function suite(
  head: string,
  pick: (index: Buffer) => { listed: Record<string, Buffer>; kept?: readonly string[] },
  parts: Parts = {},
): Make {
  return async (dir) => {
    const { files, index } = await hello(dir, parts);
    const { listed, kept = Object.keys(listed) } = pick(index);
    const all = new Map([...files, ...kept.map((name) => [`dists/toy/${name}`, listed[name] ?? Buffer.alloc(0)] as const)]);
    all.set('dists/toy/Release', Buffer.from(`${head}${table(listed)}`));
    return { files: all, layout: 'suite' };
  };
}

const plain = (index: Buffer) => ({ listed: { 'main/binary-amd64/Packages': index } });
const ARCHES = 'Architectures: all amd64\nComponents: main\n';

function bare(name: string, pack: (index: Buffer) => Buffer, parts: Parts = {}): Make {
  return async (dir) => {
    const { files, index } = await hello(dir, parts);
    return { files: new Map([...files, [name, pack(index)]]), layout: 'flat', trusted: true };
  };
}

const CASES: Readonly<Record<string, readonly [Make, told: RegExp | null]>> = {
  'a server that takes "+" for a blank': [
    async (dir) => {
      const { files } = await hello(dir, { fileName: 'hello_1.0+ds-1~rc2_all.deb' });
      const made = await suite(HEAD + ARCHES, plain, { fileName: 'hello_1.0+ds-1~rc2_all.deb' })(dir);
      return { ...made, files: new Map([...made.files, ...files]), decode: (path) => decodeURIComponent(path.replaceAll('+', ' ')) };
    },
    null,
  ],
  'Packages only as .bz2 on the server': [
    suite(HEAD + ARCHES, (index) => ({
      listed: {
        'main/binary-amd64/Packages': index,
        'main/binary-amd64/Packages.bz2': bzip2(index),
        'main/binary-amd64/Packages.gz': gzipSync(index),
      },
      kept: ['main/binary-amd64/Packages.bz2'],
    })),
    null,
  ],
  'no Date': [suite(HEAD.replace(/Date:.*\n/, '') + ARCHES, plain), /field Date is missing/],
  'a Date with an offset': [suite(HEAD.replace('UTC', '+0200') + ARCHES, plain), /Date ".*\+0200" is not a date like/],
  'an ISO Date': [suite(HEAD.replace(/Date:.*\n/, 'Date: 2026-09-29 13:22:30 UTC\n') + ARCHES, plain), /Date "2026-09-29/],
  'a directory with Packages and no Release': [bare('Packages', (index) => index), /it has no Release: nothing vouches for its packages/],
  'a directory with Packages.gz and no Release': [bare('Packages.gz', (index) => gzipSync(index)), /it has no Release/],
  'binary-all only': [
    suite(`${HEAD}Architectures: all\nComponents: main\n`, (index) => ({ listed: { 'main/binary-all/Packages': index } })),
    null,
  ],
  'a component without an index for this CPU': [
    async (dir) => ({
      ...(await suite(`${HEAD}Architectures: all amd64\nComponents: main extra\n`, plain)(dir)),
      components: ['main', 'extra'],
    }),
    /lists nothing for component extra, architecture amd64: taken for empty, as apt does/,
  ],
  'SHA512 and no SHA256': [
    async (dir) => {
      const { deb } = await hello(dir);
      const stanza = (text: string) => text.replace(/SHA256: .*/, `SHA512: ${sha512(deb)}`);
      return suite(HEAD + ARCHES, plain, { stanza })(dir);
    },
    /hello 1\.0 \[odd\] has SHA512 and no SHA256/,
  ],
  'a field given twice': [
    suite(HEAD + ARCHES, plain, { stanza: (text) => `${text}Section: a\nSection: b\n` }),
    /hello 1\.0 \[odd\] has an odd record.*section is given twice/,
  ],
  'line ends of another system': [suite(HEAD + ARCHES, plain, { stanza: (text) => text.replaceAll('\n', '\r\n') }), null],
  'a suite of another name': [
    suite(HEAD.replaceAll('toy', 'other') + ARCHES, plain),
    /conflicting distribution.*expected toy but got other/,
  ],
  ...Object.fromEntries(
    ['hello_1.0%2Bds-1_all.deb', 'hello_1%3A1.0_all.deb', 'hello (1.0) [x]_all.deb', 'hello 100%.deb', 'hello#1?x.deb'].map(
      (fileName) => [`a file called ${fileName}`, [suite(HEAD + ARCHES, plain, { fileName }), null]] as const,
    ),
  ),
};

conform.each(Object.entries(CASES))('%s: apt installs it, and so does a bundle', async (_, [make, told]) => {
  const lab = await toyLab();
  const repository = await make(lab.dir);
  const url = await serve(repository);
  const { layout, components = ['main'], trusted = false } = repository;
  const where = layout === 'flat' ? './' : `toy ${components.join(' ')}`;
  const upstream = { name: 'odd', module: 'node', url, ...(layout === 'flat' ? { suite: './' } : { suite: 'toy', components }) };
  await lab.overlay([url], { more: { upstreams: [{ ...upstream, ...(trusted ? { trusted: 'yes' } : {}) }], profiles: PROFILES } });

  const real = aptRoot(lab.dir, `deb [trusted=yes] ${url} ${where}\n`);
  expect(await real('update')).toMatchObject({ code: 0 });
  expect((await real('--download-only', 'install', 'hello')).output).not.toMatch(/^E:/m);

  const run = await lab.run([
    ...['build', '--distro', 'd12', '--flavor', 'debian', '--profile', 'toy', '--baseline', 'none', '--manifest', 'overlay.yaml'],
    ...['--store', 'store', '--output', 'out', '--tree', 'tree', '--no-installer', '--mirrors', 'manifest'],
  ]);
  expect(run.code, run.stderr).toBe(0);
  if (told !== null) expect(run.stderr).toMatch(told);
  expect(run.stdout).toContain(`NOT signed: odd${trusted ? ' (trusted: yes)' : ''}`);

  const tree = lab.list('tree').includes('pigsty') ? join(lab.dir, 'tree/pigsty') : join(lab.dir, 'tree');
  const host = aptRoot(lab.dir, `deb [trusted=yes check-date=no] file:${tree} ./\n`);
  expect(await host('update', '--error-on=any')).toMatchObject({ code: 0 });
  expect(await host('--download-only', 'install', 'hello')).toMatchObject({ code: 0 });
});

/** The files over HTTP. A directory is never an answer. */
async function serve({ files, decode = decodeURIComponent }: OddRepository): Promise<string> {
  const server = createServer((request, response) => {
    const bytes = files.get(decode((request.url ?? '/').slice(1).replace(/^(?:\.\/)+/, '')));
    if (bytes === undefined) response.writeHead(404, { 'content-length': 0 }).end();
    else response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

conform('a directory that dpkg-scanpackages was run in, as a stock Pigsty has it', async () => {
  const lab = await toyLab();
  buildDeb(lab.dir, { name: 'hello', version: '1.0' });
  await mkdir(lab.path('srv'));
  await rename(lab.path('hello_1.0_all.deb'), lab.path('srv', 'hello_1.0_all.deb'));
  execFileSync('sh', ['-c', 'dpkg-scanpackages . >Packages 2>/dev/null'], { cwd: lab.path('srv') });
  const entry = { name: 'directory', url: `file://${lab.path('srv')}`, suite: './' };
  const resolve = async (more: object) => {
    await lab.overlay([], { more: { upstreams: [{ ...entry, ...more }], profiles: PROFILES } });
    return lab.run([
      ...['resolve', '--distro', 'd12', '--flavor', 'debian', '--profile', 'toy', '--baseline', 'none'],
      ...['--manifest', 'overlay.yaml', '--store', 'store', '--lock', 'hello.lock'],
    ]);
  };
  const refused = await resolve({});
  expect(refused.code).toBe(69);
  expect(refused.stderr).toMatch(
    /^hint: there is no repository here.*a directory with Packages and no Release is taken when it says "trusted: yes"$/m,
  );
  const run = await resolve({ trusted: 'yes' });
  expect(run.code, run.stderr).toBe(0);
  expect(run.stderr).toContain('upstream directory is taken as it is, because the manifest says "trusted: yes"');
  expect(await readFile(lab.path('hello.lock'), 'utf8')).toContain('"trust":{"kind":"trusted"}');
});
