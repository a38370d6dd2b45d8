/** The key a bundle must be signed with, from `--key`. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { BundleTrust } from '../../pack/read/verify-bundle.ts';
import { parseKeyring } from '../../trust/keyring.ts';
import type { CommandContext } from '../program/command.ts';

/** @throws {AppError} `CONFIG_MISSING` when the file cannot be read, `KEY_UNUSABLE` when it holds no public key. */
export async function readBundleTrust(keyFile: string | undefined, context: CommandContext): Promise<BundleTrust | null> {
  if (keyFile === undefined) return null;
  const path = resolve(context.cwd, keyFile);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('CONFIG_MISSING', `cannot read the key ${path}`, { cause, hint: 'check the path given with --key' });
  });
  return { keyring: await parseKeyring(bytes, path), nowSec: context.nowSec };
}
