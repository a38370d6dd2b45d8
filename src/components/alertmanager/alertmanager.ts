/**
 * Alertmanager: receives the alerts of vmalert (https://prometheus.io/docs/alerting/). The operator decides where they are sent;
 * until he does, the receiver sends nothing.
 */
import { dirname } from 'node:path';
import { type Service, type Step, TEMP_FILE } from '../../install/contract/declaration.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { splitOptions } from '../../template/systemd-unit.ts';
import { formatYamlFile } from '../../template/yaml-file.ts';
import { infraBaseSteps, userSteps } from '../kit/base-steps.ts';
import { infraEntryOf } from '../kit/component-entry.ts';
import { daemonSteps } from '../kit/daemon-steps.ts';
import { httpProbe } from '../kit/http-probe.ts';
import { infraListen } from '../kit/listen-address.ts';
import { portalUrl } from '../kit/portal-url.ts';
import { tcpClaim } from '../kit/tcp-claim.ts';
import { reloadOf, unitOf } from '../kit/unit-step.ts';

export const alertmanager: Service<HostParams> = {
  name: 'alertmanager',
  phase: 'infra',
  plan(desired) {
    const { params } = desired;
    const entry = infraEntryOf(desired, 'alertmanager');
    if (entry === null || entry.binary === null) return null;
    const listen = infraListen(desired, params.alertmanager_port);
    const unit = unitOf(entry, 'alertmanager');
    const steps: Step[] = [
      ...infraBaseSteps(desired),
      ...userSteps(entry.user, '/infra', ['infra']),
      { kind: 'directory', path: '/infra/alertmgr', mode: 0o700, owner: entry.user, group: 'infra' },
      {
        kind: 'file',
        path: '/etc/alertmanager.yml',
        content: formatAlertmanagerConfig(),
        mode: 0o640,
        group: entry.user,
        // The operator adds receivers here, so the file is written only once.
        initial: true,
        validate: [`${dirname(entry.binary)}/amtool`, 'check-config', TEMP_FILE],
        notify: reloadOf(unit),
      },
      ...daemonSteps({
        component: 'alertmanager',
        entry,
        description: 'Alertmanager, collects and routes alerts',
        options: [
          '--config.file=/etc/alertmanager.yml',
          `--web.listen-address=${listen}`,
          // Each INFRA host is on its own: no gossip port.
          '--cluster.listen-address=',
          '--storage.path=/infra/alertmgr',
          `--web.external-url=${portalUrl(desired, '/alertmgr')}`,
          '--web.route-prefix=/',
          ...splitOptions(params.alertmanager_options),
        ],
        user: entry.user,
        group: entry.user,
        isEnabled: params.alertmanager_enabled,
        writable: ['/infra/alertmgr'],
      }),
    ];
    if (!params.alertmanager_enabled) return { steps };
    return { steps, probes: [httpProbe('alertmanager', listen, '/-/healthy')], ports: [tcpClaim(listen, entry)] };
  },
};

/** Text of /etc/alertmanager.yml. */
export function formatAlertmanagerConfig(): string {
  return formatYamlFile('Written once by pigsty-install. Add receivers here; it is not touched again.', {
    global: { resolve_timeout: '5m' },
    route: { receiver: 'default', group_by: ['alertname'], group_wait: '30s', group_interval: '5m', repeat_interval: '4h' },
    receivers: [{ name: 'default' }],
    inhibit_rules: [
      { source_matchers: ['alertname="NodeDown"'], target_matchers: ['category="node"', 'alertname!="NodeDown"'], equal: ['ip'] },
    ],
  });
}
