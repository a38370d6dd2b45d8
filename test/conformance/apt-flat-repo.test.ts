/**
 * Our flat repository against the real tools: apt reads and installs from it, dpkg-scanpackages says the same, GNU tar and sha256sum agree.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Lock } from '../../src/lock/lock.ts';
import { composeBundle } from '../../src/pack/format/compose-bundle.ts';
import { writeBundle } from '../../src/pack/write/write-bundle.ts';
import { buildDebTree } from '../../src/repo/deb-tree.ts';
import type { SigningKey } from '../../src/trust/signing.ts';
import { generateSigningKey, readPrivateKey } from '../../src/trust/signing.ts';
import { scratchDir } from '../lab/upstreams/bundle-lab.ts';
import { lockOf, quietContext } from '../lab/upstreams/toy-bundle.ts';
import type { BuiltDeb } from '../lab/upstreams/toy-debs.ts';
import { buildDeb } from '../lab/upstreams/toy-debs.ts';
import { parseStanzas } from '../support/parse-stanzas.ts';

const missing = ['apt-get', 'dpkg-deb', 'dpkg-scanpackages'].filter((tool) => !existsSync(`/usr/bin/${tool}`));
const inCi = process.env.CI === 'true';
const conform = it.skipIf(missing.length > 0 && !inCi);

const NAMES = [
  'plain_2.0-1_all.deb',
  'colon_1:2.0-1_all.deb',
  'percent_1%3a2.0-1_all.deb',
  'tilde_2.0~rc1-1_all.deb',
  'plus_2.0+b1-1_all.deb',
];

function buildAll(dir: string): BuiltDeb[] {
  return NAMES.map((fileName, i) => {
    const [name = '', version = ''] = fileName.split('_');
    const depends = i === 0 ? 'colon (>= 1:1), percent, tilde, plus' : undefined;
    return buildDeb(dir, { name, version: version.replace('%3a', ':'), fileName, ...(depends === undefined ? {} : { depends }) });
  });
}

/** Packs the packages, unpacks with GNU tar, and returns the web root. */
async function unpackedWithTar(
  signer: SigningKey | null,
  more: Partial<Lock> = {},
): Promise<{ webRoot: string; debs: BuiltDeb[]; bundle: string }> {
  const dir = await scratchDir();
  const debs = buildAll(dir);
  const webRoot = join(dir, 'www');
  await mkdir(webRoot);
  const lock = { ...lockOf(debs.map((deb) => deb.locked)), ...more };
  const sources = new Map(debs.map((deb) => [deb.locked.sha256, { stanza: deb.stanza, filePath: deb.filePath }]));
  const tree = await buildDebTree(lock, sources, { signer, uri: `file://${webRoot}/pigsty` });
  const { index, files } = composeBundle({ lock, version: '1', tree, installer: null, assets: [] });
  const bundle = join(dir, 'b.tgz');
  await writeBundle({ index, files, output: bundle }, quietContext());
  execFileSync('tar', ['-xzf', bundle, '-C', webRoot]);
  return { webRoot, debs, bundle };
}

