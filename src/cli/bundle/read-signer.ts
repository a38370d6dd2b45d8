/** The private key of `--sign`. Its passphrase comes from PIGSTY_BUNDLE_PASSPHRASE, never from the command line. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { readPrivateKey, type SigningKey } from '../../trust/signing.ts';
import type { CommandContext } from '../program/command.ts';

/** @throws {AppError} `CONFIG_MISSING` when the file cannot be read, `KEY_UNUSABLE` when it cannot sign. */
export async function readSigner(keyFile: string | undefined, context: CommandContext): Promise<SigningKey | null> {
  if (keyFile === undefined) return null;
  const path = resolve(context.cwd, keyFile);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('CONFIG_MISSING', `cannot read the signing key ${path}`, { cause, hint: 'make one with "pigsty-bundle keygen"' });
  });
  const passphrase = context.env.PIGSTY_BUNDLE_PASSPHRASE;
  return readPrivateKey(bytes, { source: path, ...(passphrase ? { passphrase } : {}) });
}
