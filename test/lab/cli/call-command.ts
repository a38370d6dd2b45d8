/** Runs a command of `pigsty-bundle` in this process. Options are read as the program reads them; result and errors are values. */
import { Command } from 'commander';
import type { Event } from '../../../src/base/events.ts';
import type { CommandContext, CommandResult } from '../../../src/cli/program/command.ts';
import type { Run } from '../../../src/cli/program/run-program.ts';
import { TOY_NOW_SEC } from '../upstreams/toy-build.ts';

/** Registers a verb, as every command module does. */
export type Register = (program: Command, run: Run) => void;

/** What a command gave, and what it reported meanwhile. */
export interface CalledCommand {
  readonly result: CommandResult;
  readonly events: readonly Event[];
  /** `CODE: message` of every warning. */
  readonly warnings: readonly string[];
}

/** A context of the command line in the directory `cwd`. */
export function commandContext(cwd: string, more: Partial<CommandContext> = {}, events: Event[] = []): CommandContext {
  const report = (event: Event) => void events.push(event);
  return { report, signal: new AbortController().signal, nowSec: TOY_NOW_SEC, nowMs: () => 0, argv: [], env: {}, cwd, ...more };
}

/** Calls `argv`, the verb first, in the directory `cwd`. Rejects with the command's error, or commander's for an unknown option. */
export async function callCommand(
  register: Register,
  argv: readonly string[],
  cwd: string,
  more: Partial<CommandContext> = {},
): Promise<CalledCommand> {
  const events: Event[] = [];
  let result: CommandResult | undefined;
  const program = new Command('pigsty-bundle').exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  register(program, async (_, work) => {
    result = await work(commandContext(cwd, more, events));
  });
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  await program.parseAsync([...argv], { from: 'user' });
  if (result === undefined) throw new Error(`${argv[0]} did nothing`);
  const warnings = events.flatMap((event) => (event.type === 'warning' ? [`${event.code}: ${event.message}`] : []));
  return { result, events, warnings };
}
