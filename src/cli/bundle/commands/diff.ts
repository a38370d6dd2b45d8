/** `pigsty-bundle diff A B`: what changed between two locks or bundles. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatBytes } from '../../../base/bytes.ts';
import { AppError } from '../../../base/errors.ts';
import { familyOf, formatTarget } from '../../../base/target.ts';
import { diffPackages } from '../../../lock/diff-packages.ts';
import type { Lock } from '../../../lock/lock.ts';
import { readBundleLock } from '../../../pack/read/read-bundle-lock.ts';
import { compareVersions } from '../../../version/compare-versions.ts';
import type { CommandContext, CommandResult } from '../../program/command.ts';
import { addOutputOptions } from '../../program/output-options.ts';
import type { GlobalOptions, Run } from '../../program/run-program.ts';
import { readLock } from '../read-lock.ts';
import { changeLine, signedBytes } from '../render/change-line.ts';

export function registerDiff(program: Command, run: Run): void {
  addOutputOptions(
    program.command('diff <before> <after>').description('compare two locks or bundles: added, removed, up, down, with sizes'),
  )
    .addHelpText('after', '\nExamples:\n  pigsty-bundle diff old.lock new.lock\n  pigsty-bundle diff old.tgz new.tgz --json')
    .action(async (before: string, after: string, options: GlobalOptions) => run(options, (context) => runDiff(before, after, context)));
}

async function runDiff(before: string, after: string, context: CommandContext): Promise<CommandResult> {
  const [a, b] = await Promise.all([readEither(before, context), readEither(after, context)]);
  if (formatTarget(a) !== formatTarget(b)) {
    throw new AppError('USAGE', `${before} is for ${formatTarget(a)}, ${after} for ${formatTarget(b)}: there is nothing to compare`);
  }
  const diff = diffPackages(a.packages, b.packages, compareVersions[familyOf(a.distro)]);
  const lines = diff.changes.map(changeLine);
  return {
    lines: [
      ...(lines.length === 0 ? ['the same packages'] : lines),
      `${diff.changes.length} changes, ${signedBytes(diff.deltaBytes)}; ${formatBytes(diff.newBytes)} are new`,
    ],
    data: { changes: diff.changes, deltaBytes: diff.deltaBytes, newBytes: diff.newBytes },
  };
}

function readEither(path: string, context: CommandContext): Promise<Lock> {
  const absolute = resolve(context.cwd, path);
  return /\.t(?:ar\.)?gz$/.test(path) ? readBundleLock(absolute) : readLock(absolute, 'give a lock or a bundle (.tgz)');
}
