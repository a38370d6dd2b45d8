/** Which host of a configuration is set up: the admin host. */
import { AppError } from '../../base/errors.ts';
import type { Inventory, InventoryHost } from '../../config/inventory/inventory.ts';

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

/** True when `host` is the machine with these addresses by what the configuration says. */
export function isThisMachine(host: InventoryHost, ownAddresses: readonly string[]): boolean {
  return host.connection.isLocal || ownAddresses.includes(host.address);
}

/**
 * The admin host, when it is the host that was opened: this program sets up no other.
 *
 * @param hostname what was connected to; null for this machine.
 * @param ownAddresses those of this machine.
 * @throws {AppError} `CONFIG_INVALID` when the host that was opened is another one.
 */
export function openedAdminHost(inventory: Inventory, hostname: string | null, ownAddresses: readonly string[]): InventoryHost {
  const admin = adminHost(inventory);
  const isIt =
    hostname === null
      ? isThisMachine(admin, ownAddresses)
      : hostname === admin.address || hostname === admin.connection.host || inventory.hosts.length === 1;
  if (isIt) return admin;
  const opened = hostname === null ? `this machine (${ownAddresses.join(' ')})` : hostname;
  throw new AppError('CONFIG_INVALID', `${inventory.path} describes ${admin.address} as admin host, and ${opened} is not it`, {
    hint: `install on ${admin.address} first: its CA signs the certificates of all others`,
  });
}
