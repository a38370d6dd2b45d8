/** `pigsty-bundle resolve`: what would go into a bundle, written down as a lock; nothing but metadata is downloaded. */
import { writeFile } from 'node:fs/promises';
import { resolve as absolute, dirname } from 'node:path';
import type { Command } from 'commander';
import { formatBytes } from '../../../base/bytes.ts';
import type { Event } from '../../../base/events.ts';
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
import { rememberAnswer } from '../remember-answer.ts';
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
    const said = listenTo(context);
    const stated = await stateRequest(options, downloader.store, said.context);
    const { input, local, policy } = stated;
    const { lock, missing, unavailable } = await resolve(input, local, downloader, policy, said.context);
    const minor = minorText(lock);
    const path = absolute(context.cwd, options.lock ?? `${formatTarget(lock)}.lock`);
    const lockText = formatLock(lock);
    await writeLock(path, lockText);
    const sizeBytes = lock.packages.reduce((sum, { sizeBytes: size }) => sum + size, 0);
    const result = {
      lines: [
        `${lock.packages.length} packages, ${formatBytes(sizeBytes)} to carry`,
        ...(minor === null ? [] : [`minor release ${minor}`]),
        ...lock.proofs.map(
          ({ profile, baseline, packages }) => `profile ${profile} installs on baseline ${baseline}: ${packages} packages`,
        ),
        `lock: ${path}`,
        `next: pigsty-bundle pack ${shellWord(path)}${overlayWords(options.manifest)}`,
      ],
      data: { lock: path, packages: lock.packages.length, sizeBytes, proofs: lock.proofs, missing, unavailable },
    };
    const shown = { json: options.json === true, quiet: options.quiet === true };
    const answer = { ...result, options: shown, said: said.events, lockPath: path, lockText };
    if (local.length === 0 && unavailable.length === 0) await rememberAnswer(answer, stated, downloader, context);
    return result;
  } finally {
    downloader.close();
  }
}

/** The context, and what is said in it that is not about progress. */
function listenTo(context: CommandContext): { readonly context: CommandContext; readonly events: readonly Event[] } {
  const events: Event[] = [];
  const report = (event: Event) => {
    if (event.type === 'warning' || event.type === 'note') events.push(event);
    context.report(event);
  };
  return { context: { ...context, report }, events };
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
