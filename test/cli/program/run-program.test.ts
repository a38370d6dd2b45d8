/** One command line: its result or its failure on the streams, its exit code, and Ctrl-C. */
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import type { CommandContext, CommandResult } from '../../../src/cli/program/command.ts';
import { type GlobalOptions, type Run, runProgram } from '../../../src/cli/program/run-program.ts';

const written = { out: '', err: '' };

beforeEach(() => {
  written.out = '';
  written.err = '';
  const keep = (stream: 'out' | 'err') => (text: string | Uint8Array) => {
    written[stream] += String(text);
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(keep('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(keep('err'));
});
afterEach(() => {
  vi.restoreAllMocks();
  process.stdout.removeAllListeners('error');
  process.stderr.removeAllListeners('error');
});

const RESULT: CommandResult = { lines: ['done'], data: { done: true } };

/** Runs a program with one verb `go [word]` that does `work`. */
function run(work: (context: CommandContext) => Promise<CommandResult>, argv: readonly string[] = ['go']): Promise<number> {
  const build = (runCommand: Run) => {
    const program = new Command('toy');
    program
      .command('go')
      .description('go')
      .option('--json')
      .option('--quiet')
      .option('--size <n>', 'how big', '3')
      .action(async (options: GlobalOptions) => runCommand(options, work));
    return program;
  };
  return runProgram(build, argv, 'go on with: toy go');
}

const lastLine = () => JSON.parse(written.out.trim().split('\n').at(-1) ?? '') as unknown;

describe('a command that succeeds', () => {
  it('shows its lines on stdout and is 0', async () => {
    expect(await run(async () => RESULT)).toBe(0);
    expect(written).toEqual({ out: 'done\n', err: '' });
  });

  it('shows its data as the last line of JSON', async () => {
    expect(await run(async () => RESULT, ['go', '--json'])).toBe(0);
    expect(lastLine()).toMatchObject({ type: 'result', done: true });
  });

  it('may have something bad to say', async () => {
    expect(await run(async () => ({ ...RESULT, exitCode: 65 }))).toBe(65);
    expect(written.out).toBe('done\n');
  });

  it('reports while it works, warnings once', async () => {
    const code = await run(async ({ report }) => {
      for (let time = 0; time < 2; time += 1) report({ type: 'warning', code: 'X', message: 'look out' });
      return RESULT;
    });
    expect(code).toBe(0);
    expect(written.err.match(/look out/g)).toHaveLength(1);
    expect(written.out).toBe('done\n');
  });

  it('is given the world once: environment, directory, a clock that only goes on', async () => {
    let given: CommandContext | undefined;
    await run(async (context) => {
      given = context;
      return RESULT;
    });
    expect(given).toMatchObject({ env: process.env, cwd: process.cwd() });
    expect(Math.abs((given?.nowSec ?? 0) - Date.now() / 1000)).toBeLessThan(600);
    expect(given?.signal.aborted).toBe(false);
  });
});

describe('a command that fails', () => {
  it('says what and what to do on stderr, and is the code of its error', async () => {
    const failed = async () => {
      throw new AppError('LOCK_MISSING', 'cannot read the lock', { hint: 'make one' });
    };
    expect(await run(failed)).toBe(66);
    expect(written.out).toBe('');
    expect(written.err).toMatch(/error: cannot read the lock[\s\S]*make one/);
  });

  it('says it as data with --json', async () => {
    const failed = async () => {
      throw new AppError('DISK_FULL', 'no room', { details: { freeBytes: 0 } });
    };
    expect(await run(failed, ['go', '--json'])).toBe(74);
    expect(lastLine()).toMatchObject({ type: 'exit', code: 'DISK_FULL', exitCode: 74, message: 'no room' });
  });

  it('is 70 for a bug', async () => {
    const failed = async () => {
      throw new TypeError('x is undefined');
    };
    expect(await run(failed)).toBe(70);
  });
});

describe('a command line', () => {
  it.each([['--help'], ['go', '--help']])('%s is answered, and 0', async (...argv) => {
    expect(await run(async () => RESULT, argv)).toBe(0);
    expect(written.out).toContain('Usage: toy');
  });

  it('shows defaults as a person would type them', async () => {
    await run(async () => RESULT, ['go', '--help']);
    expect(written.out).toContain('how big (default: 3)');
  });

  it('that cannot be understood is 64, and nothing is run', async () => {
    let ran = false;
    const work = async () => {
      ran = true;
      return RESULT;
    };
    expect(await run(work, ['go', '--jso'])).toBe(64);
    expect(ran).toBe(false);
    expect(written.err).toMatch(/unknown option '--jso'[\s\S]*--json[\s\S]*Add --help/);
    expect(written.out).toBe('');
  });

  it('that cannot be understood is told as data where --json stands in it', async () => {
    expect(await run(async () => RESULT, ['go', '--json', '--what'])).toBe(64);
    expect(lastLine()).toMatchObject({
      type: 'exit',
      exitCode: 64,
      code: 'USAGE',
      message: expect.stringContaining("unknown option '--what'"),
    });
  });
});

describe('standard output', () => {
  const broken = (code: string) => async () => {
    process.stdout.emit('error', Object.assign(new Error(`write ${code}`), { code }));
    return RESULT;
  };

  it('that nobody reads any more is no failure', async () => {
    expect(await run(broken('EPIPE'))).toBe(0);
    expect(written.err).toBe('');
  });

  it('that cannot be written is one, whatever the command did', async () => {
    expect(await run(broken('ENOSPC'))).toBe(74);
    expect(written.err).toBe('error: the result cannot be written to standard output: write ENOSPC\n');
  });
});

describe('Ctrl-C', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('%s ends the command by its signal; what it throws then does not matter', async (name) => {
    const before = process.listenerCount(name);
    const ended = run(async ({ signal }) => {
      const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
      process.emit(name, name);
      await aborted;
      throw new Error('cleaned up');
    });
    expect(await ended).toBe(130);
    expect(written.err).toMatch(/interrupted[\s\S]*go on with: toy go/);
    expect(written.err).not.toContain('cleaned up');
    expect(process.listenerCount(name)).toBe(before);
  });

  it('a second one leaves at once', async () => {
    const exits: unknown[] = [];
    vi.spyOn(process, 'exit').mockImplementation((code) => {
      exits.push(code);
      return undefined as never;
    });
    await run(async () => {
      for (let time = 0; time < 2; time += 1) process.emit('SIGINT', 'SIGINT');
      return RESULT;
    });
    expect(exits).toEqual([130]);
  });
});
