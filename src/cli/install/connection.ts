/** Opens the host the options name. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { Inventory } from '../../config/inventory/inventory.ts';
import { localHost } from '../../host/local.ts';
import { type OpenHost, ownAddresses } from '../../install/apply/install-input.ts';
import { adminHost, isThisMachine } from '../../install/desired/admin-host.ts';
import type { CommandContext } from '../program/command.ts';
import { readConfiguration } from './configuration.ts';
import type { ConnectionOptions } from './options.ts';

/** The opened host, and the configuration that said which one it is. */
export interface Connection extends OpenHost {
  /** Null without --config. */
  readonly inventory: Inventory | null;
}

/**
 * Opens the host, runs `work`, closes the host whatever happens: the one of --host, else the admin host of --config, else this machine.
 *
 * @throws {AppError} the codes of `sshHost`, `USAGE` for an unreadable address, `CONFIG_MISSING`, `CONFIG_INVALID`.
 */
export async function withHost<T>(options: HostOptions, context: CommandContext, work: (open: Connection) => Promise<T>): Promise<T> {
  const inventory = await readConfiguration(options.config, context);
  const open = await openHost(options, inventory, context);
  try {
    return await work({ ...open, inventory });
  } finally {
    await open.host.close();
  }
}

/** {@link ConnectionOptions}, of verbs that take a configuration too. */
export interface HostOptions extends ConnectionOptions {
  readonly config?: string;
}

/** Where and as whom to connect. */
export interface Address {
  readonly user: string;
  readonly hostname: string;
  readonly port: number;
  readonly keyFiles?: readonly string[];
}

async function openHost(options: HostOptions, inventory: Inventory | null, context: CommandContext): Promise<OpenHost> {
  const address = addressOf(options, inventory, context);
  return address === null ? { host: localHost(), isLocal: true, hostname: null } : openRemote(address, options, context);
}

/** What --host says, else the admin host of the configuration; null for this machine. */
export function addressOf(options: HostOptions, inventory: Inventory | null, context: CommandContext): Address | null {
  const given = options.host === undefined ? null : parseAddress(options.host);
  if (inventory === null) return given;
  const admin = adminHost(inventory);
  if (given === null && isThisMachine(admin, ownAddresses())) return null;
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
