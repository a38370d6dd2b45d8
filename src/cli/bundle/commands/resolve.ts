/** `pigsty-bundle resolve`: what would go into a bundle, written down as a lock; nothing but metadata is downloaded. */
import { writeFile } from 'node:fs/promises';
import { resolve as absolute, dirname } from 'node:path';
import type { Command } from 'commander';
import { countOf, formatBytes } from '../../../base/bytes.ts';
import { AppError } from '../../../base/errors.ts';
import type { Event } from '../../../base/events.ts';
import { assertWritableDir } from '../../../files/assert-writable-dir.ts';
import { replaceFile } from '../../../files/replace-file.ts';
import { outputTarget, withWriteErrors } from '../../../files/write-error.ts';
import { formatLock } from '../../../lock/format-lock.ts';
import type { Downloader } from '../../../metadata/downloader.ts';
import { resolve } from '../../../resolve/resolve.ts';
import type { CommandContext, CommandResult } from '../../program/command.ts';
import { addOutputOptions } from '../../program/output-options.ts';
import type { GlobalOptions, Run } from '../../program/run-program.ts';
import type { CheckOptions } from '../check-updates.ts';
import { rememberAnswer } from '../remember-answer.ts';
import { minorText } from '../render/minor-text.ts';
import { shellWord } from '../render/shell-word.ts';
import {
  addCheckOption,
  addFetchOptions,
  addRequestOptions,
  type FetchOptions,
  type RequestOptions,
  requireDistro,
  type TargetsOptions,
} from '../request-options.ts';
import { runTargets, type TargetResult } from '../run-targets.ts';
import { stateRequest } from '../state-request.ts';
import { targetRequests } from '../target-requests.ts';

type ResolveOptions = TargetsOptions & FetchOptions & CheckOptions & GlobalOptions & { readonly lock?: string };

export function registerResolve(program: Command, run: Run): void {
  const command = program.command('resolve').description('choose the packages of a bundle and write them down as a lock');
  addOutputOptions(addCheckOption(addFetchOptions(addRequestOptions(command))))
    .option('--lock <file>', 'where to write the lock (default: <distro>.<arch>.lock)')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ResolveOptions) => {
      const isCheck = options.checkUpdates.length > 0;
      if (!isCheck) requireDistro(options, command);
      await run(options, async (context) => {
        if (!isCheck) return runResolve(options, context);
        const { checkUpdates } = await import('../check-updates.ts');
        return checkUpdates(options, context);
      });
    });
}

const EXAMPLES = `
Examples:
  pigsty-bundle resolve --distro d12 --flavor debian
  pigsty-bundle resolve --distro el9 --arch aarch64 --profile infra,node,pgsql-17 --lock el9.lock
  pigsty-bundle resolve --distro d12 --package htop --package "nginx (>= 1.22)"
  pigsty-bundle resolve --check-updates d12.x86_64.lock`;

async function runResolve(options: ResolveOptions, context: CommandContext): Promise<CommandResult> {
  const requests = await targetRequests(options, context);
  if (requests.length > 1 && options.lock !== undefined) {
    throw new AppError('USAGE', '--lock names one file, and several targets have a lock each', {
      hint: 'leave it away: each lock is written to <distro>.<arch>.lock',
    });
  }
  await assertWritableDir(dirname(absolute(context.cwd, options.lock ?? 'lock')), '--lock');
  const works = requests.map(({ target, options: request }) => ({
    target,
    run: async (downloader: Downloader, own: CommandContext) =>
      resolveOne(request, absolute(context.cwd, options.lock ?? `${target}.lock`), downloader, own, requests.length === 1 ? options : null),
  }));
  return runTargets(works, ['packages', 'size', 'file'], options, context);
}

/** `shown` are the options by which the result is shown when it is the only one; null when there are others. */
async function resolveOne(
  options: RequestOptions,
  path: string,
  downloader: Downloader,
  context: CommandContext,
  shown: GlobalOptions | null,
): Promise<TargetResult> {
  const said = listenTo(context);
  const stated = await stateRequest(options, downloader, said.context);
  const { input, local, policy } = stated;
  const { lock, missing, unavailable } = await resolve(input, local, downloader, policy, said.context);
  const minor = minorText(lock);
  const lockText = formatLock(lock);
  await writeLock(path, lockText);
  const sizeBytes = lock.packages.reduce((sum, { sizeBytes: size }) => sum + size, 0);
  const summary = {
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
  if (shown !== null && local.length === 0 && unavailable.length === 0) {
    const by = { json: shown.json === true, quiet: shown.quiet === true };
    await rememberAnswer({ ...summary, options: by, said: said.events, lockPath: path, lockText }, stated, downloader, context);
  }
  return { summary, row: { packages: String(lock.packages.length), size: formatBytes(sizeBytes), file: path, result: 'resolved' } };
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
