/** `pigsty-bundle build`: resolve, fetch, check, pack. The whole way to a tarball that will install. */
import type { Command } from 'commander';
import { AppError } from '../../../base/errors.ts';
import { assertSignerTaken } from '../../../build/assert-signer.ts';
import { assertWithinBudget } from '../../../build/assert-within-budget.ts';
import { type BuiltBundle, buildBundle } from '../../../build/build-bundle.ts';
import { makeBundle } from '../../../build/make-bundle.ts';
import type { Downloader } from '../../../metadata/downloader.ts';
import type { CommandContext, CommandResult } from '../../program/command.ts';
import { addOutputOptions } from '../../program/output-options.ts';
import type { GlobalOptions, Run } from '../../program/run-program.ts';
import { type CheckOptions, checkUpdates } from '../check-updates.ts';
import { addMakeOptions, type CheckedMakeOptions, checkMakeOptions, type MakeOptions, placesFor, withOwnTree } from '../make-options.ts';
import { readFreshLock } from '../read-lock.ts';
import { MADE_COLUMNS, madeResult } from '../render/build-summary.ts';
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

type BuildOptions = TargetsOptions & FetchOptions & MakeOptions & CheckOptions & GlobalOptions & LockedOptions;

interface LockedOptions {
  readonly lock?: string;
  readonly locked?: boolean;
}

export function registerBuild(program: Command, run: Run): void {
  const command = program.command('build').description('make the tarball: resolve, download, verify, prove, pack');
  addOutputOptions(addCheckOption(addFetchOptions(addMakeOptions(addRequestOptions(command)))))
    .option('--lock <file>', 'the lock to use with --locked (default: <distro>.<arch>.lock)')
    .option('--locked', 'use exactly what the lock says; refuse when it answers another request')
    .addHelpText('after', EXAMPLES)
    .action(async (options: BuildOptions) => {
      const isCheck = options.checkUpdates.length > 0;
      if (!isCheck) requireDistro(options, command);
      await run(options, (context) => (isCheck ? checkUpdates(options, context) : runBuild(options, context)));
    });
}

const EXAMPLES = `
Examples:
  pigsty-bundle build --distro el9
  pigsty-bundle build --distro d12,d13 --flavor debian --output /media/usb
  pigsty-bundle build --distro u24 --arch aarch64 --profile infra,node,pgsql-17 --region china
  pigsty-bundle build --distro el9 --minor 9.4 --sign pigsty-bundle.key
  pigsty-bundle build --distro d12 --locked --lock d12.x86_64.lock
  pigsty-bundle build --check-updates pigsty-pkg-v4.5.0.d12.x86_64.lock`;

async function runBuild(options: BuildOptions, context: CommandContext): Promise<CommandResult> {
  const requests = await targetRequests(options, context);
  if (requests.length > 1 && options.lock !== undefined) throw oneLockOnly();
  const make = await checkMakeOptions(options, context);
  const works = requests.map(({ target, options: request }) => ({
    target,
    run: async (downloader: Downloader, own: CommandContext) =>
      buildOne({ ...options, ...request }, requests.length > 1 ? withOwnTree(make, target) : make, downloader, own),
  }));
  return runTargets(works, MADE_COLUMNS, options, context);
}

async function buildOne(
  options: RequestOptions & LockedOptions,
  { budgetBytes, withInstaller, ...make }: CheckedMakeOptions,
  downloader: Downloader,
  context: CommandContext,
): Promise<TargetResult> {
  const startMs = context.nowMs();
  const stated = await stateRequest(options, downloader, context);
  const { input, local, policy } = stated;
  const { target, upstreams } = input.manifest;
  await assertSignerTaken(make.signer, target.distro, context);
  const how = { ...make, ...placesFor(target.arch, withInstaller), findUpstreams: async () => upstreams };
  const buildLocked = async (): Promise<BuiltBundle> => {
    const lock = await readFreshLock(stated, options.lock, context);
    assertWithinBudget(lock, budgetBytes);
    return { lock, made: await makeBundle({ ...how, lock }, downloader, context) };
  };
  const { lock, made } =
    options.locked === true
      ? await buildLocked()
      : await buildBundle({ ...how, request: input, local, policy, budgetBytes }, downloader, context);
  return madeResult(made, lock, context.nowMs() - startMs);
}

function oneLockOnly(): AppError {
  return new AppError('USAGE', '--lock names one lock, and several targets have one each', {
    hint: 'leave it away: each target is built from <distro>.<arch>.lock',
  });
}
