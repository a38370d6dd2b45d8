/**
 * A machine over SSH (the ssh2 library). Host keys are checked against known_hosts before anything is sent; keys come from files and the
 * agent. No SFTP: its subsystem runs as the login user, and files here belong to root. No terminal, no forwarding of the agent.
 */

import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AnyAuthMethod, Client, ClientChannel, ConnectConfig } from 'ssh2';
import { AppError, messageOf } from '../base/errors.ts';
import { throwIfAborted } from '../base/interrupted.ts';
import { type Command, formatCommand } from './command.ts';
import { BASE_ENVIRONMENT, type Host, type RunOptions, type RunResult } from './host.ts';
import { type HostKeyPolicy, hostKeyChecker } from './host-key.ts';
import { collectOutput, watchCommand } from './watch-command.ts';

/** Where and how to connect. */
export interface SshTarget {
  /** As in messages and events. */
  readonly id: string;
  readonly hostname: string;
  /** Default 22. */
  readonly port?: number;
  readonly user: string;
  /** Private key files, tried in order after the agent. */
  readonly keyFiles?: readonly string[];
  readonly passphrase?: string;
  readonly password?: string;
  /** Path of an agent's socket. */
  readonly agent?: string;
  readonly hostKeys: HostKeyPolicy;
  /** Default 20,000. */
  readonly connectTimeoutMs?: number;
}

const RECONNECT = 'when the host answers again, run `pigsty-install resume`';

/** A connection that is silent this long, three times, is dead. */
const KEEPALIVE_MS = 10_000;

/**
 * Connects and authenticates.
 *
 * @throws {AppError} `HOST_UNREACHABLE`, `HOST_AUTH_FAILED`, `HOST_KEY_CHANGED`, `HOST_KEY_UNKNOWN`, `CONFIG_INVALID` for an unreadable
 * key file.
 */
export async function sshHost(target: SshTarget): Promise<Host> {
  const { default: ssh2 } = await import('ssh2');
  const client = new ssh2.Client();
  const problem = await connect(client, target);
  if (problem !== undefined) throw problem;
  let broken: Error | undefined;
  client.on('error', (error) => {
    broken = error;
  });
  const isRoot = target.user === 'root';
  return {
    id: target.id,
    run: (command, options = {}) => runRemote(client, target.id, command, options, isRoot, () => broken),
    close: async () => {
      client.end();
    },
  };
}

async function connect(client: Client, target: SshTarget): Promise<AppError | undefined> {
  const checker = await hostKeyChecker(target.hostKeys, target.hostname, target.port ?? 22);
  const authHandler = await authentications(target);
  return attempt(client, { ...connectConfig(target), authHandler, ...checker.config }, target, checker);
}

function connectConfig(target: SshTarget): ConnectConfig {
  return {
    host: target.hostname,
    port: target.port ?? 22,
    username: target.user,
    readyTimeout: target.connectTimeoutMs ?? 20_000,
    keepaliveInterval: KEEPALIVE_MS,
    keepaliveCountMax: 3,
  };
}

/** Every way to log in that the target has, in the order they are tried on the one connection. */
async function authentications(target: SshTarget): Promise<AnyAuthMethod[]> {
  const username = target.user;
  const list: AnyAuthMethod[] = [];
  if (target.agent !== undefined) list.push({ type: 'agent', username, agent: target.agent });
  for (const path of target.keyFiles ?? []) {
    const passphrase = target.passphrase === undefined ? {} : { passphrase: target.passphrase };
    list.push({ type: 'publickey', username, key: await readKey(path), ...passphrase });
  }
  if (target.password !== undefined) list.push({ type: 'password', username, password: target.password });
  if (list.length > 0) return list;
  throw new AppError('HOST_AUTH_FAILED', `${target.id}: no way to log in as ${username}`, {
    hint: 'name a private key (--identity), start an SSH agent, or set ansible_ssh_private_key_file',
  });
}

async function readKey(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new AppError('CONFIG_INVALID', `cannot read the private key ${path}: ${messageOf(error)}`, { cause: error });
  }
}

interface Checker {
  readonly verdict: () => AppError | undefined;
}

function attempt(client: Client, config: ConnectConfig, target: SshTarget, checker: Checker): Promise<AppError | undefined> {
  return new Promise((resolve) => {
    const settle = (error: AppError | undefined): void => {
      client.removeAllListeners();
      // A late error of a connection that is given up must not end the process.
      client.on('error', () => {});
      resolve(error);
    };
    client.once('ready', () => settle(undefined));
    client.on('error', (error: Error & { level?: string }) => settle(checker.verdict() ?? connectError(error, target)));
    client.once('close', () => settle(checker.verdict() ?? connectError(new Error('connection closed'), target)));
    try {
      client.connect(config);
    } catch (error) {
      settle(new AppError('HOST_AUTH_FAILED', `${target.id}: ${messageOf(error)}`, { cause: error }));
    }
  });
}

