import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { formatCommand, maskSecrets, quoteArgument } from '../../src/host/command.ts';
import { localHost } from '../../src/host/local.ts';

describe('a command', () => {
  it.each([['plain'], [''], ['two words'], ["it's"], ['$(id) `id` "x" \\ ! * ~'], ['line\nbreak'], ['-n'], ['ünï']])(
    '%j comes through sh unharmed',
    (word) => {
      expect(execFileSync('sh', ['-c', `printf %s ${quoteArgument(word)}`]).toString()).toBe(word);
    },
  );

  it('puts assignments first and refuses a name that is none', () => {
    expect(formatCommand({ argv: ['a', 'b c'], env: { X: '1 2' } })).toBe("X='1 2' a 'b c'");
    expect(() => formatCommand({ argv: ['a'], env: { 'X;id': '' } })).toThrow('not an environment variable');
  });

  it('masks longer secrets before the ones inside them', () => {
    expect(maskSecrets('x abc abcd ', ['abc', 'abcd', ''])).toBe('x *** *** ');
  });
});

describe('the local host', () => {
  const host = localHost();
  const plain = { privileged: false };

  it('tells status and both outputs apart', async () => {
    const result = await host.run({ argv: ['sh', '-c', 'cat; echo no >&2; exit 3'], stdin: 'in' }, plain);
    expect([result.code, result.stdout.toString(), result.stderr.toString()]).toEqual([3, 'in', 'no\n']);
  });

  it('does not mind a program that leaves its input', async () => {
    expect((await host.run({ argv: ['true'], stdin: 'x'.repeat(1_000_000) }, plain)).code).toBe(0);
  });

  it('answers 127 for a program that is not there', async () => {
    expect((await host.run({ argv: ['no-such-program-here'] }, plain)).code).toBe(127);
  });

  it('ends a command that takes too long or says too much, with its children', async () => {
    await expect(host.run({ argv: ['sh', '-c', 'sleep 60 & wait'] }, { ...plain, timeoutMs: 50 })).rejects.toMatchObject({
      code: 'HOST_COMMAND_FAILED',
    });
    await expect(host.run({ argv: ['yes'] }, { ...plain, maxOutputBytes: 1000 })).rejects.toMatchObject({ code: 'HOST_COMMAND_FAILED' });
  });

  it('stops when asked to', async () => {
    const controller = new AbortController();
    const running = host.run({ argv: ['sleep', '60'] }, { ...plain, signal: controller.signal });
    controller.abort();
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
