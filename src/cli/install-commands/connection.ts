/** Opens the host the options name. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { AppError } from '../../base/errors.ts';
import type { Host } from '../../host/host.ts';
import { localHost } from '../../host/local.ts';
import type { CommandContext } from '../command.ts';
import type { ConnectionOptions } from './options.ts';

/** A host, and whether it is this machine. */
export interface OpenHost {
  readonly host: Host;
  readonly isLocal: boolean;
}

/** Opens the host, runs `work`, closes the host whatever happens. @throws {AppError} the codes of `sshHost`, `USAGE` for an unreadable address. */
export async function withHost<T>(options: ConnectionOptions, context: CommandContext, work: (open: OpenHost) => Promise<T>): Promise<T> {
  const open = await openHost(options, context);
  try {
    return await work(open);
  } finally {
    await open.host.close();
  }
}

async function openHost(options: ConnectionOptions, context: CommandContext): Promise<OpenHost> {
  if (options.host === undefined) return { host: localHost(), isLocal: true };
  const { user, hostname, port } = parseAddress(options.host);
  // The SSH library is only loaded where it is used: most installations are local, and starting must be quick.
  const { sshHost } = await import('../../host/ssh.ts');
  const home = context.env.HOME ?? homedir();
  const agent = context.env.SSH_AUTH_SOCK;
  const keyFiles = options.identity?.map((path) => resolve(context.cwd, path)) ?? defaultKeys(home);
  const host = await sshHost({
    id: options.host,
    hostname,
    user,
    port,
    keyFiles,
    ...(agent === undefined || options.identity !== undefined ? {} : { agent }),
    hostKeys: {
      files:
        options.knownHosts === undefined
          ? [join(home, '.ssh/known_hosts'), '/etc/ssh/ssh_known_hosts']
          : [resolve(context.cwd, options.knownHosts)],
      unknown: options.acceptNew === true ? 'accept' : 'refuse',
    },
  });
  return { host, isLocal: false };
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
