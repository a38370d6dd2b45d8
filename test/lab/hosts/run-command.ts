/** Runs a program of this machine for the tests and collects what it said. No shell: arguments reach the program as they are. */
import { spawn } from 'node:child_process';

/** How a program ended. `status` is 128 + signal number's stand-in 137 when it was killed by us for running too long. */
export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly input?: string | Buffer;
  /** Default 120 s. The program is killed after that, and the result has status 137. */
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Kills the program when it fires; the result has status 137 then, too. */
  readonly signal?: AbortSignal;
}

/** Runs `argv` and returns its status and output, whatever the status. Rejects only when the program cannot be started. */
export function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [program, ...args] = argv;
  if (program === undefined) throw new Error('no program given');
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, LC_ALL: 'C', ...options.env },
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const kill = () => child.kill('SIGKILL');
    const timer = setTimeout(kill, options.timeoutMs ?? 120_000);
    options.signal?.addEventListener('abort', kill);
    const stopWatching = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', kill);
    };
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A program that does not read its input closes the pipe early; its status tells whether that was a failure.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    child.once('error', (error) => {
      stopWatching();
      reject(error);
    });
    child.once('close', (code) => {
      stopWatching();
      resolve({ status: code ?? 137, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') });
    });
  });
}

/** Like {@link runCommand}, but throws with both outputs when the status is not 0. Returns stdout. */
export async function mustRun(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await runCommand(argv, options);
  if (result.status !== 0) throw new Error(describeFailure(argv.join(' '), result));
  return result.stdout;
}

/** A message with the command, its status and the ends of both outputs. */
export function describeFailure(command: string, result: CommandResult): string {
  return `status ${result.status}: ${command.slice(0, 400)}\n${result.stdout.slice(-3000)}\n${result.stderr.slice(-3000)}`.trimEnd();
}
