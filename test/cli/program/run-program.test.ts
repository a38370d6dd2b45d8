import { Command, Option } from 'commander';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import type { CommandContext, CommandResult } from '../../../src/cli/program/command.ts';
import { runProgram } from '../../../src/cli/program/run-program.ts';

type Work = (context: CommandContext) => Promise<CommandResult>;

/** Runs a program of one verb, `do`; what it wrote, and its exit code. */
async function run(argv: readonly string[], work: Work = async () => ({ lines: ['done'], data: { ok: true } }), resumeHint?: string) {
  const written = { out: '', err: '' };
  for (const [stream, name] of [
    [process.stdout, 'out'],
    [process.stderr, 'err'],
  ] as const) {
    const spy = vi.spyOn(stream, 'write').mockImplementation((text) => {
      written[name] += String(text);
      return true;
    });
    onTestFinished(() => spy.mockRestore());
  }
  const exitCode = await runProgram(
    (start) => {
      const verb = new Command('do')
        .option('--json')
        .option('--quiet')
        .addOption(new Option('--level <n>', 'how far').default('5').choices(['5', '9']));
      verb.action((options: object) => start(options, work));
      return new Command('tool').addCommand(verb);
    },
    argv,
    resumeHint,
  );
  return { exitCode, ...written };
}

describe('a command', () => {
  it('has its result shown, for people or as JSON', async () => {
    expect(await run(['do'])).toMatchObject({ exitCode: 0, out: 'done\n' });
    expect(JSON.parse((await run(['do', '--json'])).out)).toEqual({ type: 'result', ok: true });
  });

  it('may finish with something bad to say', async () => {
    expect((await run(['do'], async () => ({ lines: [], data: {}, exitCode: 65 }))).exitCode).toBe(65);
  });

  it('that fails ends with the code of its error', async () => {
    const { exitCode, err } = await run(['do'], () => Promise.reject(new AppError('DISK_FULL', '/srv is full', { hint: 'free some' })));
    expect([exitCode, err]).toEqual([74, 'error: /srv is full [DISK_FULL]\nhint: free some\n']);
    expect((await run(['do'], () => Promise.reject(new TypeError('x')))).exitCode).toBe(70);
  });

  it('passes the same warning on once', async () => {
    const { err } = await run(['do'], async ({ report }) => {
      for (let n = 0; n < 2; n += 1) report({ type: 'warning', code: 'W', message: 'old' });
      return { lines: [], data: {} };
    });
    expect(err).toBe('warning: old\n');
  });
});

describe('a command line that cannot be read', () => {
  it.each([
    ['an unknown option', ['do', '--levle', '5'], "unknown option '--levle'"],
    ['a value that is no choice', ['do', '--level', '7'], "argument '7' is invalid"],
    ['an unknown verb', ['undo'], "unknown command 'undo'"],
  ])('is a usage error, in the result too with --json: %s', async (_what, argv, message) => {
    const plain = await run(argv);
    expect([plain.exitCode, plain.out]).toEqual([64, '']);
    expect(plain.err).toContain(message);
    const { exitCode, out } = await run([...argv, '--json']);
    expect([exitCode, JSON.parse(out)]).toEqual([
      64,
      expect.objectContaining({ type: 'exit', code: 'USAGE', message: expect.stringContaining(message) }),
    ]);
  });

  it('is none when help was asked for, which shows defaults and choices', async () => {
    const { exitCode, out } = await run(['do', '--help']);
    expect(exitCode).toBe(0);
    expect(out.replace(/\s+/g, ' ')).toContain('how far (5 or 9; default: 5)');
  });
});

it('an interrupted command is waited for, and says how to go on', async () => {
  let cleaned = false;
  const before = process.listenerCount('SIGINT');
  const work: Work = async ({ signal }) => {
    process.emit('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 5));
    cleaned = true;
    signal.throwIfAborted();
    return { lines: [], data: {} };
  };
  const { exitCode, err } = await run(['do'], work, 'run it again');
  expect([exitCode, cleaned, err]).toEqual([130, true, 'error: interrupted [INTERRUPTED]\nhint: run it again\n']);
  expect(process.listenerCount('SIGINT')).toBe(before);
});
