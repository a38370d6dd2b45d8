/** `pigsty-bundle keygen`: a key to sign bundles with. */
import { existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../../base/errors.ts';
import { generateSigningKey } from '../../../trust/signing.ts';
import type { CommandContext, CommandResult } from '../../program/command.ts';
import { addOutputOptions } from '../../program/output-options.ts';
import type { GlobalOptions, Run } from '../../program/run-program.ts';

interface KeygenOptions extends GlobalOptions {
  readonly name: string;
  readonly output: string;
}

export function registerKeygen(program: Command, run: Run): void {
  addOutputOptions(program.command('keygen').description('make an OpenPGP key pair to sign bundles with'))
    .option('--name <text>', 'whose key it is', 'pigsty-bundle')
    .option('--output <file>', 'private key; the public one gets .pub.asc behind it', 'pigsty-bundle.key')
    .addHelpText('after', EXAMPLES)
    .action(async (options: KeygenOptions) => run(options, (context) => runKeygen(options, context)));
}

const EXAMPLES = `
Protect the private key with PIGSTY_BUNDLE_PASSPHRASE in the environment. Carry the public key to the hosts separately from the bundle.

Examples:
  pigsty-bundle keygen --name "ACME databases"
  pigsty-bundle build --distro el9 --sign pigsty-bundle.key`;

async function runKeygen(options: KeygenOptions, context: CommandContext): Promise<CommandResult> {
  const privatePath = resolve(context.cwd, options.output);
  const publicPath = `${privatePath}.pub.asc`;
  const passphrase = context.env.PIGSTY_BUNDLE_PASSPHRASE;
  for (const path of [privatePath, publicPath]) if (existsSync(path)) throw unwritable(path);
  const key = await generateSigningKey({ name: options.name, nowSec: context.nowSec, ...(passphrase ? { passphrase } : {}) });
  await writeNew(privatePath, key.privateKeyArmored, 0o600);
  try {
    await writeNew(publicPath, key.publicKeyArmored, 0o644);
  } catch (error) {
    // A private key without its public half is of no use to anybody.
    await rm(privatePath, { force: true });
    throw error;
  }
  return {
    lines: [
      `private key: ${privatePath} (keep it)`,
      `public key:  ${publicPath} (give it to the hosts)`,
      `fingerprint: ${key.fingerprint}`,
    ],
    data: { privateKey: privatePath, publicKey: publicPath, fingerprint: key.fingerprint },
  };
}

/** Writes a file that must not be there yet. @throws {AppError} `OUTPUT_UNWRITABLE` */
async function writeNew(path: string, text: string, mode: number): Promise<void> {
  try {
    await writeFile(path, text, { mode: 0o600, flag: 'wx' });
    await chmod(path, mode);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function unwritable(path: string, cause?: unknown): AppError {
  return new AppError('OUTPUT_UNWRITABLE', `cannot write the key ${path}`, {
    cause,
    hint: 'an existing key is never overwritten: choose another --output',
  });
}
