/** nginx-exporter: metrics of the nginx beside it, read from its status page (https://github.com/nginx/nginx-prometheus-exporter). */

import type { Service } from '../../install/contract/declaration.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { infraBaseSteps, userSteps } from '../kit/base-steps.ts';
import { infraEntryOf } from '../kit/component-entry.ts';
import { daemonSteps } from '../kit/daemon-steps.ts';
import { httpProbe } from '../kit/http-probe.ts';
import { infraListen } from '../kit/listen-address.ts';
import { tcpClaim } from '../kit/tcp-claim.ts';

export const nginxExporter: Service<HostParams> = {
  name: 'nginx_exporter',
  phase: 'infra',
  plan(desired) {
    const { params } = desired;
    const entry = infraEntryOf(desired, 'nginx_exporter');
    if (entry === null) return null;
    const listen = infraListen(desired, params.nginx_exporter_port);
    const isEnabled = params.nginx_exporter_enabled && params.nginx_enabled;
    const steps = [
      ...infraBaseSteps(desired),
      ...userSteps(entry.user, '/infra', ['infra']),
      ...daemonSteps({
        component: 'nginx_exporter',
        entry,
        description: 'nginx exporter, metrics of nginx',
        options: [`--nginx.scrape-uri=http://127.0.0.1:${params.nginx_port}/nginx`, `--web.listen-address=${listen}`],
        user: entry.user,
        group: entry.user,
        isEnabled,
        after: ['nginx.service'],
      }),
    ];
    if (!isEnabled) return { steps };
    return { steps, probes: [httpProbe('nginx_exporter', listen, '/metrics', 'nginx_up')], ports: [tcpClaim(listen, entry)] };
  },
};
