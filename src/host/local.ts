/**
 * This machine as a {@link Host}. Children get a session of their own: Ctrl-C at the terminal reaches only us, so a package transaction
 * is never cut in half by the keyboard.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../base/errors.ts';
import { interruptedError, throwIfAborted } from '../base/interrupted.ts';
import type { Command } from './command.ts';
import { BASE_ENVIRONMENT, DEFAULT_MAX_OUTPUT_BYTES, type Host, type RunOptions, type RunResult, shortCommand } from './host.ts';
import { OutputBuffer } from './output-buffer.ts';

/** The machine we run on. `sudo -n` is used for privileged commands unless we are root. */
export function localHost(id = 'local'): Host {
  const isRoot = process.getuid?.() === 0;
  return {
    id,
    run: (command, options = {}) => runLocal(id, withSudo(command, options, isRoot), options),
    close: async () => {},
  };
}

function withSudo(command: Command, options: RunOptions, isRoot: boolean): Command {
  if (isRoot || options.privileged === false) return command;
  return { ...command, argv: ['sudo', '-n', '--', ...command.argv] };
}

async function runLocal(id: string, command: Command, options: RunOptions): Promise<RunResult> {
  throwIfAborted(options.signal);
  const [program, ...args] = command.argv;
  const child = spawn(program, args, {
    cwd: command.cwd ?? '/',
    env: { ...BASE_ENVIRONMENT, ...command.env },
    stdio: [command.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const stop = stopper(child, id, command, options);
  try {
    const fed = feed(child, command.stdin);
    const result = await collect(child, options, stop.kill);
    await fed;
    stop.throwIfStopped();
    assertSudoWorked(id, command, result);
    return result;
  } finally {
    stop.dispose();
  }
}

/** Ends the child on timeout, abort or too much output, and remembers why. */
function stopper(child: ChildProcess, id: string, command: Command, options: RunOptions) {
  let reason: AppError | undefined;
  const kill = (error: AppError): void => {
    reason ??= error;
    killGroup(child, 'SIGTERM');
    setTimeout(() => killGroup(child, 'SIGKILL'), 2_000).unref();
  };
  const onAbort = (): void => kill(interruptedError(options.signal, `running ${shortCommand(command)}`));
  options.signal?.addEventListener('abort', onAbort, { once: true });
  const timer =
    options.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          kill(new AppError('HOST_COMMAND_FAILED', `${id}: ${shortCommand(command)} did not end within ${options.timeoutMs} ms`));
        }, options.timeoutMs);
  return {
    kill: () => kill(new AppError('HOST_COMMAND_FAILED', `${id}: ${shortCommand(command)} wrote more output than allowed`)),
    throwIfStopped: () => {
      if (reason !== undefined) throw reason;
    },
    dispose: () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    },
  };
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It ended between the check and the signal.
  }
}

/** A program may exit without reading all of its input: that is its right, so EPIPE is no failure. A failing source is. */
async function feed(child: ChildProcess, stdin: Command['stdin']): Promise<void> {
  if (stdin === undefined || child.stdin === null) return;
  const source = stdin instanceof Readable ? stdin : Readable.from([typeof stdin === 'string' ? Buffer.from(stdin) : stdin]);
  try {
    await pipeline(source, child.stdin);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'EPIPE' && code !== 'ERR_STREAM_PREMATURE_CLOSE' && code !== 'ECONNRESET') throw error;
  }
}

function collect(child: ChildProcess, options: RunOptions, onFull: () => void): Promise<RunResult> {
  const limit = options.maxOutputBytes ?? DEFAULT_MAX_OUTPUT_BYTES;
  const stdout = new OutputBuffer(limit);
  const stderr = new OutputBuffer(limit);
  child.stdout?.on('data', (chunk: Uint8Array) => {
    stdout.push(chunk);
    options.onStdout?.(chunk);
    if (stdout.full) onFull();
  });
  child.stderr?.on('data', (chunk: Uint8Array) => stderr.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve({ code: 127, stdout: Buffer.alloc(0), stderr: Buffer.from(`${child.spawnfile}: not found`) });
      else reject(error);
    });
    child.on('close', (code, signal) => {
      const status = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      resolve({ code: status, stdout: stdout.toBuffer(), stderr: stderr.toBuffer() });
    });
  });
}

function assertSudoWorked(id: string, command: Command, result: RunResult): void {
  if (command.argv[0] !== 'sudo' || result.code !== 1 || !result.stderr.toString().startsWith('sudo:')) return;
  throw new AppError('HOST_PERMISSION', `${id}: root is needed, and sudo says: ${result.stderr.toString().trim()}`, {
    hint: 'run as root, or allow this user password-less sudo',
  });
}
