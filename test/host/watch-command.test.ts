import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { collectOutput, watchCommand } from '../../src/host/watch-command.ts';

const COMMAND = { argv: ['sleep', '9'] } as const;

function watching(options: Parameters<typeof watchCommand>[2]) {
  let ends = 0;
  const ended = Promise.withResolvers<void>();
  const watch = watchCommand('db1', COMMAND, options, () => {
    ends += 1;
    ended.resolve();
  });
  return { watch, ended: ended.promise, ends: () => ends };
}

describe('a watch over a command', () => {
  it('says nothing while nothing happens', () => {
    const { watch, ends } = watching({});
    watch.throwIfStopped();
    watch.dispose();
    expect(ends()).toBe(0);
  });

  it('ends it when its time is over, and says so', async () => {
    const { watch, ended } = watching({ timeoutMs: 1 });
    await ended;
    expect(() => watch.throwIfStopped()).toThrow(
      expect.objectContaining({ code: 'HOST_COMMAND_FAILED', message: expect.stringContaining('sleep 9 did not end within 1 ms') }),
    );
    watch.dispose();
  });

  it.each([
    ['INTERRUPTED, with what was running', undefined, 'interrupted while running sleep 9'],
    ['the error the signal was fired with', new AppError('INTERRUPTED', 'enough'), 'enough'],
  ])('an interrupt is %s', (_, reason, message) => {
    const controller = new AbortController();
    const { watch, ends } = watching({ signal: controller.signal });
    controller.abort(reason);
    expect(ends()).toBe(1);
    expect(() => watch.throwIfStopped()).toThrow(expect.objectContaining({ code: 'INTERRUPTED', message }));
  });

  it('remembers the first reason, and hears nothing after it was disposed of', () => {
    const controller = new AbortController();
    const { watch, ends } = watching({ signal: controller.signal });
    watch.full();
    watch.dispose();
    controller.abort();
    expect(ends()).toBe(1);
    expect(() => watch.throwIfStopped()).toThrow('wrote more output than allowed');
  });
});

describe('collected output', () => {
  it('is what both streams said; standard output is heard as it comes', async () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    const heard: string[] = [];
    const output = collectOutput({ stdout, stderr }, { onStdout: (chunk) => void heard.push(String(chunk)) }, () => undefined);
    stdout.end('out');
    stderr.end('err');
    await Promise.all([stdout, stderr].map((stream) => new Promise((done) => stream.once('end', done))));
    expect([output().stdout.toString(), output().stderr.toString(), heard]).toEqual(['out', 'err', ['out']]);
  });

  it('tells when standard output is more than allowed', async () => {
    const stdout = new PassThrough();
    const full = new Promise<void>((done) => collectOutput({ stdout, stderr: null }, { maxOutputBytes: 3 }, done));
    stdout.end('four');
    await full;
  });
});
