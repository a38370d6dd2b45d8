/** The INFRA hosts of the inventory. */
import type { HostIdentity } from '../../install/contract/declaration.ts';
import type { Desired } from '../../install/contract/desired.ts';

/** INFRA hosts of the inventory, by number. */
export function infraHosts(desired: Desired): (HostIdentity & { readonly infraSeq: number })[] {
  return desired.hosts
    .flatMap((host) => (host.infraSeq === undefined ? [] : [{ ...host, infraSeq: host.infraSeq }]))
    .sort((a, b) => a.infraSeq - b.infraSeq);
}
