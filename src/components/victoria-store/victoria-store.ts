/** VictoriaLogs and VictoriaTraces: the same program in two editions, one data directory each, nothing but options to configure. */
import type { HostFacts } from '../../facts/types.ts';
import type { Service, ServicePlan } from '../../install/contract/declaration.ts';
import type { Desired, HostParams } from '../../install/contract/desired.ts';
import { splitOptions } from '../../template/systemd-unit.ts';
import { infraBaseSteps, infraEntryOf, infraListen, userSteps } from '../kit/component.ts';
import { daemonSteps, httpProbe, MAX_FILES, tcpClaim } from '../kit/daemon.ts';
import { openPortSteps } from '../kit/firewall.ts';

interface Store {
  readonly name: 'vlogs' | 'vtraces';
  readonly description: string;
  readonly directory: string;
}

/** Stores logs of all hosts (https://docs.victoriametrics.com/victorialogs/). */
export const vlogs: Service<HostParams> = storeService({
  name: 'vlogs',
  description: 'VictoriaLogs, log database',
  directory: '/infra/logs',
});

/** Stores traces of applications (https://docs.victoriametrics.com/victoriatraces/). */
export const vtraces: Service<HostParams> = storeService({
  name: 'vtraces',
  description: 'VictoriaTraces, trace database',
  directory: '/infra/traces',
});

function storeService(store: Store): Service<HostParams> {
  return { name: store.name, phase: 'infra', plan: (desired, facts) => planStore(store, desired, facts) };
}

function planStore(store: Store, desired: Desired, facts: HostFacts): ServicePlan | null {
  const entry = infraEntryOf(desired, store.name);
  if (entry === null) return null;
  const port = desired.params[`${store.name}_port`];
  const isEnabled = desired.params[`${store.name}_enabled`];
  // Every host sends to it, so loopback is enough only for a host alone.
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
