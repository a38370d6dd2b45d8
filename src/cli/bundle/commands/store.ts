/** `pigsty-bundle store`: how much downloads take, and making room without losing what locks still need. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatBytes } from '../../../base/bytes.ts';
import { AppError } from '../../../base/errors.ts';
import { collectGarbage, listStore } from '../../../store/collect-garbage.ts';
import type { Store } from '../../../store/store.ts';
import type { CommandContext, CommandResult } from '../../program/command.ts';
import { addOutputOptions } from '../../program/output-options.ts';
import type { GlobalOptions, Run } from '../../program/run-program.ts';
import { openChosenStore } from '../open-store.ts';
import { readLock } from '../read-lock.ts';
import { addStoreOption, collectPaths } from '../request-options.ts';

interface StoreOptions extends GlobalOptions {
  readonly store?: string;
  /** Days. */
  readonly prune?: string;
  /** Locks. */
  readonly keep: readonly string[];
}

const DAY_SEC = 86_400;
const EXAMPLES = `
Examples:
  pigsty-bundle store
  pigsty-bundle store --prune 90 --keep el9.x86_64.lock
What is pruned is downloaded again when a build needs it.`;

export function registerStore(program: Command, run: Run): void {
  const command = addStoreOption(program.command('store').description('say what is kept between runs, and remove what is old'))
    .option('--prune <days>', 'remove what was downloaded longer ago than so many days')
    .option('--keep <lock>', 'packages of this lock stay, however old; repeatable', collectPaths, []);
  addOutputOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async (options: StoreOptions) => run(options, (context) => runStore(options, context)));
}

async function runStore(options: StoreOptions, context: CommandContext): Promise<CommandResult> {
  const days = options.prune === undefined ? null : wholeDays(options.prune);
  const locks = await Promise.all(options.keep.map((path) => readLock(resolve(context.cwd, path))));
  const store = await openChosenStore(options, context);
  if (days === null) return describe(store);
  const keep = new Set(locks.flatMap(({ packages }) => packages.map(({ sha256 }) => sha256)));
  // The clock counts whole seconds: the present one is over for us, or 0 days would leave what came in it.
  const removed = await collectGarbage(store, { keep, beforeMs: (context.nowSec + 1 - days * DAY_SEC) * 1000 });
  const left = await describe(store);
  return {
    lines: [`removed ${removed.files} files, ${formatBytes(removed.sizeBytes)}`, ...left.lines],
    data: { ...left.data, removed },
  };
}

async function describe(store: Store): Promise<CommandResult> {
  const entries = await listStore(store);
  const sizeBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0);
  return {
    lines: [`${store.dir}: ${entries.length} downloads, ${formatBytes(sizeBytes)}`],
    data: { dir: store.dir, files: entries.length, sizeBytes },
  };
}

function wholeDays(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new AppError('USAGE', `--prune ${text}: expected a number of days, 0 for everything`);
}
