/** Inventory, bundle, keys and passwords → how each host shall be. Pure; what comes from hosts or from randomness is handed in. */
import { compareCodeUnits } from '../../base/compare.ts';
import type { Inventory, InventoryHost, NodeParams } from '../../config/inventory/inventory.ts';
import type { BundleView, HostIdentity, Pki } from '../contract/declaration.ts';
import type { Desired } from '../contract/desired.ts';

/** What {@link buildDesired} needs besides the inventory. */
export interface DesiredInput {
  readonly inventory: Inventory;
  /** Host names by address, as the hosts themselves say; used where the configuration gives no node name. */
  readonly hostnames: ReadonlyMap<string, string>;
  readonly bundle: BundleView;
  readonly pki: Pki;
  readonly secrets: Readonly<Record<string, string>>;
  /** By path below `assets/`. */
  readonly assets: ReadonlyMap<string, Uint8Array>;
}

/** How the host with this address shall be. The address must be in the inventory. */
export function buildDesired(address: string, input: DesiredInput): Desired {
  const { inventory, bundle, pki, secrets, assets } = input;
  const own = inventory.hosts.find((host) => host.address === address);
  if (own === undefined) throw new Error(`no host ${address} in the inventory`);
  const hosts = inventory.hosts.map((host) => hostIdentity(host, input.hostnames));
  const host = hosts.find((one) => one.address === address) as HostIdentity;
  const peers: Record<string, NodeParams> = Object.fromEntries(inventory.hosts.map((one) => [one.address, one.params]));
  return { host, hosts, adminIp: own.params.admin_ip, params: { ...own.params, peers }, bundle, pki, secrets, assets };
}

/** Names of a host by Pigsty's rules: the PostgreSQL instance's, else the configured one, else what the host calls itself. */
export function hostIdentity(host: InventoryHost, hostnames: ReadonlyMap<string, string>): HostIdentity {
  const { params } = host;
  const nodename = host.pgName ?? params.nodename ?? hostnames.get(host.address) ?? host.address.replaceAll(/[.:]/g, '-');
  const cluster = params.node_cluster !== 'nodes' ? params.node_cluster : (host.pgCluster ?? 'nodes');
  const identity = { address: host.address, nodename, cluster };
  return host.groups.includes('infra') && params.infra_seq !== undefined ? { ...identity, infraSeq: params.infra_seq } : identity;
}

/**
 * Addresses of a host that belong into its certificates beside the inventory's: those it has itself, sorted, loopback and link-local left
 * out.
 */
export function certificateAddresses(addresses: readonly string[]): string[] {
  return addresses.filter((address) => !/^(?:127\.|169\.254\.|::1$|fe80:)/i.test(address)).sort(compareCodeUnits);
}
