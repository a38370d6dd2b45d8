import { describe, expect, it } from 'vitest';
import { type Host, outputTail, type RunResult, runChecked, shortCommand } from '../../src/host/host.ts';

function answering(code: number, stderr = ''): Host {
  const result: RunResult = { code, stdout: Buffer.from('out'), stderr: Buffer.from(stderr) };
  return { id: 'db1', run: async () => result, close: async () => undefined };
}

describe('runChecked', () => {
  it('gives what a command that worked said', async () => {
    expect((await runChecked(answering(0), { argv: ['true'] })).stdout.toString()).toBe('out');
  });

  it('names host, command, status and output of one that failed, without its secrets', async () => {
    const failing = runChecked(answering(7, 'wrong password hunter2'), { argv: ['login', 'hunter2'], mask: ['hunter2'] });
    const message = 'db1: login *** ended with status 7: wrong password ***\nout';
    await expect(failing).rejects.toMatchObject({ code: 'HOST_COMMAND_FAILED', message, details: { host: 'db1', status: 7 } });
  });
});

it('quotes the end of long output only', () => {
  const tail = outputTail({ code: 1, stdout: Buffer.alloc(0), stderr: Buffer.from(`start ${'x'.repeat(5_000)} end`) });
  expect(tail).toMatch(/^…x+ end$/);
  expect(tail.length).toBeLessThan(2_100);
});

it.each([
  ['an inline script to its first line', ['sh', '-c', 'first\nsecond'], "sh -c 'first"],
  ['a long command to 200 characters', ['echo', 'y'.repeat(300)], `echo ${'y'.repeat(195)}…`],
])('shortens %s', (_, argv, expected) => {
  expect(shortCommand({ argv: argv as [string, ...string[]] })).toBe(expected);
});
