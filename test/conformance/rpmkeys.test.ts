/** What `rpmkeys --checksig` says of signed, unsigned, altered and foreign packages against what we say. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAppError } from '../../src/base/errors.ts';
import { cryptoPolicyOf } from '../../src/rpm/package/key-policy.ts';
import { readRpm } from '../../src/rpm/package/read-rpm.ts';
import { verifyRpm } from '../../src/rpm/package/verify-rpm.ts';
import { type PublicKeys, parseKeyring } from '../../src/trust/keyring.ts';
import { buildRpms, endGnupg, makeTestKey, type RpmTestKey, signRpms } from '../lab/upstreams/rpm-fixtures.ts';

const FILES = [{ path: '/usr/bin/app', content: 'payload '.repeat(5000), mode: 0o755 }];
/** A little later than the keys, whose second may not be over yet. */
const nowSec = Math.floor(Date.now() / 1000) + 60;

let dir: string;
let dbPath: string;
const keys: RpmTestKey[] = [];

/** Exit status and answer of the real tool, with `key` as the only one it knows. */
function rpmkeys(path: string): boolean {
  try {
    execFileSync('rpmkeys', ['--define', `_dbpath ${dbPath}`, '--define', '_pkgverify_level all', '--checksig', path], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
}

async function ours(path: string, keyring: PublicKeys, fingerprint: string, major = 9): Promise<string> {
  try {
    const { signedBy } = await verifyRpm(readFileSync(path), keyring, {
      fingerprints: [fingerprint],
      crypto: cryptoPolicyOf(major),
      nowSec,
      what: path,
    });
    return signedBy ?? 'unsigned';
  } catch (error) {
    if (isAppError(error)) return error.code;
    throw error;
  }
}

async function buildSigned(name: string, key: RpmTestKey, defines: readonly string[] = []): Promise<string> {
  const [path] = await buildRpms([{ name, files: FILES }], join(dir, name));
  if (path === undefined) throw new Error('no package');
  await signRpms([path], key, defines);
  return path;
}

function alter(path: string, at: number): string {
  const bytes = readFileSync(path);
  bytes[at] = (bytes[at] ?? 0) ^ 0x01;
  const altered = path.replace(/\.rpm$/, `.${at}.rpm`);
  writeFileSync(altered, bytes);
  return altered;
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'rpmkeys-'));
  dbPath = join(dir, 'db');
  mkdirSync(dbPath);
  keys.push(await makeTestKey('RSA <rsa@example.test>', 'rsa3072'), await makeTestKey('Ed <ed@example.test>', 'ed25519'));
  for (const key of keys) execFileSync('rpmkeys', ['--define', `_dbpath ${dbPath}`, '--import', key.publicKeyPath], { stdio: 'pipe' });
});

afterAll(async () => {
  for (const key of keys) await endGnupg(key);
  rmSync(dir, { recursive: true, force: true });
});

describe.each([
  ['RSA', 0],
  ['EdDSA', 1],
])('a package signed with %s', (word, at) => {
  let path: string;
  let key: RpmTestKey;
  let keyring: PublicKeys;
  beforeAll(async () => {
    key = keys[at] as RpmTestKey;
    keyring = await parseKeyring(readFileSync(key.publicKeyPath));
    path = await buildSigned(`signed-${word.toLowerCase()}`, key);
  });

  it('is accepted by both', async () => {
    expect(rpmkeys(path)).toBe(true);
    expect(await ours(path, keyring, key.fingerprint)).toBe(key.fingerprint);
  });

  it('is refused by both wherever a byte is changed', async () => {
    const { headerStart, headerEnd } = await readRpm(readFileSync(path), path);
    const size = statSync(path).size;
    for (const position of [headerStart + 40, headerEnd - 40, headerEnd + 10, Math.floor((headerEnd + size) / 2), size - 1]) {
      const altered = alter(path, position);
      expect(rpmkeys(altered), `rpmkeys, byte ${position}`).toBe(false);
      expect(await ours(altered, keyring, key.fingerprint), `byte ${position}`).toBe('PACKAGE_INVALID');
    }
  });

  it('is refused by both when it is cut short', async () => {
    const cut = path.replace(/\.rpm$/, '.cut.rpm');
    writeFileSync(cut, readFileSync(path).subarray(0, -10));
    expect(rpmkeys(cut)).toBe(false);
    expect(await ours(cut, keyring, key.fingerprint)).toBe('PACKAGE_INVALID');
  });

  it('is refused when another key is pinned', async () => {
    const other = keys[1 - at] as RpmTestKey;
    const both = { keys: [...keyring.keys, ...(await parseKeyring(readFileSync(other.publicKeyPath))).keys] };
    expect(await ours(path, both, other.fingerprint)).toBe('SIGNATURE_INVALID');
  });
});

describe('other packages', () => {
  it('an unsigned one is refused by both when signatures are wanted, and its digests hold', async () => {
    const [path] = await buildRpms([{ name: 'unsigned', files: FILES }], join(dir, 'unsigned'));
    const keyring = await parseKeyring(readFileSync((keys[0] as RpmTestKey).publicKeyPath));
    expect(rpmkeys(path as string)).toBe(false);
    expect(await ours(path as string, keyring, (keys[0] as RpmTestKey).fingerprint)).toBe('SIGNATURE_MISSING');
    const result = await verifyRpm(
      readFileSync(path as string),
      { keys: [] },
      { fingerprints: [], crypto: cryptoPolicyOf(9), nowSec, what: 'unsigned' },
    );
    expect(result).toMatchObject({ signedBy: null, signatures: [], digestsStrong: true, weak: [] });
  });

  it('one signed by an unknown key is refused by both', async () => {
    const stranger = await makeTestKey('Stranger <stranger@example.test>');
    try {
      const path = await buildSigned('foreign', stranger);
      const keyring = await parseKeyring(readFileSync((keys[0] as RpmTestKey).publicKeyPath));
      expect(rpmkeys(path)).toBe(false);
      expect(await ours(path, keyring, (keys[0] as RpmTestKey).fingerprint)).toBe('SIGNATURE_INVALID');
    } finally {
      await endGnupg(stranger);
    }
  });

  it('one signed over SHA-1 is refused, as EL 9 does', async () => {
    const key = keys[0] as RpmTestKey;
    const path = await buildSigned('sha1', key, ['_gpg_digest_algo sha1']);
    const keyring = await parseKeyring(readFileSync(key.publicKeyPath));
    expect(await ours(path, keyring, key.fingerprint)).toBe('SIGNATURE_INVALID');
    const { weak } = await verifyRpm(readFileSync(path), keyring, { fingerprints: [], crypto: cryptoPolicyOf(9), nowSec, what: path });
    expect(weak.join()).toContain('SHA-1');
  });

  it('a signature moved to another package is refused by both', async () => {
    const key = keys[0] as RpmTestKey;
    const path = await buildSigned('original', key);
    const [victim] = await buildRpms([{ name: 'original', version: '2.0', files: FILES }], join(dir, 'victim'));
    const signed = readFileSync(path);
    const other = readFileSync(victim as string);
    const start = (await readRpm(signed, path)).headerStart;
    const rest = other.subarray((await readRpm(other, victim as string)).headerStart);
    const moved = join(dir, 'moved.rpm');
    copyFileSync(path, moved);
    writeFileSync(moved, Buffer.concat([signed.subarray(0, start), rest]));
    const keyring = await parseKeyring(readFileSync(key.publicKeyPath));
    expect(rpmkeys(moved)).toBe(false);
    expect(await ours(moved, keyring, key.fingerprint)).toBe('PACKAGE_INVALID');
  });
});
