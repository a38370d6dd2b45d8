/**
 * Commands as values: an argument vector, never a pasted string. Quoting follows POSIX sh (IEEE 1003.1, 2.2.2 single quotes) and is only
 * used where a shell is unavoidable (an SSH exec request) and for showing a command to a person.
 */
import type { Readable } from 'node:stream';

/**
 * A program with its arguments, and what surrounds it. Secrets go to `stdin` or into files, never into `argv` or `env`: both are visible
 * in /proc.
 */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string | Uint8Array | Readable;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Values that must not appear in any message, log or plan although the command's output may hold them. */
  readonly mask?: readonly string[];
}

/** Quotes one argument for POSIX sh. Plain words stay as they are. @example quoteArgument("it's") // 'it'\''s' in single quotes */
export function quoteArgument(argument: string): string {
  if (/^[A-Za-z0-9_@%+=:,./-]+$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}

/** The command as one line that sh would run: `env` assignments, quoted arguments. Ignores `cwd`, `stdin` and `mask`. */
export function formatCommand(command: Pick<Command, 'argv' | 'env'>): string {
  const assignments = Object.entries(command.env ?? {}).map(([name, value]) => `${assertVariable(name)}=${quoteArgument(value)}`);
  return [...assignments, ...command.argv.map(quoteArgument)].join(' ');
}

/** Replaces every occurrence of every secret by `***`, longest first, so that a secret that contains another leaves no tail. */
export function maskSecrets(text: string, secrets: readonly string[] = []): string {
  const ordered = secrets.filter((s) => s.length > 0).sort((a, b) => b.length - a.length);
  return ordered.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
}

function assertVariable(name: string): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error(`not an environment variable name: ${JSON.stringify(name)}`);
  return name;
}
