/** What people really do: odd paths, wrong words, no home, no rights, stale or edited locks, passwords in URLs. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { BUILD, BUNDLE, expectBuilt, expectNothingMade, startMirror, status, type ToyLab, toyLab } from '../lab/cli/toy-lab.ts';
import { flipped, toyArchive, writeArchive } from '../lab/upstreams/toy-archive.ts';

const LOCK = BUNDLE.replace('.tgz', '.lock');

/** `argv` with the value behind an option exchanged. */
function option(argv: readonly string[], name: string, value: string): string[] {
  return argv.map((word, position) => (argv[position - 1] === name ? value : word));
}

async function fileLab(): Promise<ToyLab> {
  const lab = await toyLab();
  writeArchive(await toyArchive(), lab.path('archive'));
  await lab.overlay([`file://${lab.path('archive')}`]);
  return lab;
}

describe('places', () => {
  it.each(['a b/c d', 'ümläut/目录', "it's $HOME", '-dash', 'deep/er/and/deep/er'])(
    'the output and the store may be in %j',
    async (name) => {
      const lab = await fileLab();
      const place = `--output=${name}`;
      const argv = option(
        [...BUILD.filter((word, at) => word !== '--output' && BUILD[at - 1] !== '--output'), place],
        '--store',
        `${name} s`,
      );
      const run = await lab.run(argv.map((word) => (word === `${name} s` && name.startsWith('-') ? `./${word}` : word)));
      expect(run.code, run.stderr).toBe(0);
      expect(run.stdout).toContain(lab.path(name, BUNDLE));
      expect(lab.list(name)).toContain(BUNDLE);
      expect(await lab.run(['verify', `./${name}/${BUNDLE}`])).toMatchObject({ code: 0 });
    },
  );

  it('an absolute output, a relative overlay with a comma in its name, and a working directory that is read-only', async () => {
    const lab = await fileLab();
    renameSync(lab.path('overlay.yaml'), lab.path('mine, really.yaml'));
    const argv = option(option(BUILD, '--output', lab.path('out')), '--manifest', 'mine, really.yaml');
    chmodSync(lab.dir, 0o555);
    expect((await lab.run(option(argv, '--store', 'store'), { wrap: asNobody() })).code).toBe(73);
    chmodSync(lab.dir, 0o755);
    expectBuilt(lab, await lab.run(argv));
  });

  it.each([
    ['--output on a file', 'overlay.yaml', 'overlay.yaml is a file'],
    ['--output below a file', 'overlay.yaml/below', 'overlay.yaml is a file'],
  ])('%s is refused before anything is downloaded', async (_what, output, message) => {
    const lab = await fileLab();
    const run = await lab.run(option(BUILD, '--output', output));
    expect(run, run.stderr).toMatchObject({ code: 73, stderr: expect.stringContaining('[OUTPUT_UNWRITABLE]') });
    expect(run.stderr).toContain(message);
    expect(lab.list('store')).toEqual([]);
  });

  it('without HOME the store has no default place, and --store or PIGSTY_BUNDLE_STORE gives it one', async () => {
    const lab = await fileLab();
    const argv = BUILD.filter((word, at) => word !== '--store' && BUILD[at - 1] !== '--store');
    const run = await lab.run(argv, { env: { HOME: undefined } });
    expect(run, run.stderr).toMatchObject({ code: 73, stderr: expect.stringMatching(/HOME.*unset \[STORE_UNWRITABLE\]\nhint: /) });
    const given = await lab.run(argv, { env: { HOME: undefined, PIGSTY_BUNDLE_STORE: lab.path('store') } });
    expectBuilt(lab, given);
    expect(lab.list('store')).toContain('sha256');
  });

  it('a store that cannot be written is named, with the variable that moves it', async () => {
    const lab = await fileLab();
    writeFileSync(lab.path('file'), '');
    const argv = BUILD.filter((word, at) => word !== '--store' && BUILD[at - 1] !== '--store');
    const run = await lab.run(argv, { env: { PIGSTY_BUNDLE_STORE: lab.path('file') } });
    expect(run, run.stderr).toMatchObject({ code: 73, stderr: expect.stringContaining('[STORE_UNWRITABLE]') });
    expect(run.stderr).toContain('PIGSTY_BUNDLE_STORE');
    expect(run.stderr).toContain(lab.path('file'));
  });

  it('a tree of its own, beside or instead of the tarball, replaced by the next run and never anything else', async () => {
    const lab = await fileLab();
    const argv = [...BUILD, '--tree', 'www', '--no-bundle'];
    expect(await lab.run(argv)).toMatchObject({ code: 0 });
    expect(lab.list('www')).toEqual(['pigsty', 'pigsty.sources']);
    expect(lab.list('out')).toEqual([]);
    expect(await lab.run(argv)).toMatchObject({ code: 0 });
    mkdirSync(lab.path('other', 'pigsty'), { recursive: true });
    writeFileSync(lab.path('other', 'pigsty', 'precious'), '');
    const refused = await lab.run(option(argv, '--tree', 'other'));
    expect(refused, refused.stderr).toMatchObject({ code: 73, stderr: expect.stringContaining('not a complete repository') });
    expect(lab.list('other', 'pigsty')).toEqual(['precious']);
    expect(readdirSync(lab.path('other'))).toEqual(['pigsty']);
  });
});

