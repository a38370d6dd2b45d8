/**
 * A mirror that a real aptly publishes, used as people do who have one: as their only upstream, or in the place of the published archive
 * (`mirrors` of an overlay). aptly makes metadata of its own and signs it with its own key.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { BUILD, BUNDLE, expectBuilt, startMirror, type ToyLab, type ToyMirror, toyLab } from '../lab/cli/toy-lab.ts';
import { type ArchiveFiles, TOY_PACKAGES, TOY_SUITE, toyArchive, writeArchive } from '../lab/upstreams/toy-archive.ts';

const isMissing = !existsSync('/usr/bin/aptly') && process.env.CI !== 'true';
/** A version with a plus and a tilde, as most real ones have. */
const PACKAGES = [...TOY_PACKAGES, { name: 'extra', version: '1.0+ds-1~rc2', fields: { Depends: 'world' } }];

let lab: ToyLab;
let published: ToyMirror;
let fingerprint: string;

/** Runs a program with aptly's home and key ring below the lab. */
function run(program: string, ...args: readonly string[]): string {
  const env = { PATH: process.env.PATH, HOME: lab.path('aptly'), GNUPGHOME: lab.path('aptly', 'gnupg'), LC_ALL: 'C' };
  return execFileSync(program, args, { cwd: lab.dir, env, stdio: 'pipe' }).toString();
}

const aptly = (...args: readonly string[]): string => run('aptly', '-config=aptly.conf', ...args);

function filesBelow(dir: string, at = ''): ArchiveFiles {
  const entries = readdirSync(join(dir, at), { recursive: true, encoding: 'utf8' });
  return new Map(entries.filter((path) => statSync(join(dir, path)).isFile()).map((path) => [path, readFileSync(join(dir, path))]));
}

/** aptly mirrors the toy packages into a repository of its own and publishes it below `prefix`. */
async function publish(prefix: string): Promise<void> {
  mkdirSync(lab.path('aptly', 'gnupg'), { recursive: true, mode: 0o700 });
  run('gpg', '--batch', '--quiet', '--passphrase', '', '--quick-gen-key', 'mirror@corp.test', 'rsa2048', 'sign', 'never');
  fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(run('gpg', '--with-colons', '--list-keys'))?.[1] ?? '';
  writeFileSync(lab.path('mirror.asc'), run('gpg', '--armor', '--export', fingerprint));
  writeFileSync(lab.path('aptly.conf'), JSON.stringify({ rootDir: lab.path('aptly', 'root'), architectures: ['amd64'] }));
  writeArchive(await toyArchive({ packages: PACKAGES }), lab.path('incoming'));
  aptly('repo', 'create', '-component=main', 'mine');
  aptly('repo', 'add', 'mine', 'incoming/pool');
  aptly('snapshot', 'create', 'monday', 'from', 'repo', 'mine');
  aptly('publish', 'snapshot', '-batch', `-distribution=${TOY_SUITE}`, `-gpg-key=${fingerprint}`, 'monday', prefix);
  published.files = filesBelow(lab.path('aptly', 'root', 'public'));
}

beforeEach(async () => {
  if (isMissing) return;
  lab = await toyLab();
  // The agent that gpg started would live on for a while.
  onTestFinished(() => void run('gpgconf', '--kill', 'all'));
  published = await startMirror(new Map());
  await publish('corp');
});

const overlay = (name: string, sections: object): void => writeFileSync(lab.path(name), JSON.stringify({ schema: 1, ...sections }));
const aptlyKey = (): object => ({ fingerprints: [fingerprint], keyrings: [lab.path('mirror.asc')], urls: [] });

describe.skipIf(isMissing)('what aptly publishes', () => {
  it('is an upstream of one’s own, the only one', async () => {
    const upstream = {
      name: 'corp',
      url: `${published.url}/corp`,
      suite: TOY_SUITE,
      components: ['main'],
      key: 'corp',
      signed: ['metadata'],
    };
    const profiles = { toy: { description: 'toy', packages: ['hello', 'extra'] } };
    overlay('overlay.yaml', { only: ['corp'], keys: { corp: aptlyKey() }, upstreams: [upstream], profiles });
    const built = await lab.run(BUILD);
    expectBuilt(lab, built);
    expect(built.stdout).toContain('1 of 1 upstreams signed');
    const lock = readFileSync(lab.path('out', BUNDLE.replace('.tgz', '.lock')), 'utf8');
    expect(lock).toContain('extra_1.0+ds-1~rc2_all.deb');
    expect(lock).toContain(fingerprint);
  });

  it('in the place of the published archive is refused until its key is named: signatures are checked as before', async () => {
    await lab.overlay(['http://archive.invalid/debian']);
    overlay('map.yaml', { mirrors: { 'http://archive.invalid/debian/': `${published.url}/corp/` } });
    const refused = await lab.run([...BUILD, '--manifest', 'map.yaml']);
    expect(refused, refused.stderr).toMatchObject({ code: 65, stderr: expect.stringContaining('[SIGNATURE_INVALID]') });
    overlay('key.yaml', { keys: { toy: aptlyKey() } });
    const built = await lab.run([...BUILD, '--manifest', 'map.yaml', '--manifest', 'key.yaml']);
    expectBuilt(lab, built);
    expect(built.stderr).toMatch(/keys\.toy of .*key\.yaml replaces that of .*overlay\.yaml/);
  });
});
