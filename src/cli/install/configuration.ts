/** Which configuration an installation has, and which of its hosts is meant. */
import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { resolve } from 'node:path';
import { AppError, messageOf } from '../../base/errors.ts';
import { type Inventory, type InventoryHost, parseInventory } from '../../config/inventory/inventory.ts';
import { DEFAULT_SETTINGS, type EngineSettings } from '../../install/contract/engine-settings.ts';
import type { CommandContext } from '../program/command.ts';

/** A configuration file larger than this is none. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Reads pigsty.yml; null without one. @throws {AppError} `CONFIG_MISSING`, `CONFIG_INVALID` with every fault. */
export async function readConfiguration(path: string | undefined, context: CommandContext): Promise<Inventory | null> {
  if (path === undefined) return null;
  const file = resolve(context.cwd, path);
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    throw new AppError('CONFIG_MISSING', `cannot read ${file}: ${messageOf(error)}`, {
      hint: 'name Pigsty’s own pigsty.yml, or leave --config away for one host with defaults',
      cause: error,
    });
  }
  if (bytes.length > MAX_BYTES) throw new AppError('CONFIG_INVALID', `${file} has ${bytes.length} bytes, at most ${MAX_BYTES} are read`);
  return parseInventory(bytes.toString(), file);
}

/** Where this program runs: every address of this machine. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map((one) => one.address));
}

/**
 * The admin host of a configuration: the one INFRA host everybody else asks. Pigsty's `admin_ip`.
 *
 * @throws {AppError} `CONFIG_INVALID` when the inventory does not hold it.
 */
export function adminHost(inventory: Inventory): InventoryHost {
  const adminIp = inventory.hosts.find((host) => host.groups.includes('infra'))?.params.admin_ip;
  const found = inventory.hosts.find((host) => host.address === adminIp);
  if (found !== undefined) return found;
  throw new AppError('CONFIG_INVALID', `${inventory.path}: admin_ip is ${adminIp}, which is no host of the configuration`);
}

/** True when `host` is this machine by what the configuration says. */
export function isThisMachine(host: InventoryHost): boolean {
  return host.connection.isLocal || ownAddresses().includes(host.address);
}

/**
 * The host of the configuration that is being set up: this program sets up the admin host.
 *
 * @param hostname what was connected to; null for this machine.
 * @throws {AppError} `CONFIG_INVALID` when the host that was opened is another one.
 */
export function chosenHost(inventory: Inventory, hostname: string | null): InventoryHost {
  const admin = adminHost(inventory);
  const isIt =
    hostname === null
      ? isThisMachine(admin)
      : hostname === admin.address || hostname === admin.connection.host || inventory.hosts.length === 1;
  if (isIt) return admin;
  const opened = hostname === null ? `this machine (${ownAddresses().join(' ')})` : hostname;
  throw new AppError('CONFIG_INVALID', `${inventory.path} describes ${admin.address} as admin host, and ${opened} is not it`, {
    hint: `install on ${admin.address} first: its CA signs the certificates of all others`,
  });
}

/** What the engine has to know of the configuration before it looks at the host. */
export function settingsOf(host: InventoryHost | null, key: string | null): EngineSettings {
  if (host === null) return { ...DEFAULT_SETTINGS, key };
  const { nginx_home: webRoot, nginx_data: webData, repo_name: repoName, repo_remove: repoRemove } = host.params;
  return { webRoot, webData, repoName, repoRemove, key };
}
