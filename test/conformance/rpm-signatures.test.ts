/**
 * Signatures of the less usual kinds, made by gpg and rpmsign: what the real rpmkeys says of them, which follows no crypto policy, and what
 * we say for each target.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isAppError } from '../../src/base/errors.ts';
import { cryptoPolicyOf, keyWeaknesses } from '../../src/rpm/package/key-policy.ts';
import { verifyRpm } from '../../src/rpm/package/verify-rpm.ts';
import { parseKeyring } from '../../src/trust/keyring.ts';
import {
  exported,
  gpgAt,
  makeOddKey,
  type OddKey,
  type OddKeyOptions,
  revoked,
  signingDefines,
  withExpiry,
  withSigningSubkey,
} from '../lab/upstreams/odd-keys.ts';
import { buildRpms, endGnupg, signRpms } from '../lab/upstreams/rpm-fixtures.ts';

const DAY = 86_400;
const nowSec = Math.floor(Date.now() / 1000) + 60;
/** Long ago. */
const madeSec = nowSec - 900 * DAY;

let dir: string;
let unsigned: Buffer;
const keys: OddKey[] = [];

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rpm-signatures-'));
  const [path] = await buildRpms([{ name: 'app', files: [{ path: '/usr/bin/app', content: 'payload '.repeat(500) }] }], dir);
  unsigned = readFileSync(path as string);
});
afterAll(async () => {
  for (const key of keys) await endGnupg(key);
  rmSync(dir, { recursive: true, force: true });
});

async function newKey(options: Partial<OddKeyOptions> = {}): Promise<OddKey> {
  const key = await makeOddKey({ algorithm: 'rsa2048', ...options });
  keys.push(key);
  return key;
}

let count = 0;

async function signed(key: OddKey, how: Parameters<typeof signingDefines>[1] = {}, more: readonly string[] = []): Promise<string> {
  count += 1;
  const path = join(dir, `app-${count}.rpm`);
  writeFileSync(path, unsigned);
  await signRpms([path], key, signingDefines(key, how), more);
  return path;
}

/** What the real tool says when it knows the key as it is now: can it be imported, and is the package accepted. */
function theirs(path: string, key: OddKey): { readonly imported: boolean; readonly accepted: boolean } {
  count += 1;
  const db = join(dir, `db-${count}`);
  mkdirSync(db);
  const ok = (...args: string[]): boolean => {
    try {
      execFileSync('rpmkeys', ['--define', `_dbpath ${db}`, '--define', '_pkgverify_level all', ...args], { stdio: 'pipe' });
      return true;
    } catch {
      return false;
    }
  };
  return { imported: ok('--import', key.publicKeyPath), accepted: ok('--checksig', path) };
}

/** Who is told to have signed, or the code of the refusal. */
async function ours(path: string, key: OddKey, major: number): Promise<string> {
  const keyring = await parseKeyring(readFileSync(key.publicKeyPath));
  const policy = { fingerprints: [key.fingerprint], crypto: cryptoPolicyOf(major), nowSec, what: 'app.rpm' };
  try {
    const { signedBy } = await verifyRpm(readFileSync(path), keyring, policy);
    return signedBy === key.fingerprint ? 'accepted' : `signed by ${signedBy}`;
  } catch (error) {
    if (isAppError(error)) return error.code;
    throw error;
  }
}

async function weaknesses(key: OddKey, major: number): Promise<string> {
  const keyring = await parseKeyring(readFileSync(key.publicKeyPath));
  return (await keyWeaknesses(keyring, [key.fingerprint], cryptoPolicyOf(major), nowSec)).map(({ why }) => why).join();
}

/** Renames a tag of the signature header, so that nobody finds it. */
function withoutTag(path: string, tag: number): string {
  const bytes = readFileSync(path);
  const entry = Buffer.from([0, 0, tag >> 8, tag & 0xff, 0, 0, 0, 7]);
  bytes.writeUInt32BE(299, bytes.indexOf(entry));
  writeFileSync(path, bytes);
  return path;
}

interface Made {
  readonly key: OddKey;
  readonly path: string;
}

async function bySubkey(algorithm: string): Promise<Made> {
  const key = await withSigningSubkey(await newKey({ usage: 'cert' }), algorithm);
  return { key, path: await signed(key) };
}

async function by(options: Partial<OddKeyOptions>, how: Parameters<typeof signed>[1] = {}, more: readonly string[] = []): Promise<Made> {
  const key = await newKey(options);
  return { key, path: await signed(key, how, more) };
}