/** Runs the program as a user without rights where we are root. */
function asNobody(): string[] {
  return process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
}

describe('words', () => {
  it('a profile with a trailing comma, amd64, and a distro with its CPU', async () => {
    const lab = await fileLab();
    const argv = option(option(BUILD, '--profile', 'toy,'), '--distro', 'd12.amd64');
    expectBuilt(lab, await lab.run([...argv, '--arch', 'amd64']));
  });

  it.each<[string, string[], number, string[]]>([
    ['debian12', ['--distro', 'debian12'], 64, ['unknown distro "debian12" (did you mean "d12"?)', 'el8 el9 el10 d12']],
    ['two CPUs', ['--distro', 'd12.amd64', '--arch', 'arm64'], 64, ['contradict']],
    ['an unknown CPU', ['--arch', 's390x'], 64, ['unknown CPU "s390x"', 'x86_64 aarch64']],
    ['an unknown flavor', ['--flavor', 'ubuntu'], 64, ['pigsty, debian']],
    ['an unknown region', ['--region', 'mars'], 78, ['china', 'europe']],
    ['--jobs 0', ['--jobs', '0'], 64, ['expected a number from 1 to 64']],
    ['--timeout soon', ['--timeout', 'soon'], 64, ['expected a number from 1 to 3600']],
    ['--budget much', ['--budget', 'much'], 64, ['2GiB']],
    ['--budget that is too small', ['--budget', '1k'], 64, ['more than the budget of 1.0 KiB', 'largest: ']],
    ['--bundle-version ../x', ['--bundle-version', '../x'], 64, ['expected letters']],
    ['--no-bundle alone', ['--no-bundle'], 64, ['--tree']],
    ['--mirrors all', ['--mirrors', 'all'], 64, ['auto, manifest']],
    ['--pg-version new', ['--pg-version', 'new'], 64, ['expected a PostgreSQL major']],
    ['--minor on Debian', ['--minor', '9.4'], 78, ['el8, el9 and el10']],
    ['a signing key that is none', ['--sign', 'overlay.yaml'], 65, ['not a usable OpenPGP private key', 'keygen']],
    ['a CA file that is none', ['--ca', 'overlay.yaml'], 78, ['no PEM certificate', 'openssl']],
    ['a baseline that is not there', ['--baseline', 'nowhere'], 66, ['nowhere', '/var/lib/dpkg/status']],
    ['an overlay that is not there', ['--manifest', 'nowhere.yaml'], 66, ['nowhere.yaml']],
  ])('%s is refused with what is expected', async (_what, more, code, words) => {
    const lab = await fileLab();
    const run = await lab.run([...BUILD, ...more]);
    expect(run.code, run.stderr).toBe(code);
    for (const word of words) expect(run.stderr).toContain(word);
    expect(run.stdout).toBe('');
    expectNothingMade(lab);
  });

  it('a request for nothing is a mistake, not an empty bundle', async () => {
    const lab = await fileLab();
    const run = await lab.run(option(BUILD, '--profile', ','));
    expect(run, run.stderr).toMatchObject({ code: 64, stderr: expect.stringContaining('nothing is asked for [USAGE]') });
    expectNothingMade(lab);
    expectBuilt(lab, await lab.run([...option(BUILD, '--profile', ''), '--package', 'hello']));
  });

  it('all wrong profiles and packages in one run, each with what was probably meant', async () => {
    const lab = await fileLab();
    const run = await lab.run([...option(BUILD, '--profile', 'toy,toi,inffra'), '--package', 'helo,nothing-like-it', '--package', 'world']);
    expect(run, run.stderr).toMatchObject({ code: 64, stderr: expect.stringContaining('[PROFILE_UNKNOWN]') });
    for (const text of ['did you mean "toy"', 'did you mean "infra"', 'helo was requested', 'did you mean "hello"', 'nothing-like-it']) {
      expect(run.stderr).toContain(text);
    }
    expect(run.stderr).not.toContain('world was requested');
  });

  it('all faults of an overlay in one run, each with line, field, what was found and what is expected', async () => {
    const lab = await fileLab();
    writeFileSync(lab.path('overlay.yaml'), 'schema: 1\nupstream: []\ndisable: base\npins: { nginx: 3 }\n');
    const run = await lab.run(BUILD);
    expect(run, run.stderr).toMatchObject({ code: 78, stderr: expect.stringContaining('[CONFIG_INVALID]') });
    expect(run.stderr).toContain('3 faults');
    for (const text of ['overlay.yaml:2:', 'upstream', 'overlay.yaml:3:', 'disable: found "base"', 'pins.nginx: found 3']) {
      expect(run.stderr).toContain(text);
    }
  });
});

