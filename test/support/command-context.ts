/** What a program gives to a command, for tests of commands. */
import type { CommandContext } from '../../src/cli/program/command.ts';
import { recorder } from './some-input.ts';

export function commandContext(changes: Partial<CommandContext> = {}): CommandContext & ReturnType<typeof recorder> {
  return { ...recorder(), argv: [], env: {}, cwd: '/', nowSec: 1_800_000_000, nowMs: () => 0, ...changes };
}
