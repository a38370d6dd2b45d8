/** Signatures across the border: GnuPG accepts ours, we accept and refuse GnuPG's as gpgv does. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseKeyring, primaryFingerprints } from '../../src/trust/keyring.ts';
import { generateSigningKey, readPrivateKey, signCleartext, signDetached } from '../../src/trust/signing.ts';
import { verifyClearsigned, verifyDetached } from '../../src/trust/verify.ts';
import { endAgent } from '../lab/upstreams/rpm-fixtures.ts';

let dir: string;
const TEXT = 'Origin: Test\nSHA256:\n 00 1 Packages\n- dash\n';

beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'gpg-'));
});
afterAll(async () => {
  await endAgent(dir);
  rmSync(dir, { recursive: true, force: true });
});

function gpg(...args: string[]): Buffer {
  return execFileSync('gpg', ['--homedir', dir, '--batch', '--pinentry-mode', 'loopback', '--passphrase', '', ...args], { stdio: 'pipe' });
}

function gpgFingerprints(uid: string): string[] {
  const listing = gpg('--with-colons', '--fingerprint', '--fingerprint', uid).toString();
  return [...listing.matchAll(/^fpr:+([0-9A-F]+):$/gm)].map((match) => match[1] ?? '');
}

it('gpgv accepts what we sign', async () => {
  const nowSec = Math.floor(Date.now() / 1000) - 60;
  const made = await generateSigningKey({ name: 'Ours', nowSec, rsaBits: 3072 });
  const signer = await readPrivateKey(Buffer.from(made.privateKeyArmored), { source: 'ours.asc' });
  const keyring = join(dir, 'ours.gpg');
  writeFileSync(keyring, signer.key.toPublic().write());
  writeFileSync(join(dir, 'InRelease'), await signCleartext(TEXT, signer, nowSec));
  writeFileSync(join(dir, 'Release'), TEXT);
  writeFileSync(join(dir, 'Release.gpg'), await signDetached(Buffer.from(TEXT), signer, nowSec));
  const inline = execFileSync('gpgv', ['--keyring', keyring, '--output', '-', join(dir, 'InRelease')], { stdio: 'pipe' });
  expect(inline.toString()).toBe(TEXT);
  execFileSync('gpgv', ['--keyring', keyring, join(dir, 'Release.gpg'), join(dir, 'Release')], { stdio: 'pipe' });
});

it.each([
  ['rsa2048', 'rsa2048'],
  ['ed25519', 'ed25519'],
])('we accept what gpg signs with a %s subkey, pinned by the primary key', async (name, algorithm) => {
  const uid = `${name}@example.test`;
  gpg('--quick-generate-key', uid, algorithm, 'cert', '1d');
  const [primary = ''] = gpgFingerprints(uid);
  gpg('--quick-add-key', primary, algorithm, 'sign', '1d');
  writeFileSync(join(dir, 'text'), TEXT);
  const clear = gpg('--local-user', uid, '--output', '-', '--clearsign', join(dir, 'text'));
  const detached = gpg('--local-user', uid, '--output', '-', '--detach-sign', join(dir, 'text'));
  const keyring = await parseKeyring(gpg('--export', uid));
  const policy = { fingerprints: [primary], nowSec: Math.ceil(Date.now() / 1000), what: 'text' };
  expect(primaryFingerprints(keyring)).toEqual([primary]);
  expect((await verifyClearsigned(clear, keyring, policy)).text).toBe(TEXT.trimEnd());
  expect(await verifyDetached(Buffer.from(TEXT), detached, keyring, policy)).toEqual({ fingerprint: primary });
  const later = { ...policy, nowSec: policy.nowSec + 2 * 86_400 };
  await expect(verifyClearsigned(clear, keyring, later)).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
});

it('one good pinned signature among several is enough, and a SHA-1 digest is not', async () => {
  gpg('--quick-generate-key', 'one@example.test', 'rsa2048', 'sign', '1d');
  gpg('--quick-generate-key', 'two@example.test', 'rsa2048', 'sign', '1d');
  const [two = ''] = gpgFingerprints('two@example.test');
  const nowSec = Math.ceil(Date.now() / 1000);
  writeFileSync(join(dir, 'text'), TEXT);
  const keyring = await parseKeyring(gpg('--export', 'one@example.test', 'two@example.test'));
  const policy = { fingerprints: [two], nowSec, what: 'text' };
  const twice = gpg('-u', 'one@example.test', '-u', 'two@example.test', '--output', '-', '--clearsign', join(dir, 'text'));
  expect((await verifyClearsigned(twice, keyring, policy)).fingerprint).toBe(two);
  const weak = gpg('-u', 'two@example.test', '--digest-algo', 'SHA1', '--output', '-', '--clearsign', join(dir, 'text'));
  await expect(verifyClearsigned(weak, keyring, policy)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
});

it('reads the keyring this machine has for the Debian archive', async () => {
  const keyring = await parseKeyring(readFileSync('/usr/share/keyrings/debian-archive-keyring.gpg'));
  const listing = execFileSync('gpg', ['--show-keys', '--with-colons', '/usr/share/keyrings/debian-archive-keyring.gpg'], {
    stdio: 'pipe',
  });
  expect(keyring.keys.length).toBe([...listing.toString().matchAll(/^pub:/gm)].length);
});
