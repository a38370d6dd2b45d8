/** `pigsty-bundle resolve`: what would go into a bundle, written down as a lock; nothing but metadata is downloaded. */
import { writeFile } from 'node:fs/promises';
import { resolve as absolute, dirname } from 'node:path';
import type { Command } from 'commander';
import { countOf, formatBytes } from '../../../base/bytes.ts';
import { formatTarget } from '../../../base/target.ts';
import { assertWritableDir } from '../../../files/assert-writable-dir.ts';
import { replaceFile } from '../../../files/replace-file.ts';
import { outputTarget, withWriteErrors } from '../../../files/write-error.ts';
import { formatLock } from '../../../lock/format-lock.ts';
import { resolve } from '../../../resolve/resolve.ts';
import type { CommandContext, CommandResult } from '../../program/command.ts';
import { addOutputOptions } from '../../program/output-options.ts';
import type { GlobalOptions, Run } from '../../program/run-program.ts';
import { openDownloader } from '../open-downloader.ts';
import { minorText } from '../render/minor-text.ts';
import { shellWord } from '../render/shell-word.ts';
import { addFetchOptions, addRequestOptions, type FetchOptions, type RequestOptions } from '../request-options.ts';
import { stateRequest } from '../state-request.ts';

interface ResolveOptions extends RequestOptions, FetchOptions, GlobalOptions {
  readonly lock?: string;
}

export function registerResolve(program: Command, run: Run): void {
  const command = program.command('resolve').description('choose the packages of a bundle and write them down as a lock');
  addOutputOptions(addFetchOptions(addRequestOptions(command)))
    .option('--lock <file>', 'where to write the lock (default: <distro>.<arch>.lock)')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ResolveOptions) => run(options, (context) => runResolve(options, context)));
}

const EXAMPLES = `
Examples:
  pigsty-bundle resolve --distro d12 --flavor debian
  pigsty-bundle resolve --distro el9 --arch aarch64 --profile infra,node,pgsql-17 --lock el9.lock
  pigsty-bundle resolve --distro d12 --package htop --package "nginx (>= 1.22)"`;

async function runResolve(options: ResolveOptions, context: CommandContext): Promise<CommandResult> {
  await assertWritableDir(dirname(absolute(context.cwd, options.lock ?? 'lock')), '--lock');
  const downloader = await openDownloader(options, context);
  try {
    const { input, local, policy } = await stateRequest(options, downloader.store, context);
    const { lock, missing, unavailable } = await resolve(input, local, downloader, policy, context);
    const minor = minorText(lock);
    const path = absolute(context.cwd, options.lock ?? `${formatTarget(lock)}.lock`);
    await writeLock(path, formatLock(lock));
    const sizeBytes = lock.packages.reduce((sum, { sizeBytes: size }) => sum + size, 0);
    return {
      lines: [
        `${lock.packages.length} packages, ${formatBytes(sizeBytes)} to carry`,
        ...(minor === null ? [] : [`minor release ${minor}`]),
        ...lock.solved.map(
          ({ profile, baseline, packages }) =>
            `solved, by the upstreams' indexes: profile ${profile} on baseline ${baseline}, ${countOf(packages, 'package')}`,
        ),
        'not proved yet: pack looks into the packages and proves it',
        `lock: ${path}`,
        `next: pigsty-bundle pack ${shellWord(path)}${overlayWords(options.manifest)}`,
      ],
      data: { lock: path, packages: lock.packages.length, sizeBytes, solved: lock.solved, proved: false, missing, unavailable },
    };
  } finally {
    downloader.close();
  }
}

/** The overlays again: a lock alone does not know where its upstreams are. */
function overlayWords(overlays: readonly string[]): string {
  return overlays.map((path) => ` --manifest ${shellWord(path)}`).join('');
}

async function writeLock(path: string, text: string): Promise<void> {
  await withWriteErrors(outputTarget(path, 'the lock', null, '--lock'), () =>
    replaceFile(path, async (partial) => writeFile(partial, text)),
  );
}
