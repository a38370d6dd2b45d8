/** What ends a command before its time, whichever way it runs: a timeout, an interrupt, more output than allowed. */
import { AppError } from '../base/errors.ts';
import { interruptedError } from '../base/interrupted.ts';
import type { Command } from './command.ts';
import { DEFAULT_MAX_OUTPUT_BYTES, type RunOptions, shortCommand } from './host.ts';
import { OutputBuffer } from './output-buffer.ts';

/** A watch over one command. */
export interface CommandWatch {
  /** More came than allowed. */
  readonly full: () => void;
  /** @throws {AppError} why the command was ended, when it was: `HOST_COMMAND_FAILED`, `INTERRUPTED`. */
  readonly throwIfStopped: () => void;
  readonly dispose: () => void;
}

/** Starts watching; `end` is called, perhaps more than once, when the command must end. `id` names the host in messages. */
export function watchCommand(id: string, command: Command, { signal, timeoutMs }: RunOptions, end: () => void): CommandWatch {
  let reason: AppError | undefined;
  const stop = (error: AppError): void => {
    reason ??= error;
    end();
  };
  const shown = shortCommand(command);
  const onAbort = (): void => stop(interruptedError(signal, `running ${shown}`));
  const onTimeout = (): void => stop(new AppError('HOST_COMMAND_FAILED', `${id}: ${shown} did not end within ${timeoutMs} ms`));
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = timeoutMs === undefined ? undefined : setTimeout(onTimeout, timeoutMs);
  return {
    full: () => stop(new AppError('HOST_COMMAND_FAILED', `${id}: ${shown} wrote more output than allowed`)),
    throwIfStopped: () => {
      if (reason !== undefined) throw reason;
    },
    dispose: () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

/** Collects what a command writes, up to the limit of the options; the result is asked for when it has ended. */
export function collectOutput(
  streams: { readonly stdout: NodeJS.ReadableStream | null; readonly stderr: NodeJS.ReadableStream | null },
  { maxOutputBytes = DEFAULT_MAX_OUTPUT_BYTES, onStdout }: RunOptions,
  onFull: () => void,
): () => { readonly stdout: Buffer; readonly stderr: Buffer } {
  const stdout = new OutputBuffer(maxOutputBytes);
  const stderr = new OutputBuffer(maxOutputBytes);
  streams.stdout?.on('data', (chunk: Buffer) => {
    stdout.push(chunk);
    onStdout?.(chunk);
    if (stdout.full) onFull();
  });
  streams.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  return () => ({ stdout: stdout.toBuffer(), stderr: stderr.toBuffer() });
}
