/**
 * Vector on every host: reads the journal of the system, on INFRA hosts also the logs of nginx, and sends them to every VictoriaLogs
 * (https://vector.dev/docs/).
 */

import type { Service, Step } from '../../install/contract/declaration.ts';
import type { Desired, HostParams } from '../../install/contract/desired.ts';
import { entryOf } from '../kit/component-entry.ts';
import { daemonSteps } from '../kit/daemon-steps.ts';
import { httpProbe } from '../kit/http-probe.ts';
import { nodeListen } from '../kit/listen-address.ts';
import { openPortSteps } from '../kit/open-port-steps.ts';
import { tcpClaim } from '../kit/tcp-claim.ts';
import { reloadOf, unitOf } from '../kit/unit-step.ts';
import { formatNginxLogs, formatNodeLogs, formatVectorMain } from './vector-config.ts';

export const vector: Service<HostParams> = {
  name: 'vector',
  phase: 'node-monitor',
  plan(desired, facts) {
    const entry = entryOf(desired, 'vector');
    if (entry === null || entry.binary === null) return null;
    const { params } = desired;
    const unit = unitOf(entry, 'vector');
    const listen = nodeListen(desired, facts, params.vector_port);
    const steps: Step[] = [
      { kind: 'directory', path: params.vector_data, mode: 0o700 },
      { kind: 'directory', path: '/etc/vector', mode: 0o755 },
      { kind: 'file', path: '/etc/vector/vector.yaml', content: formatVectorMain(desired, listen), notify: reloadOf(unit) },
      ...moduleFiles(desired).map(({ path, content }): Step => ({ kind: 'file', path, content, mode: 0o600, notify: reloadOf(unit) })),
      {
        kind: 'check',
        id: 'vector validate',
        argv: [entry.binary, 'validate', '--no-environment', '--config-dir', '/etc/vector'],
        covers: ['/etc/vector/'],
      },
      ...daemonSteps({
        component: 'vector',
        entry,
        description: 'Vector, sends logs to VictoriaLogs',
        options: ['--config-dir', '/etc/vector'],
        user: entry.user,
        group: entry.user,
        isEnabled: params.vector_enabled,
        // The journal and log directories of all users are what it reads.
        capabilities: ['CAP_DAC_READ_SEARCH'],
        seesHost: true,
        after: ['network-online.target'],
        wants: ['network-online.target'],
        maxFiles: 655_360,
      }),
    ];
    if (!params.vector_enabled) return { steps };
    return {
      steps: desired.hosts.length > 1 ? [...steps, ...openPortSteps(facts, params.vector_port, 'tcp')] : steps,
      probes: [httpProbe('vector', listen, '/metrics')],
      ports: [tcpClaim(listen, entry)],
    };
  },
};

function moduleFiles(desired: Desired): { path: string; content: string }[] {
  const node = { path: '/etc/vector/node.yaml', content: formatNodeLogs(desired) };
  const seq = desired.host.infraSeq;
  return seq === undefined ? [node] : [node, { path: '/etc/vector/nginx.yaml', content: formatNginxLogs(desired, seq) }];
}
