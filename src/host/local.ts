/**
 * This machine as a {@link Host}. Children get a session of their own: Ctrl-C at the terminal reaches only us, so a package transaction
 * is never cut in half by the keyboard.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../base/errors.ts';
import { throwIfAborted } from '../base/interrupted.ts';
import type { Command } from './command.ts';
import { BASE_ENVIRONMENT, type Host, type RunOptions, type RunResult } from './host.ts';
import { collectOutput, watchCommand } from './watch-command.ts';

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
  const watch = watchCommand(id, command, options, () => endGroup(child));
  try {
    const fed = feed(child, command.stdin);
    // It may fail while the command still runs: waited for below, it must not end the program before.
    fed.catch(() => undefined);
    const result = await collect(child, options, watch.full);
    await fed;
    watch.throwIfStopped();
    assertSudoWorked(id, command, result);
    return result;
  } finally {
    watch.dispose();
  }
}

/** A command that does not end when it is asked to is ended. */
function endGroup(child: ChildProcess): void {
  killGroup(child, 'SIGTERM');
  setTimeout(() => killGroup(child, 'SIGKILL'), 2_000).unref();
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
  const output = collectOutput(child, options, onFull);
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') resolve({ code: 127, stdout: Buffer.alloc(0), stderr: Buffer.from(`${child.spawnfile}: not found`) });
      else reject(error);
    });
    child.on('close', (code, signal) => {
      const status = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
      resolve({ code: status, ...output() });
    });
  });
}

function assertSudoWorked(id: string, command: Command, result: RunResult): void {
  if (command.argv[0] !== 'sudo' || result.code !== 1 || !result.stderr.toString().startsWith('sudo:')) return;
  throw new AppError('HOST_PERMISSION', `${id}: root is needed, and sudo says: ${result.stderr.toString().trim()}`, {
    hint: 'run as root, or allow this user password-less sudo',
  });
}
