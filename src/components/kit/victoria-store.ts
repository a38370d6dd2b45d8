/** What VictoriaLogs and VictoriaTraces share: one data directory each, and nothing but options to configure. */
import type { HostFacts } from '../../facts/types.ts';
import type { Service, ServicePlan } from '../../install/contract/declaration.ts';
import type { Desired, HostParams } from '../../install/contract/desired.ts';
import { splitOptions } from '../../template/systemd-unit.ts';
import { infraBaseSteps, userSteps } from './base-steps.ts';
import { infraEntryOf } from './component-entry.ts';
import { daemonSteps, MAX_FILES } from './daemon-steps.ts';
import { httpProbe } from './http-probe.ts';
import { infraListen } from './listen-address.ts';
import { openPortSteps } from './open-port-steps.ts';
import { tcpClaim } from './tcp-claim.ts';

/** What the two differ in. */
export interface VictoriaStore {
  readonly name: 'vlogs' | 'vtraces';
  readonly description: string;
  readonly directory: string;
}

/** The component of a store. */
export function victoriaStore(store: VictoriaStore): Service<HostParams> {
  return { name: store.name, phase: 'infra', plan: (desired, facts) => planStore(store, desired, facts) };
}

function planStore(store: VictoriaStore, desired: Desired, facts: HostFacts): ServicePlan | null {
  const entry = infraEntryOf(desired, store.name);
  if (entry === null) return null;
  const port = desired.params[`${store.name}_port`];
  const isEnabled = desired.params[`${store.name}_enabled`];
  // Every host sends to it, so loopback is enough only when there is one host.
  const isShared = desired.hosts.length > 1;
  const listen = isShared ? `:${port}` : infraListen(desired, port);
  const steps = [
    ...infraBaseSteps(desired),
    ...userSteps(entry.user, '/infra', ['infra']),
    { kind: 'directory', path: store.directory, mode: 0o750, owner: entry.user, group: 'infra' } as const,
    ...daemonSteps({
      component: store.name,
      entry,
      description: store.description,
      options: [
        `-storageDataPath=${store.directory}`,
        `-httpListenAddr=${listen}`,
        ...splitOptions(desired.params[`${store.name}_options`]),
      ],
      user: entry.user,
      group: entry.user,
      isEnabled,
      writable: [store.directory],
      maxFiles: MAX_FILES,
      settings: [
        ['OOMScoreAdjust', '-1000'],
        ['TimeoutStartSec', '120s'],
        ['TimeoutStopSec', '120s'],
      ],
    }),
  ];
  if (!isEnabled) return { steps };
  return {
    steps: isShared ? [...steps, ...openPortSteps(facts, port, 'tcp')] : steps,
    probes: [httpProbe(store.name, listen, '/health', 'OK')],
    ports: [tcpClaim(listen, entry)],
  };
}
