/** Blackbox exporter: probes by ICMP, TCP and HTTP on request of VictoriaMetrics (https://github.com/prometheus/blackbox_exporter). */

import { type Service, type Step, TEMP_FILE } from '../../install/contract/declaration.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { splitOptions } from '../../template/systemd-unit.ts';
import { formatYamlFile } from '../../template/yaml-file.ts';
import { infraBaseSteps, userSteps } from '../kit/base-steps.ts';
import { infraEntryOf } from '../kit/component-entry.ts';
import { daemonSteps } from '../kit/daemon-steps.ts';
import { httpProbe } from '../kit/http-probe.ts';
import { infraListen } from '../kit/listen-address.ts';
import { tcpClaim } from '../kit/tcp-claim.ts';
import { reloadOf, unitOf } from '../kit/unit-step.ts';

/** Of root's rights it needs only raw sockets, for ICMP: it runs as this user with that one capability. */
const USER = 'prometheus';

export const blackbox: Service<HostParams> = {
  name: 'blackbox',
  phase: 'infra',
  plan(desired) {
    const { params } = desired;
    const entry = infraEntryOf(desired, 'blackbox');
    if (entry === null || entry.binary === null) return null;
    const listen = infraListen(desired, params.blackbox_port);
    const steps: Step[] = [
      ...infraBaseSteps(desired),
      ...userSteps(USER, '/infra', ['infra']),
      {
        kind: 'file',
        path: '/etc/blackbox.yml',
        content: formatBlackboxConfig(),
        validate: [entry.binary, '--config.check', '--config.file', TEMP_FILE],
        notify: reloadOf(unitOf(entry, 'blackbox_exporter')),
      },
      ...daemonSteps({
        component: 'blackbox_exporter',
        entry,
        description: 'Blackbox exporter, probes hosts and services',
        options: ['--config.file=/etc/blackbox.yml', `--web.listen-address=${listen}`, ...splitOptions(params.blackbox_options)],
        user: USER,
        group: USER,
        isEnabled: params.blackbox_enabled,
        capabilities: ['CAP_NET_RAW'],
      }),
    ];
    if (!params.blackbox_enabled) return { steps };
    return { steps, probes: [httpProbe('blackbox', listen, '/-/healthy')], ports: [tcpClaim(listen, entry)] };
  },
};

/** Text of /etc/blackbox.yml. */
export function formatBlackboxConfig(): string {
  const ip4 = { preferred_ip_protocol: 'ip4' };
  return formatYamlFile('Written by pigsty-install.', {
    modules: {
      icmp: { prober: 'icmp', icmp: ip4 },
      icmp_ttl5: { prober: 'icmp', timeout: '5s', icmp: { ...ip4, ttl: 5 } },
      http_2xx: { prober: 'http', http: ip4 },
      http_post_2xx: { prober: 'http', http: { ...ip4, method: 'POST' } },
      tcp_connect: { prober: 'tcp', tcp: ip4 },
    },
  });
}
