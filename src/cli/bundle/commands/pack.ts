/** `pigsty-bundle pack`: a tarball from a lock and the store, without resolving. Missing packages are downloaded. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { assertSignerTaken } from '../../../build/assert-signer.ts';
import { assertWithinBudget } from '../../../build/assert-within-budget.ts';
import { makeBundle } from '../../../build/make-bundle.ts';
import type { CommandContext, CommandResult } from '../../program/command.ts';
import { addOutputOptions } from '../../program/output-options.ts';
import type { GlobalOptions, Run } from '../../program/run-program.ts';
import { addMakeOptions, checkMakeOptions, type MakeOptions, placesFor } from '../make-options.ts';
import { upstreamsOfLock } from '../manifest-choice.ts';
import { openDownloader } from '../open-downloader.ts';
import { readLock } from '../read-lock.ts';
import { buildSummary } from '../render/build-summary.ts';
import { addFetchOptions, addLockOptions, type FetchOptions, type LockOptions } from '../request-options.ts';

type PackOptions = FetchOptions & LockOptions & MakeOptions & GlobalOptions;

export function registerPack(program: Command, run: Run): void {
  const command = program.command('pack <lock>').description('make the tarball of a lock');
  addOutputOptions(addFetchOptions(addMakeOptions(addLockOptions(command))))
    .addHelpText(
      'after',
      '\nExamples:\n  pigsty-bundle pack d12.x86_64.lock --offline\n  pigsty-bundle pack d12.x86_64.lock --no-bundle --tree /srv/www',
    )
    .action(async (lock: string, options: PackOptions) => run(options, (context) => runPack(lock, options, context)));
}

async function runPack(lockFile: string, options: PackOptions, context: CommandContext): Promise<CommandResult> {
  const startMs = context.nowMs();
  const { budgetBytes, withInstaller, ...make } = await checkMakeOptions(options, context);
  const lock = await readLock(resolve(context.cwd, lockFile));
  await assertSignerTaken(make.signer, lock.distro, context);
  const downloader = await openDownloader(options, context);
  try {
    assertWithinBudget(lock, budgetBytes);
    const findUpstreams = upstreamsOfLock(lock, options, downloader, context);
    const made = await makeBundle({ ...make, ...placesFor(lock.arch, withInstaller), lock, findUpstreams }, downloader, context);
    return buildSummary(made, lock, context.nowMs() - startMs);
  } finally {
    downloader.close();
  }
}
