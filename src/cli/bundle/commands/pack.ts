/** `pigsty-bundle pack`: a tarball from a lock and the store, without resolving. Missing packages are downloaded. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../../../base/errors.ts';
import { formatTarget } from '../../../base/target.ts';
import { assertSignerTaken } from '../../../build/assert-signer.ts';
import { assertWithinBudget } from '../../../build/assert-within-budget.ts';
import { makeBundle } from '../../../build/make-bundle.ts';
import type { Lock } from '../../../lock/lock.ts';
import type { Downloader } from '../../../metadata/downloader.ts';
import type { CommandContext, CommandResult } from '../../program/command.ts';
import { addOutputOptions } from '../../program/output-options.ts';
import type { GlobalOptions, Run } from '../../program/run-program.ts';
import { addMakeOptions, type CheckedMakeOptions, checkMakeOptions, type MakeOptions, placesFor, withOwnTree } from '../make-options.ts';
import { upstreamsOfLock } from '../manifest-choice.ts';
import { readLock } from '../read-lock.ts';
import { MADE_COLUMNS, madeResult } from '../render/build-summary.ts';
import { addFetchOptions, addLockOptions, type FetchOptions, type LockOptions } from '../request-options.ts';
import { runTargets, type TargetResult } from '../run-targets.ts';

type PackOptions = FetchOptions & LockOptions & MakeOptions & GlobalOptions;

export function registerPack(program: Command, run: Run): void {
  const command = program.command('pack <locks...>').description('make the tarball of each lock');
  addOutputOptions(addFetchOptions(addMakeOptions(addLockOptions(command))))
    .addHelpText(
      'after',
      '\nExamples:\n  pigsty-bundle pack d12.x86_64.lock --offline\n  pigsty-bundle pack d12.x86_64.lock --no-bundle --tree /srv/www',
    )
    .action(async (locks: readonly string[], options: PackOptions) => run(options, (context) => runPack(locks, options, context)));
}

async function runPack(files: readonly string[], options: PackOptions, context: CommandContext): Promise<CommandResult> {
  const make = await checkMakeOptions(options, context);
  const locks = await Promise.all(files.map((file) => readLock(resolve(context.cwd, file))));
  assertDistinct(locks);
  for (const { distro } of locks) await assertSignerTaken(make.signer, distro, context);
  const works = locks.map((lock) => ({
    target: formatTarget(lock),
    run: async (downloader: Downloader, own: CommandContext) =>
      packOne(lock, locks.length > 1 ? withOwnTree(make, formatTarget(lock)) : make, options, downloader, own),
  }));
  return runTargets(works, MADE_COLUMNS, options, context);
}

async function packOne(
  lock: Lock,
  { budgetBytes, withInstaller, ...make }: CheckedMakeOptions,
  options: LockOptions,
  downloader: Downloader,
  context: CommandContext,
): Promise<TargetResult> {
  const startMs = context.nowMs();
  assertWithinBudget(lock, budgetBytes);
  const findUpstreams = upstreamsOfLock(lock, options, downloader, context);
  const made = await makeBundle({ ...make, ...placesFor(lock.arch, withInstaller), lock, findUpstreams }, downloader, context);
  return madeResult(made, lock, context.nowMs() - startMs);
}

/** A bundle is named after its target: the second of a target would take the place of the first. */
function assertDistinct(locks: readonly Lock[]): void {
  const targets = locks.map(formatTarget);
  const twice = targets.find((target, at) => targets.indexOf(target) !== at);
  if (twice !== undefined) throw new AppError('USAGE', `two of the locks are for ${twice}: their bundles would have one name`);
}
