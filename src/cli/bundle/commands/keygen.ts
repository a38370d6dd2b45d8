/** `pigsty-bundle keygen`: a key to sign bundles with. */
import { chmod, writeFile } from 'node:fs/promises';
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
  const key = await generateSigningKey({ name: options.name, nowSec: context.nowSec, ...(passphrase ? { passphrase } : {}) });
  try {
    await writeFile(privatePath, key.privateKeyArmored, { mode: 0o600, flag: 'wx' });
    await writeFile(publicPath, key.publicKeyArmored, { flag: 'wx' });
    await chmod(publicPath, 0o644);
  } catch (cause) {
    throw new AppError('OUTPUT_UNWRITABLE', `cannot write the key ${privatePath}`, {
      cause,
      hint: 'an existing key is never overwritten: choose another --output',
    });
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
