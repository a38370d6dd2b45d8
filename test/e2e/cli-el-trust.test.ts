/**
 * Signatures and keys of an EL upstream through the whole program: real ones, by gpg and rpmsign, of every kind that upstreams have. What a
 * target would refuse is said at build time, in words, in the lock and in the bundle.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Distro } from '../../src/base/target.ts';
import { parseLock } from '../../src/lock/parse-lock.ts';
import { expectNothingMade, startMirror, type ToyLab, toyLab } from '../lab/cli/toy-lab.ts';
import {
  makeOddKey,
  type OddKey,
  type OddKeyOptions,
  revoked,
  secretOf,
  signingDefines,
  withExpiry,
  withSigningSubkey,
} from '../lab/upstreams/odd-keys.ts';
import { endGnupg, signRpms } from '../lab/upstreams/rpm-fixtures.ts';
import { toyKey } from '../lab/upstreams/toy-archive.ts';
import { toyElSections, toyElUpstream } from '../lab/upstreams/toy-el-upstream.ts';

const DAY = 86_400;
const madeSec = Math.floor(Date.now() / 1000) - 900 * DAY;
const EARLY = { atSec: madeSec + 30 * DAY };

async function newKey(options: Partial<OddKeyOptions> = {}): Promise<OddKey> {
  const key = await makeOddKey({ algorithm: 'rsa2048', ...options });
  onTestFinished(() => endGnupg(key));
  return key;
}

/** Signs bytes anew with the real rpmsign. */
async function resigned(rpm: Buffer, key: OddKey, how: Parameters<typeof signingDefines>[1]): Promise<Buffer> {
  const dir = mkdtempSync(join(tmpdir(), 'resigned-'));
  try {
    const path = join(dir, 'package.rpm');
    writeFileSync(path, rpm);
    execFileSync('rpmsign', ['--delsign', path], { stdio: 'pipe' });
    await signRpms([path], key, signingDefines(key, how));
    return readFileSync(path);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Made {
  readonly key: OddKey;
  /** Signs the package `world`. */
  readonly sign: (rpm: Buffer) => Promise<Buffer>;
  /** Done to the key after it signed. */
  readonly afterwards?: () => Promise<unknown>;
}

async function by(key: OddKey, how: Parameters<typeof signingDefines>[1] = {}, afterwards?: () => Promise<unknown>): Promise<Made> {
  return { key, sign: (rpm) => resigned(rpm, key, how), ...(afterwards === undefined ? {} : { afterwards }) };
}

/** An upstream that pins the toy key, which signs its metadata and most packages, and `made.key`, which signs the package `world`. */
async function labOf(made: Made, distro: Distro = 'el9', signed?: readonly ('metadata' | 'packages')[]): Promise<ToyLab> {
  const lab = await toyLab();
  const mirror = await startMirror(await toyElUpstream({ damage: made.sign }));
  await made.afterwards?.();
  const fingerprints = [(await toyKey()).fingerprint, made.key.fingerprint];
  const keys = { toy: { fingerprints, keyrings: [lab.path('key.asc'), made.key.publicKeyPath], urls: [] } };
  await lab.overlay([], { more: { ...toyElSections([mirror.url], distro, signed), keys } });
  return lab;
}

const build = (distro: Distro) => [
  ...['build', '--distro', distro, '--profile', 'toy', '--manifest', 'overlay.yaml'],
  ...['--store', 'store', '--output', 'out', '--no-installer'],
];

it.each<[string, () => Promise<Made>]>([
  ['a subkey of the pinned key', async () => by(await withSigningSubkey(await newKey({ usage: 'cert' }), 'rsa2048'))],
  ['an EdDSA key', async () => by(await newKey({ algorithm: 'ed25519' }))],
  ['a key that expired after it signed', async () => by(await newKey({ madeSec, expires: '100d' }), EARLY)],
  [
    'a key that was prolonged after it signed',
    async () => {
      const key = await newKey({ madeSec, expires: '100d' });
      return by(key, EARLY, () => withExpiry(key, 'never', madeSec + 90 * DAY));
    },
  ],
])('a package signed by %s is taken', async (_what, make) => {
  const lab = await labOf(await make());
  const run = await lab.run(build('el9'));
  expect(run, run.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('bundle: ') });
});

it.each<[string, () => Promise<Made>, string, RegExp]>([
  [
    'a key that had expired before it signed',
    async () => {
      const key = await newKey({ madeSec });
      return by(key, { atSec: madeSec + 300 * DAY }, () => withExpiry(key, '100d', madeSec + DAY));
    },
    'KEY_UNUSABLE',
    /expired/,
  ],
  [
    'a key that was revoked',
    async () => {
      const key = await newKey({ madeSec });
      return by(key, EARLY, () => revoked(key));
    },
    'KEY_UNUSABLE',
    /revoked/,
  ],
  ['a key too small', async () => by(await newKey({ algorithm: 'rsa1024' })), 'KEY_UNUSABLE', /shorter than 2048 bits/],
  ['a DSA key', async () => by(await newKey({ algorithm: 'dsa2048' })), 'SIGNATURE_INVALID', /DSA keys are refused by EL 9 and later/],
  ['SHA-1', async () => by(await newKey(), { digest: 'sha1' }), 'SIGNATURE_INVALID', /SHA-1 signatures are refused by EL 9 and later/],
])('a package signed by %s is refused for el9, in words', async (_what, make, code, why) => {
  const lab = await labOf(await make());
  const run = await lab.run(build('el9'));
  expect(run, run.stderr).toMatchObject({ code: 65, stderr: expect.stringContaining(`[${code}]`) });
  expect(run.stderr).toMatch(/^error: world-1\.0.*\[toy\]/m);
  expect(run.stderr).toMatch(why);
  expect(run.stderr).toMatch(/^hint: /m);
  expectNothingMade(lab);
});

it('what el8 takes is taken for el8, and told; the same store does not take it for el9', async () => {
  const made = await by(await newKey({ certDigest: 'SHA1' }), { digest: 'sha1' });
  const lab = await labOf(made, 'el8');
  const run = await lab.run(build('el8'));
  expect(run.code, run.stderr).toBe(0);
  expect(run.stderr).toMatch(/^warning: el8: world-1\.0.*SHA-1 signatures are refused by EL 9 and later/m);
  // EL 8 takes the key as well: no reason to warn.
  expect(run.stderr.split('\n').filter((line) => line.includes('bound to its owner'))).toEqual([expect.not.stringContaining('warning')]);
  rmSync(lab.path('out'), { recursive: true });
  const overlay = readFileSync(lab.path('overlay.yaml'), 'utf8');
  const [url = ''] = /http:\/\/127[^\s'"]+/.exec(overlay) ?? [];
  const keys = {
    toy: {
      fingerprints: [(await toyKey()).fingerprint, made.key.fingerprint],
      keyrings: [lab.path('key.asc'), made.key.publicKeyPath],
      urls: [],
    },
  };
  await lab.overlay([], { more: { ...toyElSections([url], 'el9'), keys } });
  const refused = await lab.run(build('el9'));
  expect(refused, refused.stderr).toMatchObject({ code: 65, stderr: expect.stringContaining('[SIGNATURE_INVALID]') });
  expect(refused.stderr).toMatch(/^warning: upstream toy: .*bound to its owner by SHA-1/m);
});

it('a weak key is told once, stands in lock and bundle, and inspect shows every key', async () => {
  const made = await by(await newKey({ certDigest: 'SHA1' }));
  const lab = await labOf(made, 'el9', ['packages']);
  const run = await lab.run(build('el9'));
  expect(run.code, run.stderr).toBe(0);
  const weak = `key ${made.key.fingerprint}: it is bound to its owner by SHA-1 signatures only, which EL 9 and later refuse`;
  expect(run.stderr.split(weak)).toHaveLength(2);
  expect(run.stderr).toMatch(new RegExp(`^warning: upstream toy: ${weak} \\(.*overlay`, 'm'));
  expect(run.stdout).toContain(`weak key:  toy: ${weak}\n`);
  const name = readdirSync(lab.path('out')).find((file) => file.endsWith('.lock')) ?? '';
  const toy = (await toyKey()).fingerprint;
  const trust = { kind: 'packages', fingerprint: toy, others: [made.key.fingerprint], weak: [weak] };
  expect(parseLock(readFileSync(lab.path('out', name), 'utf8'), name).upstreams).toEqual([expect.objectContaining({ trust })]);
  const bundle = lab.path('out', name.replace('.lock', '.tgz'));
  const shown = await lab.run(['inspect', bundle]);
  expect(shown.stdout).toContain(`  toy: packages signed by ${toy} or ${made.key.fingerprint}; metadata not signed\n    weak: ${weak}\n`);
  const data = JSON.parse((await lab.run(['inspect', bundle, '--json'])).stdout.trim().split('\n').at(-1) ?? '{}');
  expect(data.upstreams).toEqual([expect.objectContaining({ trust })]);
  expect((await lab.run(['verify', bundle])).code).toBe(0);
  // The same lock gives the same bundle, and says the same.
  const before = readFileSync(bundle);
  const again = await lab.run([
    'pack',
    lab.path('out', name),
    '--manifest',
    'overlay.yaml',
    '--store',
    'store',
    '--output',
    'again',
    '--no-installer',
  ]);
  expect(again.stderr).toContain(weak);
  expect(readFileSync(lab.path('again', name.replace('.lock', '.tgz')))).toEqual(before);
});

it.each<[string, () => Promise<OddKey>, RegExp]>([
  ['too small', () => newKey({ algorithm: 'rsa1024' }), /an RSA key of 1024 bits/],
  ['DSA', () => newKey({ algorithm: 'dsa2048' }), /a DSA key/],
  ['bound by SHA-1', () => newKey({ certDigest: 'SHA1' }), /bound to its owner by SHA-1/],
  ['expired', () => newKey({ madeSec, expires: '100d' }), /expired on 20/],
  ['revoked', async () => revoked(await newKey({ madeSec })), /revoked/],
])('--sign with a key the host would refuse (%s) stops before anything is downloaded', async (_what, make, why) => {
  const lab = await toyLab();
  const mirror = await startMirror(await toyElUpstream());
  await lab.overlay([], { more: toyElSections([mirror.url]) });
  writeFileSync(lab.path('sign.key'), await secretOf(await make()));
  const run = await lab.run([...build('el9'), '--sign', 'sign.key']);
  expect(run, run.stderr).toMatchObject({ code: 65, stderr: expect.stringContaining('[KEY_UNUSABLE]') });
  expect(run.stderr).toMatch(/would be refused on el9/);
  expect(run.stderr).toMatch(why);
  expect(run.stderr).toMatch(/^hint: /m);
  expect(mirror.seen).toEqual([]);
  expectNothingMade(lab);
});

it('--sign with a key that was prolonged today makes signatures that gpg takes, the same each time', async () => {
  const lab = await toyLab();
  const mirror = await startMirror(await toyElUpstream());
  await lab.overlay([], { more: toyElSections([mirror.url]) });
  const key = await withExpiry(await newKey({ madeSec, expires: '2000d' }), '3000d');
  writeFileSync(lab.path('sign.key'), await secretOf(key));
  const run = await lab.run([...build('el9'), '--sign', 'sign.key', '--tree', 'tree']);
  expect(run.code, run.stderr).toBe(0);
  const repomd = lab.path('tree', 'pigsty', 'repodata', 'repomd.xml');
  execFileSync('gpg', ['--homedir', key.home, '--batch', '--verify', `${repomd}.asc`, repomd], { stdio: 'pipe' });
  const first = readFileSync(`${repomd}.asc`);
  expect((await lab.run([...build('el9'), '--sign', 'sign.key', '--tree', 'again'])).code).toBe(0);
  expect(readFileSync(lab.path('again', 'pigsty', 'repodata', 'repomd.xml.asc'))).toEqual(first);
});
