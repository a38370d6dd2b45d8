/** The parameters services read: those of their own host, and of every other one for what they have to know of each other. */
import type { NodeParams } from '../../config/inventory/inventory.ts';
import type { DesiredState, HostIdentity } from './declaration.ts';

/** What {@link DesiredState.params} is for the services of this program. */
export interface HostParams extends NodeParams {
  /** By address, every host of the inventory, this one included. */
  readonly peers: Readonly<Record<string, NodeParams>>;
}

/** Everything that decides how a host shall be, as the services get it. */
export type Desired = DesiredState<HostParams>;

/** Parameters of another host; the own ones when the inventory does not know it. */
export function paramsOf(desired: Desired, host: HostIdentity): NodeParams {
  return desired.params.peers[host.address] ?? desired.params;
}
