/**
 * OpenPGP keys as upstreams have them in the wild: old, prolonged, revoked, with subkeys, bound by SHA-1. Made by the real gpg, with its
 * clock set.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { RpmTestKey } from './rpm-fixtures.ts';

const run = promisify(execFile);

/** A key whose owner goes on changing it. `signer` is what rpmsign and gpg are to sign with. */
export interface OddKey extends RpmTestKey {
  readonly signer: string;
}

/** How it begins. */
export interface OddKeyOptions {
  /** As gpg writes it: `rsa3072`, `rsa1024`, `dsa2048`, `ed25519`. */
  readonly algorithm: string;
  /** What the primary key may do; `cert` when a subkey signs. */
  readonly usage?: 'sign' | 'cert';
  /** Seconds since 1970; now when left out. */
  readonly madeSec?: number;
  /** As gpg writes it: `never`, `365d`. */
  readonly expires?: string;
  readonly certDigest?: 'SHA1' | 'SHA256';
}

/** Runs gpg over a key's home, at a date, and returns what it printed. */
export async function gpgAt(home: string, atSec: number | undefined, args: readonly string[]): Promise<string> {
  const clock = atSec === undefined ? [] : ['--faked-system-time', `${atSec}!`];
  const base = [
    '--homedir',
    home,
    '--batch',
    '--yes',
    '--quiet',
    '--no-permission-warning',
    '--allow-weak-digest-algos',
    '--passphrase',
    '',
  ];
  return (await run('gpg', [...base, ...clock, ...args])).stdout;
}

/** Makes a key; {@link exported} must be called again after every change. */
export async function makeOddKey(options: OddKeyOptions): Promise<OddKey> {
  const { algorithm, usage = 'sign', madeSec, expires = 'never', certDigest = 'SHA256' } = options;
  const home = await mkdtemp(join(tmpdir(), 'gpg-'));
  const digest = ['--cert-digest-algo', certDigest];
  await gpgAt(home, madeSec, [...digest, '--quick-gen-key', `Odd ${algorithm} <odd@example.test>`, algorithm, usage, expires]);
  const fingerprint = (await fingerprints(home))[0] ?? '';
  return exported({ home, fingerprint, publicKeyPath: join(home, 'public.asc'), signer: fingerprint });
}

/** Gives a key a subkey that signs from now on. */
export async function withSigningSubkey(key: OddKey, algorithm: string, certDigest = 'SHA256'): Promise<OddKey> {
  await gpgAt(key.home, undefined, ['--cert-digest-algo', certDigest, '--quick-add-key', key.fingerprint, algorithm, 'sign', 'never']);
  const subkey = (await fingerprints(key.home)).at(-1) ?? '';
  return exported({ ...key, signer: `${subkey}!` });
}

/** Sets a new end of a key's life, counted from `atSec`: `never`, `30d`. Its old self-signature is gone then. */
export async function withExpiry(key: OddKey, expires: string, atSec?: number): Promise<OddKey> {
  await gpgAt(key.home, atSec, ['--quick-set-expire', key.fingerprint, expires]);
  return exported(key);
}

/** Revokes a key with the certificate gpg made beside it, which gives no reason. */
export async function revoked(key: OddKey): Promise<OddKey> {
  const path = join(key.home, 'openpgp-revocs.d', `${key.fingerprint}.rev`);
  // gpg writes a colon before the armor, so that nobody revokes by accident.
  await writeFile(path, (await readFile(path, 'utf8')).replace(/^:-/m, '-'));
  await gpgAt(key.home, undefined, ['--import', path]);
  return exported(key);
}

/** Writes the public key as it is now. */
export async function exported(key: OddKey): Promise<OddKey> {
  await gpgAt(key.home, undefined, ['--armor', '--output', key.publicKeyPath, '--export', key.fingerprint]);
  return key;
}

/** The private key, armored, as for `--sign`. */
export async function secretOf(key: OddKey): Promise<string> {
  return gpgAt(key.home, undefined, ['--pinentry-mode', 'loopback', '--armor', '--export-secret-keys', key.fingerprint]);
}

/** What rpmsign must be told to sign with `signer`, at a date and over a digest. */
export function signingDefines(key: OddKey, options: { readonly atSec?: number; readonly digest?: string } = {}): string[] {
  const clock = options.atSec === undefined ? '' : ` --faked-system-time ${options.atSec}!`;
  return [
    `_gpg_name ${key.signer}`,
    `_gpg_digest_algo ${options.digest ?? 'sha256'}`,
    `_gpg_sign_cmd_extra_args --allow-weak-digest-algos${clock}`,
  ];
}

async function fingerprints(home: string): Promise<string[]> {
  return [...(await gpgAt(home, undefined, ['--with-colons', '--list-keys'])).matchAll(/^fpr:+([0-9A-F]{40}):/gm)].map(
    (match) => match[1] ?? '',
  );
}
