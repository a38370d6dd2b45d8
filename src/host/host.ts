/**
 * The one way to a machine: run a command, move bytes. Two transports implement it (`local.ts`, `ssh.ts`); files, uploads and batches are
 * built on `run` alone, so that they behave the same everywhere and nothing has to be installed on the far side but a POSIX shell and
 * coreutils.
 */
import { AppError } from '../base/errors.ts';
import { type Command, formatCommand, maskSecrets } from './command.ts';

/** How a command is run. */
export interface RunOptions {
  /** As root: through `sudo -n` when the user is somebody else. Default true. */
  readonly privileged?: boolean;
  /** Ends the command and fails with `HOST_COMMAND_FAILED`. Default: none. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Sees stdout as it comes; what it saw is still part of the result. */
  readonly onStdout?: (chunk: Uint8Array) => void;
  /** More output than this is a failure, not memory. Default 64 MiB. */
  readonly maxOutputBytes?: number;
}

/** How a command ended. Not an error by itself: see {@link runChecked}. */
export interface RunResult {
  /** 128 + signal number when a signal ended it. */
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

/** A machine. */
export interface Host {
  /** For messages and events: `local`, or the address as the user wrote it. */
  readonly id: string;
  /**
   * Runs `command` without a terminal, with `LC_ALL=C` and a PATH that has the sbin directories.
   *
   * @throws {AppError} `HOST_UNREACHABLE` when the connection fails or breaks, `HOST_PERMISSION` when root is not to be had,
   * `HOST_COMMAND_FAILED` on timeout or too much output, `INTERRUPTED` when `signal` fired.
   */
  run(command: Command, options?: RunOptions): Promise<RunResult>;
  close(): Promise<void>;
}

export const DEFAULT_MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** What every command sees: messages in English, the administrator's PATH. */
export const BASE_ENVIRONMENT: Readonly<Record<string, string>> = {
  LC_ALL: 'C',
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
};

/** Longest part of a command's output that goes into a message. */
const OUTPUT_TAIL_CHARS = 2_000;

/** The end of what a command wrote, trimmed, secrets masked: what a message quotes. */
export function outputTail(result: RunResult, mask: readonly string[] = []): string {
  const text = maskSecrets(`${result.stderr.toString()}\n${result.stdout.toString()}`.trim(), mask);
  return text.length <= OUTPUT_TAIL_CHARS ? text : `…${text.slice(-OUTPUT_TAIL_CHARS)}`;
}

/**
 * {@link Host.run}, but any other exit status than 0 is a failure.
 *
 * @throws {AppError} `HOST_COMMAND_FAILED` naming host, command and output, besides the codes of `run`.
 */
export async function runChecked(host: Host, command: Command, options: RunOptions = {}): Promise<RunResult> {
  const result = await host.run(command, options);
  if (result.code === 0) return result;
  const shown = shortCommand(command);
  throw new AppError('HOST_COMMAND_FAILED', `${host.id}: ${shown} ended with status ${result.code}: ${outputTail(result, command.mask)}`, {
    details: { host: host.id, command: shown, status: result.code },
  });
}

/** A command as one line for messages: secrets masked, an inline script cut after its first line. */
export function shortCommand(command: Command): string {
  const line = maskSecrets(formatCommand({ argv: command.argv }), command.mask).split('\n', 1)[0] ?? '';
  return line.length <= 200 ? line : `${line.slice(0, 200)}…`;
}
