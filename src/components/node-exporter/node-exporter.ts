/** node_exporter: metrics of the host, on every host (https://github.com/prometheus/node_exporter). */

import type { Service } from '../../install/contract/declaration.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { splitOptions } from '../../template/systemd-unit.ts';
import { entryOf } from '../kit/component-entry.ts';
import { daemonSteps } from '../kit/daemon-steps.ts';
import { httpProbe } from '../kit/http-probe.ts';
import { nodeListen } from '../kit/listen-address.ts';
import { openPortSteps } from '../kit/open-port-steps.ts';
import { tcpClaim } from '../kit/tcp-claim.ts';

export const nodeExporter: Service<HostParams> = {
  name: 'node_exporter',
  phase: 'node-monitor',
  plan(desired, facts) {
    const { params } = desired;
    const entry = entryOf(desired, 'node_exporter');
    if (entry === null) return null;
    const listen = nodeListen(desired, facts, params.node_exporter_port);
    const steps = daemonSteps({
      component: 'node_exporter',
      entry,
      description: 'node exporter, metrics of this host',
      options: [
        `--web.listen-address=${listen}`,
        `--web.telemetry-path=${params.exporter_metrics_path}`,
        ...splitOptions(params.node_exporter_options),
      ],
      user: entry.user,
      group: entry.user,
      isEnabled: params.node_exporter_enabled,
      // Mount points are one of the things it measures.
      seesHost: true,
      reloads: false,
      settings: [['CPUQuota', '30%']],
    });
    if (!params.node_exporter_enabled) return { steps };
    return {
      steps: desired.hosts.length > 1 ? [...steps, ...openPortSteps(facts, params.node_exporter_port, 'tcp')] : steps,
      probes: [httpProbe('node_exporter', listen, params.exporter_metrics_path, 'node_exporter_build_info')],
      ports: [tcpClaim(listen, entry)],
    };
  },
};
