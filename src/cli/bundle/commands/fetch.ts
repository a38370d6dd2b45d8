/** `pigsty-bundle fetch`: downloads what a lock names into the store, so that a later `pack` or `build --locked` needs no network. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatBytes } from '../../../base/bytes.ts';
import { fetchPackages } from '../../../build/fetch-packages.ts';
import type { CommandContext, CommandResult } from '../../program/command.ts';
import { addOutputOptions } from '../../program/output-options.ts';
import type { GlobalOptions, Run } from '../../program/run-program.ts';
import { upstreamsOfLock } from '../manifest-choice.ts';
import { openDownloader } from '../open-downloader.ts';
import { readLock } from '../read-lock.ts';
import { shellWord } from '../render/shell-word.ts';
import { addFetchOptions, addLockOptions, type FetchOptions, type LockOptions } from '../request-options.ts';

type FetchCommandOptions = FetchOptions & LockOptions & GlobalOptions;

export function registerFetch(program: Command, run: Run): void {
  const command = program.command('fetch <lock>').description('download the packages of a lock into the store');
  addOutputOptions(addFetchOptions(addLockOptions(command)))
    .addHelpText(
      'after',
      '\nExamples:\n  pigsty-bundle fetch d12.x86_64.lock\n  pigsty-bundle fetch el9.x86_64.lock --region china --jobs 16',
    )
    .action(async (lock: string, options: FetchCommandOptions) => run(options, (context) => runFetch(lock, options, context)));
}

async function runFetch(lockFile: string, options: FetchCommandOptions, context: CommandContext): Promise<CommandResult> {
  const lock = await readLock(resolve(context.cwd, lockFile));
  const downloader = await openDownloader(options, context);
  try {
    const findUpstreams = upstreamsOfLock(lock, options, downloader, context);
    const stored = await fetchPackages(lock, findUpstreams, downloader, context);
    const sizeBytes = lock.packages.reduce((sum, locked) => sum + locked.sizeBytes, 0);
    return {
      lines: [
        `${stored.size} packages, ${formatBytes(sizeBytes)}, are in ${downloader.store.dir}`,
        `next: pigsty-bundle pack ${shellWord(lockFile)}${options.manifest.map((path) => ` --manifest ${shellWord(path)}`).join('')}`,
      ],
      data: { lock: lockFile, packages: stored.size, sizeBytes, store: downloader.store.dir },
    };
  } finally {
    downloader.close();
  }
}
