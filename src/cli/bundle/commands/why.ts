/** `pigsty-bundle why NAME`: the chain from a request to a package. */
import type { Command } from 'commander';
import { AppError } from '../../../base/errors.ts';
import { resolve } from '../../../resolve/resolve.ts';
import type { WhyStep } from '../../../solve/why-chain.ts';
import type { CommandContext, CommandResult } from '../../program/command.ts';
import { addOutputOptions } from '../../program/output-options.ts';
import type { GlobalOptions, Run } from '../../program/run-program.ts';
import { openDownloader } from '../open-downloader.ts';
import { addFetchOptions, addRequestOptions, type FetchOptions, requireDistro, type TargetsOptions } from '../request-options.ts';
import { stateRequest } from '../state-request.ts';
import { targetRequests } from '../target-requests.ts';

type WhyOptions = TargetsOptions & FetchOptions & GlobalOptions;

export function registerWhy(program: Command, run: Run): void {
  const command = program.command('why <name>').description('say why a package would be in the bundle');
  addOutputOptions(addFetchOptions(addRequestOptions(command)))
    .addHelpText('after', '\nExamples:\n  pigsty-bundle why libpcre2-8-0 --distro d12 --flavor debian')
    .action(async (name: string, options: WhyOptions) => {
      requireDistro(options, command);
      await run(options, (context) => runWhy(name, options, context));
    });
}

async function runWhy(name: string, options: WhyOptions, context: CommandContext): Promise<CommandResult> {
  const [request, ...others] = await targetRequests(options, context);
  if (request === undefined || others.length > 0)
    throw new AppError('USAGE', `"why ${name}" is asked of one target`, { hint: 'name one with --distro' });
  const downloader = await openDownloader(options, context);
  try {
    const { input, local, policy } = await stateRequest(request.options, downloader, context);
    const resolution = await resolve(input, local, downloader, policy, context);
    const chains = resolution.why(name);
    if (chains.length === 0) {
      throw new AppError('SOLVE_UNKNOWN_NAME', `${name} is not in the closure of this request`, {
        hint: 'give the exact package name; "pigsty-bundle resolve" writes all of them into the lock',
      });
    }
    return { lines: chains.flatMap(chainLines), data: { name, chains } };
  } finally {
    downloader.close();
  }
}

function chainLines(chain: readonly WhyStep[]): string[] {
  return chain.map(({ label, text, kind }, depth) => {
    const word = depth === 0 ? 'asked for by' : kind;
    return depth === 0 ? `${label}  (${word} ${text})` : `${'  '.repeat(depth)}${label}  (${word} ${text})`;
  });
}
