/** `pigsty-bundle build`: resolve, fetch, check, pack. The whole way to a tarball that will install. */
import type { Command } from 'commander';
import { assertSignerTaken } from '../../../build/assert-signer.ts';
import { assertWithinBudget } from '../../../build/assert-within-budget.ts';
import { type BuiltBundle, buildBundle } from '../../../build/build-bundle.ts';
import { makeBundle } from '../../../build/make-bundle.ts';
import type { CommandContext, CommandResult } from '../../program/command.ts';
import { addOutputOptions } from '../../program/output-options.ts';
import type { GlobalOptions, Run } from '../../program/run-program.ts';
import { addMakeOptions, checkMakeOptions, type MakeOptions, placesFor } from '../make-options.ts';
import { openDownloader } from '../open-downloader.ts';
import { readFreshLock } from '../read-lock.ts';
import { buildSummary } from '../render/build-summary.ts';
import { addFetchOptions, addRequestOptions, type FetchOptions, type RequestOptions } from '../request-options.ts';
import { stateRequest } from '../state-request.ts';

type BuildOptions = RequestOptions & FetchOptions & MakeOptions & GlobalOptions & { readonly lock?: string; readonly locked?: boolean };

export function registerBuild(program: Command, run: Run): void {
  const command = program.command('build').description('make the tarball: resolve, download, verify, prove, pack');
  addOutputOptions(addFetchOptions(addMakeOptions(addRequestOptions(command))))
    .option('--lock <file>', 'the lock to use with --locked (default: <distro>.<arch>.lock)')
    .option('--locked', 'use exactly what the lock says; refuse when it answers another request')
    .addHelpText('after', EXAMPLES)
    .action(async (options: BuildOptions) => run(options, (context) => runBuild(options, context)));
}

const EXAMPLES = `
Examples:
  pigsty-bundle build --distro el9
  pigsty-bundle build --distro d12 --flavor debian --output /media/usb
  pigsty-bundle build --distro u24 --arch aarch64 --profile infra,node,pgsql-17 --region china
  pigsty-bundle build --distro el9 --minor 9.4 --sign pigsty-bundle.key
  pigsty-bundle build --distro d12 --locked --lock d12.x86_64.lock`;

async function runBuild(options: BuildOptions, context: CommandContext): Promise<CommandResult> {
  const startMs = context.nowMs();
  const { budgetBytes, withInstaller, ...make } = await checkMakeOptions(options, context);
  const downloader = await openDownloader(options, context);
  try {
    const stated = await stateRequest(options, downloader.store, context);
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
    return buildSummary(made, lock, context.nowMs() - startMs);
  } finally {
    downloader.close();
  }
}
