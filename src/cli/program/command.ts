/** What a command is: options in, a result out. Commands print nothing; the program shows what they return. */
import type { RunContext } from '../../base/events.ts';

/** The result of a command, for people and for `--json`. */
export interface CommandResult {
  /** For stdout. */
  readonly lines: readonly string[];
  /** The same as data. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Only when the command finished but its result is bad (`verify` of a damaged bundle). Default 0. */
  readonly exitCode?: number;
}

/** What the world gives to a command, gathered once in the program. */
export interface CommandContext extends RunContext {
  /** The words after the name of the program. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}
