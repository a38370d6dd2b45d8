/**
 * The one place where configuration, retained secrets and the bundle become what a host shall be. Keys and passwords that are not there
 * are made here.
 */
import { randomFillSync } from 'node:crypto';
import { defaultInventory, type Inventory, type InventoryHost } from '../../config/inventory/inventory.ts';
import type { HostFacts } from '../../facts/types.ts';
import type { BundleView } from '../contract/declaration.ts';
import type { Desired } from '../contract/desired.ts';
import type { InstallFacts } from '../state/earlier-runs.ts';
import { RETAINED_SECRETS } from '../state/retained-paths.ts';
import { buildDesired, certificateAddresses, hostIdentity } from './build-desired.ts';
import { ensureAuthority, ensurePki } from './ensure-pki.ts';
import { ensureSecrets } from './ensure-secrets.ts';
import { wantedCertificates } from './wanted-certificates.ts';

/** What {@link desiredStateOf} is made from. */
export interface DesiredSource {
  readonly bundle: BundleView;
  readonly assets: ReadonlyMap<string, Uint8Array>;
  /** Null: one host, its own address, defaults. */
  readonly inventory: Inventory | null;
  /** What was connected to; null for this machine. */
  readonly hostname: string | null;
  /** Seconds since 1970. */
  readonly nowSec: number;
}

/**
 * How the host with these facts shall be. What earlier runs kept on it (CA, certificates, passwords) is used again.
 *
 * @throws {AppError} `CONFIG_INVALID` when what is kept cannot be used.
 */
export async function desiredStateOf(source: DesiredSource, facts: InstallFacts, chosen: InventoryHost | null): Promise<Desired> {
  const inventory = source.inventory ?? defaultInventory(addressOf(facts, source.hostname));
  const host = chosen ?? (inventory.hosts[0] as InventoryHost);
  const hostnames = new Map([[host.address, facts.hostname]]);
  const { nodename } = hostIdentity(host, hostnames);
  const wanted = wantedCertificates(inventory, host, nodename, certificateAddresses(facts.addresses));
  const authority = await ensureAuthority(facts.retained, wanted, source.nowSec);
  const pki = await ensurePki(facts.retained, authority, wanted, source.nowSec);
  const secrets = ensureSecrets(host.params, facts.retained.get(RETAINED_SECRETS), randomFillSync);
  return buildDesired(host.address, { inventory, hostnames, bundle: source.bundle, pki, secrets, assets: source.assets });
}

/** The address a host without configuration goes by: the one it was reached at, else its first IPv4 one. */
function addressOf(facts: HostFacts, hostname: string | null): string {
  if (hostname !== null && facts.addresses.includes(hostname)) return hostname;
  return facts.addresses.find((one) => one.includes('.')) ?? facts.addresses[0] ?? '127.0.0.1';
}
