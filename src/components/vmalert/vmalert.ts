/**
 * vmalert: evaluates the rules below /infra/rules against VictoriaMetrics and sends alerts to Alertmanager
 * (https://docs.victoriametrics.com/vmalert/).
 */

import { type Service, type Step, TEMP_FILE } from '../../install/contract/declaration.ts';
import type { Desired, HostParams } from '../../install/contract/desired.ts';
import { splitOptions } from '../../template/systemd-unit.ts';
import { assetsOf } from '../kit/assets-of.ts';
import { infraBaseSteps, userSteps } from '../kit/base-steps.ts';
import { hasComponent, infraEntryOf } from '../kit/component-entry.ts';
import { daemonSteps, MAX_FILES } from '../kit/daemon-steps.ts';
import { httpProbe } from '../kit/http-probe.ts';
import { infraListen } from '../kit/listen-address.ts';
import { portalUrl } from '../kit/portal-url.ts';
import { tcpClaim } from '../kit/tcp-claim.ts';
import { reloadOf, unitOf } from '../kit/unit-step.ts';

export const vmalert: Service<HostParams> = {
  name: 'vmalert',
  phase: 'infra',
  plan(desired) {
    const { params } = desired;
    const entry = infraEntryOf(desired, 'vmalert');
    if (entry === null || entry.binary === null) return null;
    const isEnabled = params.vmalert_enabled && params.vmetrics_enabled;
    const listen = infraListen(desired, params.vmalert_port);
    const unit = unitOf(entry, 'vmalert');
    const steps: Step[] = [
      ...infraBaseSteps(desired),
      ...userSteps(entry.user, '/infra', ['infra']),
      { kind: 'directory', path: '/infra/rules', mode: 0o750, owner: entry.user, group: 'infra' },
      ...assetsOf(desired, 'rules').map(
        ([path, content]): Step => ({
          kind: 'file',
          path: `/infra/${path}`,
          content,
          owner: entry.user,
          group: 'infra',
          validate: [entry.binary as string, '-dryRun', '-rule', TEMP_FILE],
          notify: reloadOf(unit),
        }),
      ),
      ...daemonSteps({
        component: 'vmalert',
        entry,
        description: 'vmalert, evaluates alerting and recording rules',
        options: [...vmalertOptions(desired, listen), ...splitOptions(params.vmalert_options)],
        user: entry.user,
        group: entry.user,
        isEnabled,
        after: ['vmetrics.service'],
        wants: ['vmetrics.service'],
        maxFiles: MAX_FILES / 8,
        settings: [['OOMScoreAdjust', '-1000']],
      }),
    ];
    if (!isEnabled) return { steps };
    return { steps, probes: [httpProbe('vmalert', listen, '/health', 'OK')], ports: [tcpClaim(listen, entry)] };
  },
};

function vmalertOptions(desired: Desired, listen: string): string[] {
  const { params } = desired;
  const metrics = `http://127.0.0.1:${params.vmetrics_port}`;
  const notifies = params.alertmanager_enabled && hasComponent(desired, 'alertmanager');
  return [
    `-datasource.url=${metrics}`,
    `-remoteRead.url=${metrics}`,
    `-remoteWrite.url=${metrics}`,
    // Without Alertmanager the rules are evaluated all the same, and their state is kept as series.
    ...(notifies ? [`-notifier.url=http://127.0.0.1:${params.alertmanager_port}`] : ['-notifier.blackhole']),
    `-httpListenAddr=${listen}`,
    '-rule=/infra/rules/*.yml',
    `-evaluationInterval=${params.vmetrics_scrape_interval}`,
    `-external.url=${portalUrl(desired, '/vmalert')}`,
  ];
}
