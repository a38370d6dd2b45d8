/** The options of every command that makes a bundle, and what they amount to. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatBytes } from '../../base/bytes.ts';
import { AppError } from '../../base/errors.ts';
import { assertWritableDir } from '../../files/assert-writable-dir.ts';
import type { Lock } from '../../lock/lock.ts';
import type { SigningKey } from '../../trust/signing.ts';
import type { CommandContext } from '../program/command.ts';
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
    .option('--tree <dir>', 'also write the repository as a directory')
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

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

function parseSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*([KMG]?)(?:i?B)?$/i.exec(text) ?? [];
  if (number === '') throw new AppError('USAGE', `--budget ${text}: expected a size such as 2GiB`);
  return Number(number) * (UNITS[unit.toUpperCase()] ?? 1);
}

/** @throws {AppError} `USAGE` with the largest packages, when a lock's packages are larger than allowed. */
export function assertWithinBudget(lock: Lock, budgetBytes: number | null): void {
  const size = lock.packages.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (budgetBytes === null || size <= budgetBytes) return;
  const largest = lock.packages.toSorted((a, b) => b.sizeBytes - a.sizeBytes).slice(0, 5);
  throw new AppError('USAGE', `the packages are ${formatBytes(size)}, more than the budget of ${formatBytes(budgetBytes)}`, {
    hint: `largest: ${largest.map(({ name, sizeBytes }) => `${name} ${formatBytes(sizeBytes)}`).join(', ')}; ask for fewer profiles or use --baseline minimal`,
  });
}
