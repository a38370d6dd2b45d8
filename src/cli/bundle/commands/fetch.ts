/** `pigsty-bundle fetch`: downloads what a lock names into the store, so that a later `pack` or `build --locked` needs no network. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatBytes } from '../../../base/bytes.ts';
import { formatTarget } from '../../../base/target.ts';
import { fetchPackages } from '../../../build/fetch-packages.ts';
import type { Lock } from '../../../lock/lock.ts';
import type { Downloader } from '../../../metadata/downloader.ts';
import type { CommandContext, CommandResult } from '../../program/command.ts';
import { addOutputOptions } from '../../program/output-options.ts';
import type { GlobalOptions, Run } from '../../program/run-program.ts';
import { upstreamsOfLock } from '../manifest-choice.ts';
import { readLock } from '../read-lock.ts';
import { shellWord } from '../render/shell-word.ts';
import { addFetchOptions, addLockOptions, type FetchOptions, type LockOptions } from '../request-options.ts';
import { runTargets, type TargetResult } from '../run-targets.ts';

type FetchCommandOptions = FetchOptions & LockOptions & GlobalOptions;

export function registerFetch(program: Command, run: Run): void {
  const command = program.command('fetch <locks...>').description('download the packages of locks into the store');
  addOutputOptions(addFetchOptions(addLockOptions(command)))
    .addHelpText(
      'after',
      '\nExamples:\n  pigsty-bundle fetch d12.x86_64.lock\n  pigsty-bundle fetch el9.x86_64.lock --region china --jobs 16\n  pigsty-bundle fetch *.lock',
    )
    .action(async (locks: readonly string[], options: FetchCommandOptions) => run(options, (context) => runFetch(locks, options, context)));
}

async function runFetch(files: readonly string[], options: FetchCommandOptions, context: CommandContext): Promise<CommandResult> {
  const locks = await Promise.all(files.map(async (file) => ({ file, lock: await readLock(resolve(context.cwd, file)) })));
  const works = locks.map(({ file, lock }) => ({
    target: formatTarget(lock),
    run: async (downloader: Downloader, own: CommandContext) => fetchOne(file, lock, options, downloader, own),
  }));
  return runTargets(works, ['packages', 'size', 'file'], options, context);
}

async function fetchOne(
  file: string,
  lock: Lock,
  options: FetchCommandOptions,
  downloader: Downloader,
  context: CommandContext,
): Promise<TargetResult> {
  const findUpstreams = upstreamsOfLock(lock, options, downloader, context);
  const stored = await fetchPackages(lock, findUpstreams, downloader, context);
  const sizeBytes = lock.packages.reduce((sum, locked) => sum + locked.sizeBytes, 0);
  const summary = {
    lines: [
      `${stored.size} packages, ${formatBytes(sizeBytes)}, are in ${downloader.store.dir}`,
      `next: pigsty-bundle pack ${shellWord(file)}${options.manifest.map((path) => ` --manifest ${shellWord(path)}`).join('')}`,
    ],
    data: { lock: file, packages: stored.size, sizeBytes, store: downloader.store.dir },
  };
  return { summary, row: { packages: String(stored.size), size: formatBytes(sizeBytes), file, result: 'fetched' } };
}
