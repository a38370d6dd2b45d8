/** Verbs another pigsty-install calls on the host it drives: `unpack` (also useful by itself) and `probe`. */
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { AppError } from '../../base/errors.ts';
import { runProbes } from '../../install/probes/run-probes.ts';
import type { Probe } from '../../install/types.ts';
import { unpackBundle } from '../../pack/unpack-bundle.ts';
import { type CommandContext, type CommandResult, runPhase } from '../command.ts';
import type { GlobalOptions, Run } from '../run-program.ts';
import { trustOf } from './install-input.ts';

interface UnpackOptions extends GlobalOptions {
  readonly offline?: string;
  readonly webRoot: string;
  readonly keyStdin?: boolean;
  readonly yes?: boolean;
}

export function registerOnHost(program: Command, run: Run): void {
  program
    .command('unpack')
    .description('verify a bundle and unpack it, nothing else')
    .option('--offline <bundle>', 'the bundle')
    .option('--web-root <directory>', 'where the repository goes', '/www')
    .option('--key-stdin', 'public keys on standard input, one of which must have signed it')
    .option('--yes', 'replace a repository of another bundle')
    .option('--json', 'events and result as one JSON object a line')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals() as UnpackOptions;
      await run(options, (context) => unpack(options, context));
    });
  program
    .command('probe', { hidden: true })
    .option('--once', 'try each only once')
    .action(async (options: { once?: boolean }) => {
      const probes = JSON.parse(await text(process.stdin)) as Probe[];
      process.stdout.write(JSON.stringify(await runProbes(probes, { once: options.once === true })));
    });
}

async function unpack(options: UnpackOptions, context: CommandContext): Promise<CommandResult> {
  if (options.offline === undefined) throw new AppError('USAGE', 'which bundle?', { hint: 'pigsty-install unpack --offline BUNDLE.tgz' });
  const path = resolve(context.cwd, options.offline);
  const trust = options.keyStdin === true ? await trustOf(await text(process.stdin), 'standard input', context) : null;
  await mkdir(options.webRoot, { recursive: true, mode: 0o755 });
  const outcome = await runPhase(
    context,
    { phase: 'unpack', title: `Unpacking ${options.offline}` },
    () => unpackBundle(path, { webRoot: options.webRoot, trust, replace: options.yes === true }, context),
    ({ kind }) => kind,
  );
  if (outcome.kind === 'other-present')
    throw new AppError('CONFIRMATION_NEEDED', `${options.webRoot}/pigsty holds another repository`, { hint: 'use --yes' });
  return {
    lines: [`${options.webRoot}/pigsty: ${outcome.kind}, bundle ${outcome.index.id.slice(0, 12)}`],
    data: { outcome: outcome.kind, id: outcome.index.id },
  };
}
