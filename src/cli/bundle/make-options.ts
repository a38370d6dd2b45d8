/** The options of every command that makes a bundle, and what they amount to. */
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../base/errors.ts';
import type { Arch } from '../../base/target.ts';
import type { MakeInput } from '../../build/make-bundle.ts';
import { assertWritableDir } from '../../files/assert-writable-dir.ts';
import type { SigningKey } from '../../trust/signing.ts';
import type { CommandContext } from '../program/command.ts';
import { packageRoot } from './package-root.ts';
import { readSigner } from './read-signer.ts';

/** As commander hands them over. */
export interface MakeOptions {
  readonly sign?: string;
  readonly output: string;
  readonly tree?: string;
  readonly bundle: boolean;
  readonly installer: boolean;
  readonly bundleVersion: string;
  readonly budget?: string;
}

/** Adds what decides how the result looks and where it goes. */
export function addMakeOptions(command: Command): Command {
  return command
    .option('--output <dir>', 'where the tarball, its .sha256, the lock and the installer go', '.')
    .option('--sign <key>', 'sign bundle and repository with this OpenPGP private key (see keygen)')
    .option('--tree <dir>', 'also write the repository as a directory; of several targets each below a directory of its name')
    .option('--no-bundle', 'only the directory of --tree, no tarball')
    .option('--no-installer', 'leave pigsty-install out: 44 MiB less, for hosts that stock Pigsty sets up')
    .option('--budget <size>', 'refuse when the packages are larger, as 2GiB')
    .option('--bundle-version <text>', 'version in the file name: that of the Pigsty release it serves', 'v4.5.0');
}

/** Options that were checked, and the key they name: everything that can be refused before anything is downloaded. */
export interface CheckedMakeOptions {
  readonly version: string;
  readonly signer: SigningKey | null;
  readonly outputDir: string | null;
  readonly treeDir: string | null;
  readonly withInstaller: boolean;
  /** Null for no limit. */
  readonly budgetBytes: number | null;
}

/**
 * @throws {AppError} `USAGE` for an unreadable option or when nothing would be made; `KEY_UNUSABLE`, `CONFIG_MISSING` for the key;
 * `OUTPUT_UNWRITABLE` for a place that cannot be written to.
 */
export async function checkMakeOptions(options: MakeOptions, context: CommandContext): Promise<CheckedMakeOptions> {
  if (!options.bundle && options.tree === undefined) throw new AppError('USAGE', '--no-bundle leaves nothing to make: give --tree DIR');
  if (!/^[A-Za-z0-9][A-Za-z0-9._+-]{0,63}$/.test(options.bundleVersion)) {
    throw new AppError('USAGE', `--bundle-version ${options.bundleVersion}: expected letters, digits and . _ + -, as v4.5.0`);
  }
  const outputDir = options.bundle ? resolve(context.cwd, options.output) : null;
  const treeDir = options.tree === undefined ? null : resolve(context.cwd, options.tree);
  if (outputDir !== null) await assertWritableDir(outputDir, '--output');
  if (treeDir !== null) await assertWritableDir(treeDir, '--tree');
  return {
    version: options.bundleVersion,
    budgetBytes: options.budget === undefined ? null : parseSize(options.budget),
    signer: await readSigner(options.sign, context),
    outputDir,
    treeDir,
    withInstaller: options.installer,
  };
}

/** The same for one of several targets: its tree lies in a directory of its own. */
export function withOwnTree(options: CheckedMakeOptions, target: string): CheckedMakeOptions {
  return options.treeDir === null ? options : { ...options, treeDir: join(options.treeDir, target) };
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

function parseSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMG]?)(?:i?B)?$/i.exec(text) ?? [];
  if (number === '') throw new AppError('USAGE', `--budget ${text}: expected a size such as 2GiB`);
  return Number(number) * (UNITS[unit.toUpperCase()] ?? 1);
}

/** What a bundle is made from besides the lock: the installer `npm run build` made for a CPU, and our own assets. */
export function placesFor(arch: Arch, withInstaller: boolean): Pick<MakeInput, 'installerPath' | 'assetsDir'> {
  const root = packageRoot();
  return { installerPath: withInstaller ? join(root, 'dist', `pigsty-install-${arch}`) : null, assetsDir: join(root, 'bundle') };
}