/** Runs apt with a root of its own and nothing but our source. */
async function apt(webRoot: string, ...args: string[]): Promise<string> {
  const root = join(webRoot, '../apt');
  await mkdir(join(root, 'state/lists/partial'), { recursive: true });
  await mkdir(join(root, 'cache/archives/partial'), { recursive: true });
  await writeFile(join(root, 'status'), '');
  const options = {
    'Dir::Etc::sourcelist': join(webRoot, 'pigsty.sources'),
    'Dir::Etc::sourceparts': '/nonexistent',
    'Dir::Etc::trusted': '/nonexistent',
    'Dir::Etc::trustedparts': '/nonexistent',
    'Dir::State': join(root, 'state'),
    'Dir::State::status': join(root, 'status'),
    'Dir::Cache': join(root, 'cache'),
    'Debug::NoLocking': '1',
    'APT::Sandbox::User': 'root',
    'APT::Architecture': 'amd64',
    // apt's own defaults, whatever this machine says.
    'Acquire::Check-Date': 'true',
  };
  const flags = Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  const run = spawnSync('apt-get', [...flags, ...args], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  if (run.status !== 0) throw new Error(`apt-get ${args.join(' ')}: ${run.stdout}\n${run.stderr}`);
  return run.stdout + run.stderr;
}

conform('apt updates, fetches every file name and solves an install from a trusted repository', async () => {
  const { webRoot } = await unpackedWithTar(null);
  expect(await apt(webRoot, 'update')).not.toMatch(/^(?:W|E|Err):/m);
  const simulated = await apt(webRoot, '-s', 'install', 'plain');
  for (const name of NAMES) expect(simulated).toMatch(new RegExp(`^Inst ${name.split('_')[0]} \\(`, 'm'));
  await apt(webRoot, '-y', '--download-only', 'install', 'plain');
});

conform('apt accepts our signature through the inline key, and nothing that was changed after it', async () => {
  const { privateKeyArmored } = await generateSigningKey({ name: 'test', nowSec: 1_600_000_000, rsaBits: 2048 });
  const signer = await readPrivateKey(Buffer.from(privateKeyArmored), { source: 'test' });
  const { webRoot } = await unpackedWithTar(signer);
  const log = await apt(webRoot, 'update');
  expect(log).not.toMatch(/^(?:W|E|Err):/m);
  expect(await apt(webRoot, '-y', '--download-only', 'install', 'plain')).not.toContain('cannot be authenticated');
  const inRelease = join(webRoot, 'pigsty/InRelease');
  await writeFile(inRelease, (await readFile(inRelease, 'utf8')).replace('Origin: pigsty', 'Origin: pIgsty'));
  await expect(apt(webRoot, 'update', '--error-on=any')).rejects.toThrow(/BADSIG|signatures were invalid|not signed/);
});

conform('a host whose clock is behind reads it all the same', async () => {
  const { webRoot } = await unpackedWithTar(null, { snapshotSec: Date.UTC(2226, 0, 1) / 1000 });
  expect(await apt(webRoot, 'update')).not.toMatch(/^(?:W|E|Err):/m);
  await apt(webRoot, '-y', '--download-only', 'install', 'plain');
  // The line is what does it.
  const sources = join(webRoot, 'pigsty.sources');
  await writeFile(sources, (await readFile(sources, 'utf8')).replace('Check-Date: no\n', ''));
  await expect(apt(webRoot, 'update', '--error-on=any')).rejects.toThrow('is not valid yet');
});

conform('dpkg-scanpackages finds the same fields with the same values', async () => {
  const { webRoot } = await unpackedWithTar(null);
  const theirs = execFileSync('dpkg-scanpackages', ['-m', '-h', 'sha256', '.'], {
    cwd: join(webRoot, 'pigsty'),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ours = await readFile(join(webRoot, 'pigsty/Packages'), 'utf8');
  const byName = (text: string) =>
    new Map(parseStanzas(text, 'index').map((stanza) => [stanza.get('package'), Object.fromEntries(stanza)]));
  expect(byName(ours)).toEqual(byName(theirs));
  const order = (text: string) =>
    text
      .split('\n')
      .filter((line) => /^\S/.test(line))
      .map((line) => line.split(':')[0]);
  expect(order(ours).slice(0, 8)).toEqual(order(theirs).slice(0, 8));
});

conform('sha256sum accepts the marker and the digest of the tarball; gzip, tar and python read the archive', async () => {
  const { webRoot, bundle, debs } = await unpackedWithTar(null);
  const checked = execFileSync('sha256sum', ['-c', 'repo_complete'], { cwd: join(webRoot, 'pigsty'), encoding: 'utf8' });
  expect(checked.trim().split('\n')).toHaveLength(debs.length);
  execFileSync('sha256sum', ['-c', 'b.tgz.sha256'], { cwd: join(bundle, '..') });
  execFileSync('gzip', ['-t', bundle]);
  const listed = execFileSync('tar', ['--numeric-owner', '-tvzf', bundle], { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } })
    .trim()
    .split('\n');
  expect(listed[0]).toMatch(/pigsty\/bundle\.json$/);
  expect(listed.at(-1)).toMatch(/pigsty\/repo_complete$/);
  for (const line of listed) expect(line).toMatch(/^-rw-r--r-- 0\/0 +\d+ 2023-11-14 22:13 /);
  const python = 'import sys, tarfile; print(len(tarfile.open(sys.argv[1]).getnames()))';
  expect(execFileSync('python3', ['-c', python, bundle], { encoding: 'utf8' }).trim()).toBe(String(listed.length));
});
