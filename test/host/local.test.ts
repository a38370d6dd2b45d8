import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/host/command.ts';
import type { RunOptions } from '../../src/host/host.ts';
import { localHost } from '../../src/host/local.ts';

/** As the user who runs the tests: whether there is sudo is not the question. */
const run = (argv: Command['argv'], more: Partial<Command> = {}, options: RunOptions = {}) =>
  localHost().run({ argv, ...more }, { privileged: false, ...options });

describe('a command on this machine', () => {
  it('has its own two outputs, its status, the directory and environment it was given', async () => {
    const script = 'pwd; echo "$NAME $LC_ALL"; echo bad >&2; exit 3';
    const { code, stdout, stderr } = await run(['sh', '-c', script], { cwd: '/usr', env: { NAME: 'x' } });
    expect([code, stdout.toString(), stderr.toString()]).toEqual([3, '/usr\nx C\n', 'bad\n']);
  });

  it.each([
    ['text', 'ä'],
    ['bytes', Buffer.from('ä')],
    ['a stream', Readable.from([Buffer.from('ä')])],
  ])('reads %s', async (_, stdin) => {
    expect((await run(['cat'], { stdin })).stdout.toString()).toBe('ä');
  });

  it('may leave its input unread', async () => {
    expect((await run(['true'], { stdin: Buffer.alloc(4 << 20) })).code).toBe(0);
  });

  it('fails with what its input failed with', async () => {
    const stdin = new PassThrough();
    stdin.destroy(new Error('source gone'));
    await expect(run(['cat'], { stdin })).rejects.toThrow('source gone');
  });

  it('that does not exist has the status a shell would give it; one that a signal ended 128 and its number', async () => {
    expect((await run(['/nonexistent/program'])).code).toBe(127);
    expect((await run(['sh', '-c', 'kill -KILL $$'])).code).toBe(137);
  });

  it('is heard while it runs', async () => {
    const heard: string[] = [];
    await run(['printf', 'a'], {}, { onStdout: (chunk) => void heard.push(Buffer.from(chunk).toString()) });
    expect(heard).toEqual(['a']);
  });

  it('is ended with its children when it writes more than allowed', async () => {
    await expect(run(['sh', '-c', 'yes; true'], {}, { maxOutputBytes: 1_000 })).rejects.toMatchObject({
      code: 'HOST_COMMAND_FAILED',
      message: expect.stringContaining('more output than allowed'),
    });
  });

  it('is ended when its time is over', async () => {
    await expect(run(['sleep', '600'], {}, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'HOST_COMMAND_FAILED' });
  });

  it('is ended by an interrupt; an interrupted run starts none', async () => {
    const controller = new AbortController();
    const running = run(['sh', '-c', 'echo started; sleep 600'], {}, { signal: controller.signal, onStdout: () => controller.abort() });
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED', message: expect.stringContaining('interrupted while running sh') });
    await expect(run(['true'], {}, { signal: controller.signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('does not hear Ctrl-C: it has a session of its own', async () => {
    const { stdout } = await run(['sh', '-c', 'ps -o sid= -p $$; echo $$']);
    const [session, pid] = stdout.toString().split('\n').map(Number);
    expect(session).toBe(pid);
  });
});

it('a host has its name, and closing it is nothing', async () => {
  const host = localHost('here');
  expect(host.id).toBe('here');
  await host.close();
});
