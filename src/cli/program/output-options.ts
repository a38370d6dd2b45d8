/** The options every verb of both programs has. */
import type { Command } from 'commander';

/** Adds `--json` and `--quiet`. */
export function addOutputOptions(command: Command): Command {
  return command.option('--json', 'events and the result as JSON lines on stdout').option('--quiet', 'only warnings and the result');
}
