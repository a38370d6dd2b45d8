/**
 * What createrepo_c says of RPMs against what we say of the same files, field by field, and our repository read back by createrepo_c,
 * dnf and libsolv. Intended differences: `time file` (we publish the snapshot's date), changelogs, sqlite files, and primary lists paths
 * that other packages of the repository require. Requirements of %posttrans and %pretrans scripts count as `pre` for us as in current
 * createrepo_c; Debian 12's does not count them, so no fixture has one.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFromHeaders } from '../../src/rpm/package/package-from-header.ts';
import { readRpm } from '../../src/rpm/package/read-rpm.ts';
import type { RpmPackage } from '../../src/rpm/package/rpm-package.ts';
import { parseFilelists } from '../../src/rpm/repodata/filelists.ts';
import { parsePrimary } from '../../src/rpm/repodata/primary.ts';
import { parseRepomd } from '../../src/rpm/repodata/repomd.ts';
import { formatFilelists, formatPrimary, type PublishedPackage } from '../../src/rpm/write/format-packages.ts';
import { formatRepodata } from '../../src/rpm/write/format-repodata.ts';
import { buildRpms, createRepo, type RpmFixture } from '../lab/upstreams/rpm-fixtures.ts';

const LIBC = ['libc.so.6()(64bit)', 'libc.so.6(GLIBC_2.9)(64bit)', 'libc.so.6(GLIBC_2.34)(64bit)', 'libc.so.6(GLIBC_2.4)(64bit)'];

const FIXTURES: readonly RpmFixture[] = [
  {
    name: 'everything',
    epoch: 3,
    version: '1.0~rc1^git2',
    release: '2.el9',
    arch: 'x86_64',
    summary: 'Ünïcödé & <tags> "quoted"',
    description: 'First line.\n\n  Second, with a tab\there, & an <angle>.\nпоследняя строка 日本語',
    license: 'MIT and (GPLv2+ or Artistic)',
    group: 'System Environment/Base',
    vendor: 'Vendor & Söhne',
    url: 'https://example.test/?a=1&b=2',
    packager: 'Somebody <somebody@example.test>',
    provides: ['virtual', 'virtual-eq = 1.0', 'virtual-full = 2:1.0-3', 'libfoo.so.1()(64bit)', 'self-required = 1'],
    requires: [
      ...[
        'glib',
        'cap >= 1.0',
        'cap < 2:3.0-4',
        'exact = 1.0-1',
        'newer > 1',
        'older <= 2~beta',
        '/usr/libexec/tool',
        '/usr/bin/everything',
      ],
      ...[
        '(a if b)',
        '((a and b) or (c with d))',
        '(x >= 1 if y else z)',
        'self-required = 1',
        '/etc/everything.conf',
        '/usr/share/own-file',
      ],
      ...LIBC,
    ],
    requiresPre: ['shadow-utils', '/bin/sh', 'glib'],
    requiresPost: ['systemd >= 250'],
    conflicts: ['enemy', 'old-enemy < 2.0', '(foo unless bar)'],
    obsoletes: ['ancient < 1:2.0', 'forgotten'],
    recommends: ['nice', '(nice-plugin if nice)'],
    suggests: ['nicer >= 2'],
    supplements: ['(host and other)'],
    enhances: ['host = 1.0'],
    files: [
      { path: '/usr/bin/everything', content: '#!/bin/sh\n', mode: 0o755 },
      { path: '/usr/sbin/everythingd', content: 'binary', mode: 0o755 },
      { path: '/etc/everything.conf', content: 'a=1\n', type: 'config' },
      { path: '/etc/everything.d', type: 'dir' },
      { path: '/usr/lib/sendmail', content: 'x' },
      { path: '/usr/lib/everything/linked', type: 'symlink', target: '../../bin/everything' },
      { path: '/usr/share/own-file', content: 'own' },
      { path: '/usr/share/doc/with space & ämpersand', content: 'x' },
      { path: '/var/lib/everything', type: 'dir' },
      { path: '/var/log/everything.log', type: 'ghost' },
      { path: '/etc/ghost.conf', type: 'ghost' },
    ],
    scripts: { pre: 'true', post: '/usr/bin/true', preun: 'true', postun: 'true' },
  },
  { name: 'tool', files: [{ path: '/usr/libexec/tool', content: 'x', mode: 0o755 }], requires: ['(/usr/share/tool/data or nothing)'] },
  { name: 'empty-noarch' },
  { name: 'i686-lib', arch: 'i686', provides: ['libfoo.so.1'] },
  { name: 'arm-tool', arch: 'aarch64', files: [{ path: '/usr/bin/arm-tool', content: 'x' }] },
  { name: 'epoch-zero', epoch: 0, version: '20240101', release: '1' },
  { name: 'data', files: [{ path: '/usr/share/tool/data', content: 'x' }] },
];

let dir: string;
let rpms: string[];
let theirs: RpmPackage[];
let ours: PublishedPackage[];

function documentOf(repo: string, type: string): Buffer {
  const name = readdirSync(join(repo, 'repodata')).find((file) => file.endsWith(`${type}.xml.gz`));
  if (name === undefined) throw new Error(`no ${type} in ${repo}`);
  return gunzipSync(readFileSync(join(repo, 'repodata', name)));
}

async function publish(path: string): Promise<PublishedPackage> {
  const rpm = await readRpm(readFileSync(path), path);
  const timeFileSec = Math.floor(statSync(path).mtimeMs / 1000);
  const checksum = { algorithm: 'sha256', hex: rpm.sha256Hex } as const;
  return packageFromHeaders(rpm, { checksum, sizeBytes: rpm.sizeBytes, timeFileSec, location: basename(path) });
}

function writeRepo(repo: string, packages: readonly PublishedPackage[]): void {
  for (const { path, bytes } of formatRepodata(packages, { snapshotSec: 1_700_000_000 })) {
    mkdirSync(dirname(join(repo, path)), { recursive: true });
    writeFileSync(join(repo, path), bytes);
  }
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'createrepo-'));
  rpms = [
    ...(await buildRpms(FIXTURES, join(dir, 'theirs'))),
    ...(await buildRpms([{ name: 'gzip-payload', files: [{ path: '/usr/bin/g', content: 'g' }] }], join(dir, 'theirs'), {
      payload: 'w6.gzdio',
    })),
    ...(await buildRpms([{ name: 'xz-payload', files: [{ path: '/usr/bin/x', content: 'x' }] }], join(dir, 'theirs'), {
      payload: 'w2.xzdio',
    })),
  ];
  await createRepo(join(dir, 'theirs'));
  theirs = await parsePrimary(documentOf(join(dir, 'theirs'), 'primary'), { source: 'createrepo_c primary.xml' });
  ours = await Promise.all(rpms.map(publish));
  mkdirSync(join(dir, 'ours'));
  for (const rpm of rpms) writeFileSync(join(dir, 'ours', basename(rpm)), readFileSync(rpm));
  writeRepo(join(dir, 'ours'), ours);
});

afterAll(() => rmSync(dir, { recursive: true, force: true }));

const byName = (packages: readonly RpmPackage[]): RpmPackage[] => [...packages].sort((a, b) => (a.location < b.location ? -1 : 1));

describe('metadata of RPM files', () => {
  it('agrees with createrepo_c in every field of primary', () => {
    expect(theirs).toHaveLength(FIXTURES.length + 2);
    expect(byName(ours.map(({ pkg }) => pkg))).toEqual(byName(theirs));
  });

  it('agrees with createrepo_c in every path of filelists', async () => {
    const files = await parseFilelists(documentOf(join(dir, 'theirs'), 'filelists'), () => true, { source: 'filelists' });
    const mine = ours.filter((one) => one.files?.length !== 0).map((one) => [one.pkg.checksum.hex, one.files] as const);
    expect(new Map(mine)).toEqual(files);
  });

  it('is the same for every payload compression', () => {
    expect(ours.map(({ pkg }) => pkg.name)).toEqual(expect.arrayContaining(['gzip-payload', 'xz-payload', 'everything']));
  });
});

const REAL_REPODATA = process.env.PIGSTY_BUNDLE_REPODATA ?? '';

describe('real metadata', () => {
  it('is written again byte for byte', async () => {
    if (REAL_REPODATA === '') {
      console.log('left out: PIGSTY_BUNDLE_REPODATA names no repodata folder; the built packages above are all there is');
      return;
    }
    const repo = dirname(REAL_REPODATA.replace(/\/$/, ''));
    const original = documentOf(repo, 'primary');
    const packages = await parsePrimary(original, { source: 'real primary.xml' });
    const asRead = packages.map((pkg) => ({ pkg, files: null }));
    expect(formatPrimary(asRead).trim() === original.toString().trim()).toBe(true);
    const filelists = documentOf(repo, 'filelists');
    const files = await parseFilelists(filelists, () => true, { source: 'real filelists.xml' });
    const whole = packages.map((pkg) => ({ pkg, files: files.get(pkg.checksum.hex) ?? [] }));
    expect(formatFilelists(whole).trim() === filelists.toString().trim()).toBe(true);
  });
});

describe('our repository', () => {
  it('reads back as what was written, plus the required paths in primary', async () => {
    const read = await parsePrimary(documentOf(join(dir, 'ours'), 'primary'), { source: 'ours' });
    const tool = read.find((pkg) => pkg.name === 'tool');
    const data = read.find((pkg) => pkg.name === 'data');
    expect(tool?.files).toEqual([{ path: '/usr/libexec/tool', type: 'file' }]);
    expect(data?.files).toEqual([{ path: '/usr/share/tool/data', type: 'file' }]);
    const without = (pkg: RpmPackage): RpmPackage => ({ ...pkg, files: [] });
    expect(byName(read).map(without)).toEqual(byName(theirs).map(without));
  });

  it('has a repomd.xml whose digests and sizes are those of the files', async () => {
    const bytes = readFileSync(join(dir, 'ours/repodata/repomd.xml'));
    const repomd = await parseRepomd(bytes, { source: 'ours' });
    const sizes = [...bytes.toString().matchAll(/<size>(\d+)</g)].map(([, size]) => Number(size));
    expect(repomd.records.map((record) => record.type)).toEqual(['primary', 'filelists', 'other']);
    for (const [at, record] of repomd.records.entries()) {
      const sum = execFileSync('sha256sum', [join(dir, 'ours', record.location)], { encoding: 'utf8' });
      expect(sum.slice(0, 64)).toBe(record.checksum.hex);
      expect(statSync(join(dir, 'ours', record.location)).size).toBe(sizes[at]);
    }
  });

  it('is taken over unchanged by createrepo_c --update, which reads it with its own reader', async () => {
    const repo = join(dir, 'updated');
    execFileSync('cp', ['-a', join(dir, 'ours'), repo]);
    const args = ['--no-database', '--update', '--skip-stat', '--keep-all-metadata', repo];
    execFileSync('createrepo_c', args, { encoding: 'utf8', stdio: 'pipe' });
    const again = await parsePrimary(documentOf(repo, 'primary'), { source: 'updated' });
    const before = await parsePrimary(documentOf(join(dir, 'ours'), 'primary'), { source: 'ours' });
    const neutral = (pkg: RpmPackage): RpmPackage => ({ ...pkg, files: [] });
    expect(byName(again).map(neutral)).toEqual(byName(before).map(neutral));
  });

  it('is the same to libsolv as that of createrepo_c', () => {
    const dump = (repo: string): string => {
      const solv = join(dir, `${basename(repo)}.solv`);
      const primary = join(dir, `${basename(repo)}.xml`);
      writeFileSync(primary, documentOf(repo, 'primary'));
      execFileSync('sh', ['-c', `rpmmd2solv < '${primary}' > '${solv}'`]);
      const text = execFileSync('dumpsolv', [solv], { encoding: 'utf8', maxBuffer: 1 << 26 });
      return text.replace(/^repo_add_solv took .*$/m, '');
    };
    // createrepo_c lists packages in no certain order, so both are written by us, one from its reading and one from ours.
    const rewritten = join(dir, 'rewritten');
    writeRepo(
      rewritten,
      theirs.map((pkg) => ({ pkg, files: null })),
    );
    const primaryOnly = join(dir, 'primary-only');
    writeRepo(
      primaryOnly,
      ours.map(({ pkg }) => ({ pkg, files: null })),
    );
    const mine = dump(primaryOnly);
    expect(mine).toContain('everything');
    expect(mine).toBe(dump(rewritten));
  });

  it('answers dnf as the repository of createrepo_c does', () => {
    const query = (repo: string, ...args: string[]): string[] => {
      const base = ['--setopt=reposdir=/nonexistent', `--setopt=cachedir=${join(dir, 'cache')}`, `--installroot=${join(dir, 'root')}`];
      const all = [...base, '--releasever=9', '--forcearch=x86_64', `--repofrompath=${basename(repo)},${repo}`, 'repoquery', '-q', ...args];
      return execFileSync('dnf', all, { encoding: 'utf8', stdio: 'pipe' }).trim().split('\n').sort();
    };
    for (const args of [
      ['--all'],
      ['--requires', 'everything'],
      ['--provides', 'everything'],
      ['--list', 'everything'],
      ['--conflicts', 'everything'],
    ]) {
      const mine = query(join(dir, 'ours'), ...args);
      expect(mine).toEqual(query(join(dir, 'theirs'), ...args));
    }
    expect(query(join(dir, 'ours'), '--file', '/usr/libexec/tool')).toEqual(['tool-0:1.0-1.el9.noarch']);
    expect(query(join(dir, 'ours'), '--all')).toContain('everything-3:1.0~rc1^git2-2.el9.x86_64');
  });
});