describe('a lock', () => {
  const locked = [...BUILD, '--locked', '--lock', `out/${LOCK}`];

  it('for another request is refused with every difference', async () => {
    const lab = await fileLab();
    expectBuilt(lab, await lab.run(BUILD));
    const run = await lab.run([...option(locked, '--distro', 'd12.aarch64'), '--package', 'hello', '--baseline', 'minimal']);
    expect(run, run.stderr).toMatchObject({ code: 65, stderr: expect.stringContaining('[LOCK_STALE]') });
    for (const word of ['aarch64', 'hello', 'minimal']) expect(run.stderr).toContain(word);
    expect(run.stderr).toContain('hint: ');
  });

  it('of a manifest that changed since is refused', async () => {
    const lab = await fileLab();
    expectBuilt(lab, await lab.run(BUILD));
    writeFileSync(lab.path('overlay.yaml'), `${readFileSync(lab.path('overlay.yaml'), 'utf8')}pins: { world: '1.0' }\n`);
    expect(await lab.run(locked)).toMatchObject({ code: 65, stderr: expect.stringContaining('manifest') });
  });

  it.each<[string, (text: string) => string, RegExp]>([
    ['cut off', (text) => text.slice(0, text.length >> 1), /LOCK_INVALID/],
    ['with a path that climbs out', (text) => text.replace('pool/hello', '../../hello'), /LOCK_INVALID/],
    [
      'with another digest',
      (text) => text.replace(/"sha256": ?"[0-9a-f]{64}"(?![\s\S]*"sha256": ?"[0-9a-f]{64}")/, `"sha256": "${'0'.repeat(64)}"`),
      /LOCK_INVALID|FETCH_DIGEST|\[PACKAGE/,
    ],
    ['of a later schema', (text) => text.replace('"schema": 1', '"schema": 99'), /LOCK_INVALID/],
    ['that is something else', () => 'hello\n', /LOCK_INVALID/],
  ])('%s is refused', async (_what, edit, code) => {
    const lab = await fileLab();
    expectBuilt(lab, await lab.run(BUILD));
    const path = lab.path('out', LOCK);
    const before = readFileSync(path, 'utf8');
    const after = edit(before);
    expect(after).not.toBe(before);
    writeFileSync(lab.path('edited.lock'), after);
    const run = await lab.run(option(option(locked, '--lock', 'edited.lock'), '--output', 'edited'));
    expect(run.code, run.stderr).toBe(65);
    expect(run.stderr).toMatch(code);
    expect(lab.list('edited')).toEqual([]);
  });

  it('builds without any network once everything is in the store', async () => {
    const lab = await toyLab();
    const mirror = await startMirror(await toyArchive());
    await lab.overlay([mirror.url]);
    expectBuilt(lab, await lab.run(BUILD));
    mirror.files = new Map();
    mirror.seen.length = 0;
    expectBuilt(lab, await lab.run([...BUILD, '--offline']));
    expectBuilt(lab, await lab.run([...locked, '--offline']));
    expect(
      await lab.run([
        'pack',
        `out/${LOCK}`,
        '--offline',
        '--manifest',
        'overlay.yaml',
        '--store',
        'store',
        '--output',
        'packed',
        '--no-installer',
      ]),
    ).toMatchObject({ code: 0 });
    expect(readFileSync(lab.path('packed', BUNDLE)).equals(readFileSync(lab.path('out', BUNDLE)))).toBe(true);
    expect(mirror.seen).toEqual([]);
    const cold = await lab.run(option([...locked, '--offline'], '--store', 'cold'));
    expect(cold, cold.stderr).toMatchObject({ code: 69, stderr: expect.stringContaining('[FETCH_OFFLINE]') });
    expect(cold.stderr).toContain('3 of 3 files');
  });

  it('that is missing says how to make one', async () => {
    const lab = await fileLab();
    expect(await lab.run([...BUILD, '--locked'])).toMatchObject({
      code: 66,
      stderr: expect.stringMatching(/d12\.x86_64\.lock \[LOCK_MISSING\][\s\S]*pigsty-bundle resolve/),
    });
  });
});

describe('a bundle that was damaged on the way', () => {
  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['one bit turned', flipped],
    ['cut short', (bytes) => bytes.subarray(0, bytes.length - 700)],
    ['with something behind it', (bytes) => Buffer.concat([bytes, Buffer.from('more')])],
    ['empty', () => Buffer.alloc(0)],
  ])('%s: verify says so', async (_what, damage) => {
    const lab = await fileLab();
    expectBuilt(lab, await lab.run(BUILD));
    writeFileSync(lab.path('damaged.tgz'), damage(readFileSync(lab.path('out', BUNDLE))));
    const run = await lab.run(['verify', 'damaged.tgz']);
    expect(run, run.stderr).toMatchObject({ code: 65, stdout: '' });
    expect(run.stderr).toMatch(/^error: .*damaged\.tgz.*\[BUNDLE_[A-Z_]+\]/m);
    expect(run.stderr).toMatch(/^hint: /m);
  });

  it('signed by another key than the one given', async () => {
    const lab = await fileLab();
    for (const name of ['mine', 'theirs']) expect(await lab.run(['keygen', '--output', `${name}.key`])).toMatchObject({ code: 0 });
    expectBuilt(lab, await lab.run([...BUILD, '--sign', 'mine.key']));
    expect(await lab.run(['verify', `out/${BUNDLE}`, '--key', 'mine.key.pub.asc'])).toMatchObject({ code: 0 });
    const run = await lab.run(['verify', `out/${BUNDLE}`, '--key', 'theirs.key.pub.asc']);
    expect(run, run.stderr).toMatchObject({ code: 65, stderr: expect.stringContaining('[BUNDLE_SIGNATURE_INVALID]') });
  });
});

