/**
 * Runs one command line: parses it, gives the command its context, shows the result or the failure, and says the exit code.
 * Ctrl-C aborts the command's signal and waits for it to clean up; a second Ctrl-C leaves at once.
 */
import { type Command, CommanderError, type Option } from 'commander';
import { AppError } from '../../base/errors.ts';
import { createRenderer } from '../render/create-renderer.ts';
import type { Renderer } from '../render/renderer.ts';
import { tallyFetches } from '../render/tally-fetches.ts';
import { warnOnce } from '../render/warn-once.ts';
import type { CommandContext, CommandResult } from './command.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';

/** Options every command has. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Given to each command module when it registers its verb. */
export type Run = (options: GlobalOptions, work: (context: CommandContext) => Promise<CommandResult>) => Promise<void>;

/**
 * Parses `argv` (without node and script) with the program `build` makes, runs what it names, and returns the exit code. Never throws.
 * `resumeHint` says how to go on after Ctrl-C.
 */
export async function runProgram(build: (run: Run) => Command, argv: readonly string[], resumeHint: string = RESUME_HINT): Promise<number> {
  let exitCode: number = EXIT.ok;
  const run: Run = async (options, work) => {
    exitCode = await runCommand(argv, options, work, resumeHint);
  };
  const output = watchOutput();
  const program = build(run);
  prepare(program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    if (exitCode !== EXIT.ok && argv.includes('--json')) process.stdout.write(`${JSON.stringify(usageData(error))}\n`);
  }
  return (await output.failed()) ? EXIT.io : exitCode;
}

/** The description of an option with its choices and its default, as a person would type it. */
function describeOption({ description, defaultValue, negate, argChoices }: Option): string {
  const shown = Array.isArray(defaultValue) ? defaultValue.join(',') : typeof defaultValue === 'string' ? defaultValue : '';
  const notes = [...(argChoices === undefined ? [] : [argChoices.join(' or ')]), ...(shown === '' || negate ? [] : [`default: ${shown}`])];
  return notes.length === 0 ? description : `${description} (${notes.join('; ')})`;
}

/** What `--json` says where the command line itself could not be read; for people commander has said it on stderr. */
function usageData({ message }: CommanderError): Record<string, unknown> {
  return { type: 'exit', exitCode: EXIT.usage, message: message.replace(/^error: /, ''), code: 'USAGE' };
}

/**
 * A reader that went away (`| head`) is no reason to stop or to fail: what was asked for is being made, only nobody listens any more. Any
 * other failure to write the result is one.
 */
function watchOutput(): { failed(): Promise<boolean> } {
  let failed = false;
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE' || failed) return;
    failed = true;
    process.stderr.write(`error: the result cannot be written to standard output: ${error.message}\n`);
  });
  process.stderr.on('error', () => undefined);
  return {
    failed: async () => {
      await new Promise((resolve) => setImmediate(resolve));
      return failed;
    },
  };
}

function prepare(command: Command): void {
  command.exitOverride();
  command.showHelpAfterError('Add --help to see the options and examples.');
  command.showSuggestionAfterError(true);
  command.configureHelp({ helpWidth: 110, optionDescription: describeOption });
  for (const child of command.commands) prepare(child);
}

async function runCommand(
  argv: readonly string[],
  options: GlobalOptions,
  work: (context: CommandContext) => Promise<CommandResult>,
  resumeHint: string,
): Promise<number> {
  const renderer = await createRenderer(
    { out: process.stdout, err: process.stderr, nowMs: () => performance.now() },
    { json: options.json === true, quiet: options.quiet === true },
  );
  const interrupt = listenForInterrupt(renderer, resumeHint);
  try {
    const result = await work({
      report: warnOnce(tallyFetches(renderer.report)),
      signal: interrupt.signal,
      argv,
      env: process.env,
      cwd: process.cwd(),
      nowSec: Math.floor(Date.now() / 1000),
      nowMs: () => performance.now(),
    });
    renderer.result(result.lines, result.data);
    return result.exitCode ?? EXIT.ok;
  } catch (error) {
    const shown = interrupt.signal.aborted ? interrupted(resumeHint) : error;
    const code = exitCodeOf(shown);
    renderer.failure(shown, code);
    return code;
  } finally {
    renderer.close();
    interrupt.stop();
  }
}

const RESUME_HINT = 'run the same command again: everything already downloaded and verified is kept in the store';

function interrupted(hint: string): AppError {
  return new AppError('INTERRUPTED', 'interrupted', { hint });
}

function listenForInterrupt(renderer: Renderer, resumeHint: string): { readonly signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      renderer.close();
      process.exit(EXIT.interrupted);
    }
    controller.abort(interrupted(resumeHint));
  };
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, onSignal);
    },
  };
}
