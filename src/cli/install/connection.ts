/** Opens the host the options name. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { Host } from '../../host/host.ts';
import { localHost } from '../../host/local.ts';
import type { CommandContext } from '../program/command.ts';
import { adminHost, isThisMachine, readConfiguration } from './configuration.ts';
import type { ConnectionOptions } from './options.ts';

/** A host, and whether it is this machine. */
export interface OpenHost {
  readonly host: Host;
  readonly isLocal: boolean;
  /** What was connected to; null for this machine. */
  readonly hostname: string | null;
}

/**
 * Opens the host, runs `work`, closes the host whatever happens: the one of --host, else the admin host of --config, else this machine.
 *
 * @throws {AppError} the codes of `sshHost`, `USAGE` for an unreadable address, `CONFIG_MISSING`, `CONFIG_INVALID`.
 */
export async function withHost<T>(options: HostOptions, context: CommandContext, work: (open: OpenHost) => Promise<T>): Promise<T> {
  const open = await openHost(options, context);
  try {
    return await work(open);
  } finally {
    await open.host.close();
  }
}

/** {@link ConnectionOptions}, of verbs that take a configuration too. */
export interface HostOptions extends ConnectionOptions {
  readonly config?: string;
}

interface Address {
  readonly user: string;
  readonly hostname: string;
  readonly port: number;
  readonly keyFiles?: readonly string[];
}

async function openHost(options: HostOptions, context: CommandContext): Promise<OpenHost> {
  const address = await addressOf(options, context);
  return address === null ? { host: localHost(), isLocal: true, hostname: null } : openRemote(address, options, context);
}

/** Null for this machine. */
async function addressOf(options: HostOptions, context: CommandContext): Promise<Address | null> {
  const given = options.host === undefined ? null : parseAddress(options.host);
  const inventory = await readConfiguration(options.config, context);
  if (inventory === null) return given;
  const admin = adminHost(inventory);
  if (given === null && isThisMachine(admin)) return null;
  const { host: hostname, port, user, privateKeyFile } = admin.connection;
  const key = privateKeyFile === null ? {} : { keyFiles: [withHome(privateKeyFile, context)] };
  // What --host says goes before what the configuration says.
  return given === null ? { hostname, port, user: user ?? context.env.USER ?? 'root', ...key } : { ...given, ...key };
}

function withHome(path: string, context: CommandContext): string {
  return resolve(context.cwd, path.replace(/^~(?=\/)/, context.env.HOME ?? homedir()));
}

async function openRemote(address: Address, options: HostOptions, context: CommandContext): Promise<OpenHost> {
  const { user, hostname, port } = address;
  // The SSH library is only loaded where it is used: most installations are local, and starting must be quick.
  const { sshHost } = await import('../../host/ssh.ts');
  const home = context.env.HOME ?? homedir();
  const { SSH_AUTH_SOCK: agent = '' } = context.env;
  const keyFiles = options.identity?.map((path) => resolve(context.cwd, path)) ?? address.keyFiles ?? defaultKeys(home);
  const host = await sshHost({
    id: options.host ?? hostname,
    hostname,
    user,
    port,
    keyFiles,
    ...(agent === '' || options.identity !== undefined ? {} : { agent }),
    hostKeys: {
      files:
        options.knownHosts === undefined
          ? [join(home, '.ssh/known_hosts'), '/etc/ssh/ssh_known_hosts']
          : [resolve(context.cwd, options.knownHosts)],
      unknown: options.acceptNew === true ? 'accept' : 'refuse',
    },
  });
  return { host, isLocal: false, hostname };
}

function defaultKeys(home: string): string[] {
  return ['id_ed25519', 'id_ecdsa', 'id_rsa'].map((name) => join(home, '.ssh', name)).filter((path) => existsSync(path));
}

/** `user@host:port`, `[v6]:port`; the user defaults to root. */
export function parseAddress(text: string): { user: string; hostname: string; port: number } {
  const match =
    /^(?:([A-Za-z0-9._-]+)@)?(?:\[([0-9A-Fa-f:]+)\]|([A-Za-z0-9._-]+)|([0-9A-Fa-f:]*:[0-9A-Fa-f:]*:[0-9A-Fa-f:]*))(?::(\d{1,5}))?$/.exec(
      text,
    );
  const hostname = match?.[2] ?? match?.[3] ?? match?.[4];
  if (match === null || hostname === undefined)
    throw new AppError('USAGE', `not an address: ${text}`, { hint: 'write user@host or user@host:port' });
  return { user: match[1] ?? 'root', hostname, port: Number(match[5] ?? 22) };
}