it('a password in an URL appears nowhere: not on the screen, in JSON, in the lock, the bundle or the store', async () => {
  const lab = await toyLab();
  const mirror = await startMirror(await toyArchive());
  const secret = 's3cr3t-word';
  const withSecret = (url: string) => url.replace('http://', `http://bob:${secret}@`);
  const dead = 'http://127.0.0.1:1';
  await lab.overlay([withSecret(dead), withSecret(mirror.url)]);
  const said: string[] = [];
  for (const more of [[], ['--json'], ['--locked', '--lock', `out/${LOCK}`]]) {
    const run = await lab.run([...BUILD, ...more]);
    expect(run.code, run.stderr).toBe(0);
    said.push(run.stdout, run.stderr);
  }
  mirror.answers.set('pool/hello_1.0_all.deb', status(404));
  await lab.overlay([withSecret(mirror.url)]);
  mirror.answers.set('dists/toy/InRelease', status(403));
  for (const more of [['--locked', '--lock', `out/${LOCK}`], [], ['--json']]) {
    const run = await lab.run([...option(BUILD, '--store', 'store2'), ...more]);
    expect(run.code, run.stderr).not.toBe(0);
    said.push(run.stdout, run.stderr);
  }
  const files = ['out', 'store', 'store2', 'home'].flatMap((name) => filesBelow(lab.path(name)));
  expect(files.length).toBeGreaterThan(8);
  for (const text of said) expect(text).not.toContain(secret);
  for (const path of files) {
    const bytes = readFileSync(path);
    expect(bytes.includes(secret), path).toBe(false);
    if (path.endsWith('.tgz')) expect(gunzipSync(bytes).includes(secret)).toBe(false);
  }
});

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
