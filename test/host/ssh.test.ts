/** The SSH transport against a server in this process that runs what it is told with a shell. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ssh2, { type Connection, type Server, type ServerChannel } from 'ssh2';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host, RunOptions } from '../../src/host/host.ts';
import { type SshTarget, sshHost } from '../../src/host/ssh.ts';

const { generateKeyPairSync, parseKey } = ssh2.utils;
const CLIENT = generateKeyPairSync('ed25519');
const clients = new Set<Connection>();

let dir: string;
let server: Server;
/** What the server makes of a command line; by default it runs it. */
let answer: (line: string, channel: ServerChannel) => void;
const runIt = (line: string, channel: ServerChannel): void => {
  // A group of its own, so that what it started ends with it.
  const child = spawn('sh', ['-c', line], { detached: true });
  channel.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.on('close', (code) => {
    channel.exit(code ?? 1);
    channel.end();
  });
  channel.on('close', () => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  });
};

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ssh-test-'));
  writeFileSync(join(dir, 'id'), CLIENT.private, { mode: 0o600 });
  writeFileSync(join(dir, 'other'), generateKeyPairSync('ed25519').private, { mode: 0o600 });
  const allowed = parseKey(CLIENT.public);
  if (allowed instanceof Error) throw allowed;
  server = new ssh2.Server({ hostKeys: [generateKeyPairSync('ed25519').private] }, (client) => {
    clients.add(client);
    client.on('error', () => undefined);
    client.on('close', () => clients.delete(client));
    client.on('authentication', (context) => {
      const isOurs = context.method === 'publickey' && context.key.data.equals(allowed.getPublicSSH());
      if (isOurs) context.accept();
      else context.reject(['publickey']);
    });
    client.on('session', (accept) => accept().on('exec', (take, _refuse, info) => answer(info.command, take())));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(async () => {
  for (const client of clients) client.end();
  await new Promise<void>((done) => server.close(() => done()));
  rmSync(dir, { recursive: true });
});

const target = (more: Partial<SshTarget> = {}): SshTarget => ({
  id: 'db1',
  hostname: '127.0.0.1',
  port: (server.address() as AddressInfo).port,
  user: 'root',
  keyFiles: [join(dir, 'id')],
  hostKeys: { files: [join(dir, 'known_hosts')], unknown: 'accept' },
  ...more,
});

async function withHost<T>(work: (host: Host) => Promise<T>, more: Partial<SshTarget> = {}): Promise<T> {
  answer = runIt;
  const host = await sshHost(target(more));
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}

describe('a command over SSH', () => {
  it('has its outputs, status, directory, environment and input; words are quoted', async () => {
    const command = {
      argv: ['sh', '-c', 'cat; pwd; echo "$NAME"; echo bad >&2; exit 3'],
      cwd: '/usr',
      env: { NAME: "it's $HOME" },
      stdin: 'in\n',
    } as const;
    const { code, stdout, stderr } = await withHost((host) => host.run(command));
    expect([code, stdout.toString(), stderr.toString()]).toEqual([3, "in\n/usr\nit's $HOME\n", 'bad\n']);
  });

  it.each<[string, RunOptions, string]>([
    ['writes more than allowed', { maxOutputBytes: 1_000 }, 'more output than allowed'],
    ['takes too long', { timeoutMs: 50 }, 'did not end within 50 ms'],
  ])('is ended when it %s', async (_, options, message) => {
    const running = withHost((host) => host.run({ argv: ['sh', '-c', 'while :; do echo y; sleep 0.001; done'] }, options));
    await expect(running).rejects.toMatchObject({ code: 'HOST_COMMAND_FAILED', message: expect.stringContaining(message) });
  });

  it('is ended by an interrupt', async () => {
    const controller = new AbortController();
    const options = { signal: controller.signal, onStdout: () => controller.abort() };
    const running = withHost((host) => host.run({ argv: ['sh', '-c', 'echo started; sleep 600'] }, options));
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it('goes through sudo for another user, unless it needs no root', async () => {
    const lines: string[] = [];
    await withHost(
      async (host) => {
        answer = (line, channel) => {
          lines.push(line);
          channel.exit(0);
          channel.end();
        };
        await host.run({ argv: ['true'] });
        await host.run({ argv: ['true'] }, { privileged: false });
      },
      { user: 'admin' },
    );
    expect(lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(['sudo -n', 'env LC_ALL=C']);
  });

  it.each([
    ['sudo: a password is required\n', 1, 'sudo says: sudo: a password is required'],
    ['sh: 1: sudo: not found\n', 127, 'there is no sudo'],
  ])('says that root is not to be had: %j', async (said, code, message) => {
    const running = withHost((host) => {
      answer = (_, channel) => {
        channel.stderr.write(said);
        channel.exit(code);
        channel.end();
      };
      return host.run({ argv: ['true'] });
    });
    await expect(running).rejects.toMatchObject({ code: 'HOST_PERMISSION', message: expect.stringContaining(message) });
  });

  it('says that the host is gone when the connection breaks, and for every command after', async () => {
    await withHost(async (host) => {
      answer = () => {
        for (const client of clients) client.end();
      };
      const gone = { code: 'HOST_UNREACHABLE', hint: expect.stringContaining('resume') };
      await expect(host.run({ argv: ['true'] })).rejects.toMatchObject(gone);
      await expect(host.run({ argv: ['true'] })).rejects.toMatchObject(gone);
    });
  });
});

describe('connecting', () => {
  it.each<[string, () => Partial<SshTarget>, string]>([
    ['without a key', () => ({ keyFiles: [] }), 'HOST_AUTH_FAILED'],
    ['with a key the host does not know', () => ({ keyFiles: [join(dir, 'other')] }), 'HOST_AUTH_FAILED'],
    ['with a key file that is not there', () => ({ keyFiles: [join(dir, 'none')] }), 'CONFIG_INVALID'],
    ['to a host nobody vouched for', () => ({ hostKeys: { files: [join(dir, 'empty')], unknown: 'refuse' } }), 'HOST_KEY_UNKNOWN'],
    ['to a port nobody listens on', () => ({ port: 1 }), 'HOST_UNREACHABLE'],
  ])('%s fails with what it was', async (_, more, code) => {
    await expect(sshHost(target(more()))).rejects.toMatchObject({ code });
  });

  it('goes on to the next key', async () => {
    expect((await withHost((host) => host.run({ argv: ['true'] }), { keyFiles: [join(dir, 'other'), join(dir, 'id')] })).code).toBe(0);
  });
});
