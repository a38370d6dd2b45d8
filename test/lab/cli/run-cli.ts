/** Runs the real program as a child process, with a home of its own and none of this machine's settings. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export const BUNDLE_PROGRAM = join(import.meta.dirname, '../../../src/cli/bin/pigsty-bundle.js');

/** Where compiled code is kept for all tests: without it every start costs twice as much. */
export const COMPILE_CACHE = join(import.meta.dirname, '../../../.cache/test-compile');

/** How a run ended. */
export interface CliRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  /** Added to a small, fixed environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Program and arguments put in front, as `['prlimit', '--fsize=1000']`. */
  readonly wrap?: readonly string[];
}

/** Starts the program; `finished` gives what {@link runCli} does. */
export function startCli(
  argv: readonly string[],
  { cwd, env = {}, wrap = [] }: CliOptions,
): { child: ChildProcess; finished: Promise<CliRun> } {
  const [program = '', ...rest] = [...wrap, process.execPath, BUNDLE_PROGRAM, ...argv];
  const child = spawn(program, rest, { cwd, env: cliEnvironment(cwd, env), stdio: ['ignore', 'pipe', 'pipe'] });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (piece: Buffer) => out.push(piece));
  child.stderr?.on('data', (piece: Buffer) => err.push(piece));
  const finished = once(child, 'close').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    stdout: Buffer.concat(out).toString(),
    stderr: Buffer.concat(err).toString(),
  }));
  return { child, finished };
}

/** Runs the program to its end. */
export async function runCli(argv: readonly string[], options: CliOptions): Promise<CliRun> {
  return startCli(argv, options).finished;
}

/** A person's environment without this machine's proxies, locale and caches, except that of compiled code. */
export function cliEnvironment(home: string, changes: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const env: Record<string, string | undefined> = {
    PATH: process.env.PATH,
    HOME: join(home, 'home'),
    LANG: 'C.UTF-8',
    NO_PROXY: 'localhost,127.0.0.1',
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    ...changes,
  };
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