async function byManyNames(): Promise<Made> {
  const key = await newKey();
  const gpg = async (...args: string[]) => gpgAt(key.home, undefined, args);
  for (const name of ['Second', 'Third']) await gpg('--quick-add-uid', key.fingerprint, `${name} <${name}@example.test>`);
  await gpg('--quick-revoke-uid', key.fingerprint, 'Second <Second@example.test>');
  return { key: await exported(key), path: await signed(key) };
}

const EARLY = { atSec: madeSec + 30 * DAY };

it.each<[string, () => Promise<Made>]>([
  ['a subkey of the pinned key', () => bySubkey('rsa2048')],
  ['an EdDSA subkey of a pinned RSA key', () => bySubkey('ed25519')],
  ['a key with several user ids, one of them revoked', byManyNames],
  ['a key that expired after it signed', () => by({ madeSec, expires: '100d' }, EARLY)],
  [
    'a key that was prolonged after it signed, and says only so',
    async () => {
      const { key, path } = await by({ madeSec, expires: '100d' }, EARLY);
      return { key: await withExpiry(key, 'never', madeSec + 90 * DAY), path };
    },
  ],
  ['a key bound to its owner by SHA-1', () => by({ certDigest: 'SHA1' })],
  ['a header signature beside one over header and payload', () => by({}, {}, ['--rpmv3'])],
])('%s is accepted by both, for every release', async (_what, make) => {
  const { key, path } = await make();
  expect(theirs(path, key)).toEqual({ imported: true, accepted: true });
  expect(await Promise.all([8, 9, 10].map((major) => ours(path, key, major)))).toEqual(['accepted', 'accepted', 'accepted']);
});

it.each<[string, () => Promise<Made>, string]>([
  ['a signature over SHA-1', () => by({}, { digest: 'sha1' }), 'SIGNATURE_INVALID'],
  ['a DSA key', () => by({ algorithm: 'dsa2048' }), 'SIGNATURE_INVALID'],
  ['an RSA key of 1024 bits', () => by({ algorithm: 'rsa1024' }), 'KEY_UNUSABLE'],
])('%s is accepted where no policy is followed, as on EL 8, and refused for EL 9 and 10', async (_what, make, code) => {
  const { key, path } = await make();
  expect(theirs(path, key)).toEqual({ imported: true, accepted: true });
  expect(await Promise.all([8, 9, 10].map((major) => ours(path, key, major)))).toEqual(['accepted', code, code]);
});

it.each<[string, () => Promise<Made>, string]>([
  [
    'a key that had expired before it signed',
    async () => {
      const { key, path } = await by({ madeSec }, { atSec: madeSec + 300 * DAY });
      return { key: await withExpiry(key, '100d', madeSec + DAY), path };
    },
    'KEY_UNUSABLE',
  ],
  [
    'a key that was revoked',
    async () => {
      const { key, path } = await by({ madeSec }, EARLY);
      return { key: await revoked(key), path };
    },
    'KEY_UNUSABLE',
  ],
  [
    'nothing but a signature over header and payload',
    async () => {
      const { key, path } = await by({}, {}, ['--rpmv3']);
      return { key, path: withoutTag(path, 268) };
    },
    'SIGNATURE_INVALID',
  ],
])('%s is refused by us, although rpm before Sequoia takes it', async (_what, make, code) => {
  const { key, path } = await make();
  expect(theirs(path, key)).toEqual({ imported: true, accepted: true });
  expect(await Promise.all([8, 9, 10].map((major) => ours(path, key, major)))).toEqual([code, code, code]);
});

it.each<[string, Partial<OddKeyOptions>, RegExp, RegExp]>([
  ['RSA of 2048 bits', {}, /^$/, /^$/],
  ['RSA of 1024 bits', { algorithm: 'rsa1024' }, /RSA key of 1024 bits, which EL 9 and later refuse/, /1024 bits/],
  ['DSA', { algorithm: 'dsa2048' }, /DSA key, which EL 9/, /DSA/],
  ['EdDSA', { algorithm: 'ed25519' }, /EdDSA key, which rpm before EL 10 does not know/, /^$/],
  ['bound by SHA-1', { certDigest: 'SHA1' }, /bound to its owner by SHA-1 signatures only, which EL 9/, /SHA-1/],
  ['expired', { madeSec, expires: '100d' }, /^it expired on 20\d\d-\d\d-\d\d/, /^it expired/],
])('a key of gpg: %s, is judged as it is', async (_what, options, onEl9, onEl10) => {
  const key = await newKey(options);
  expect(await weaknesses(key, 9)).toMatch(onEl9);
  expect(await weaknesses(key, 10)).toMatch(onEl10);
});