function connectError(error: Error & { level?: string }, target: SshTarget): AppError {
  const at = `${target.user}@${target.hostname}:${target.port ?? 22}`;
  if (error.level === 'client-authentication') {
    return new AppError('HOST_AUTH_FAILED', `${target.id}: ${at} refused every key offered`, {
      hint: 'check the user and that its authorized_keys holds one of our keys',
      cause: error,
    });
  }
  return new AppError('HOST_UNREACHABLE', `${target.id}: cannot connect to ${at}: ${messageOf(error)}`, {
    hint: 'check the address, the port and that sshd is running there',
    cause: error,
  });
}

function remoteLine(command: Command, options: RunOptions, isRoot: boolean): string {
  const env = Object.entries({ ...BASE_ENVIRONMENT, ...command.env }).map(([name, value]) => `${name}=${value}`);
  const inside = command.cwd === undefined ? command.argv : (['sh', '-c', 'cd "$0" && exec "$@"', command.cwd, ...command.argv] as const);
  const sudo = isRoot || options.privileged === false ? [] : ['sudo', '-n', '--'];
  return formatCommand({ argv: [...sudo, 'env', ...env, ...inside] as unknown as Command['argv'] });
}

async function runRemote(
  client: Client,
  id: string,
  command: Command,
  options: RunOptions,
  isRoot: boolean,
  broken: () => Error | undefined,
): Promise<RunResult> {
  throwIfAborted(options.signal);
  const channel = await openChannel(client, id, remoteLine(command, options, isRoot));
  const watch = watchCommand(id, command, options, () => {
    channel.signal('TERM');
    channel.close();
  });
  try {
    const fed = feed(channel, command.stdin);
    const result = await collect(channel, id, options, watch.full, broken);
    watch.throwIfStopped();
    const sourceError = await fed;
    if (sourceError !== undefined) throw sourceError;
    if (result instanceof AppError) throw result;
    return assertRoot(id, result);
  } finally {
    watch.dispose();
  }
}

function openChannel(client: Client, id: string, line: string): Promise<ClientChannel> {
  const unreachable = (error: unknown): AppError =>
    new AppError('HOST_UNREACHABLE', `${id}: the connection is gone: ${messageOf(error)}`, { hint: RECONNECT, cause: error });
  return new Promise((resolve, reject) => {
    try {
      client.exec(line, (error, channel) => (error === undefined ? resolve(keepOpen(channel)) : reject(unreachable(error))));
    } catch (error) {
      reject(unreachable(error));
    }
  });
}

/**
 * Node destroys a stream when both its directions have ended, and ssh2 then closes the channel. A server that was about to send the exit
 * status after the end of the output never does (RFC 4254, 5.3: a close is answered with a close). So only the server closes, or who ends
 * the command.
 */
function keepOpen(channel: ClientChannel): ClientChannel {
  channel.destroy = () => channel;
  return channel;
}

/** The far side may stop reading early; only a failing source is an error, which is returned when the channel has been closed. */
async function feed(channel: ClientChannel, stdin: Command['stdin']): Promise<unknown> {
  if (stdin === undefined) {
    channel.end();
    return undefined;
  }
  const source = stdin instanceof Readable ? stdin : Readable.from([typeof stdin === 'string' ? Buffer.from(stdin) : stdin]);
  let sourceError: unknown;
  source.once('error', (error) => {
    sourceError = error;
  });
  try {
    await pipeline(source, channel, { end: true });
  } catch {
    if (sourceError !== undefined) channel.close();
  }
  return sourceError;
}

/** What the command said, or that the connection broke. */
function collect(
  channel: ClientChannel,
  id: string,
  options: RunOptions,
  onFull: () => void,
  broken: () => Error | undefined,
): Promise<RunResult | AppError> {
  const output = collectOutput({ stdout: channel, stderr: channel.stderr }, options, onFull);
  return new Promise((resolve) => {
    // `exit` may have been before anybody could listen, when the command was quick and everything came in one packet; `close` repeats
    // what it said: a status, null for a signal, nothing when the server never told.
    channel.on('close', (status: number | null | undefined) => {
      if (status === undefined) resolve(lost(id, broken()));
      else resolve({ code: status ?? 255, ...output() });
    });
  });
}

function lost(id: string, cause: Error | undefined): AppError {
  const why = cause === undefined ? 'it was closed before the command ended' : messageOf(cause);
  return new AppError('HOST_UNREACHABLE', `${id}: the connection broke: ${why}`, {
    hint: RECONNECT,
    cause,
  });
}

function assertRoot(id: string, result: RunResult): RunResult {
  const said = result.stderr.toString();
  if (result.code === 127 && /\bsudo: (?:command )?not found/.test(said)) {
    throw new AppError('HOST_PERMISSION', `${id}: root is needed, and there is no sudo`, { hint: 'log in as root, or install sudo there' });
  }
  if (result.code !== 1 || !said.startsWith('sudo:')) return result;
  throw new AppError('HOST_PERMISSION', `${id}: root is needed, and sudo says: ${said.trim()}`, {
    hint: 'log in as root, or allow this user password-less sudo',
  });
}
