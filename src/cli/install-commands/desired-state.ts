/** The one place where configuration, kept secrets and the list of components meet the engine. */
import type { HostFacts } from '../../facts/types.ts';
import type { BundleView, DesiredState, Service } from '../../install/types.ts';

/** Every component, in the order of the phases. */
export const SERVICES: readonly Service<never>[] = [];

/** One host with its own first address. */
export async function desiredStateOf(bundle: BundleView, facts: HostFacts): Promise<DesiredState<never>> {
  const address = facts.addresses.find((one) => one.includes('.')) ?? facts.addresses[0] ?? '127.0.0.1';
  const host = { address, nodename: facts.hostname, cluster: 'nodes', infraSeq: 1 };
  return {
    host,
    hosts: [host],
    adminIp: address,
    params: undefined as never,
    bundle,
    pki: { caCert: '' },
    secrets: {},
    assets: new Map(),
  };
}
