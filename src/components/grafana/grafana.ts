/** Grafana, served below /ui/ of the portal. Data sources and dashboards are provisioned from files: nothing is pushed through its API. */

import type { FileStep, Service, Step } from '../../install/contract/declaration.ts';
import type { HostParams } from '../../install/contract/desired.ts';
import { RETAINED_SECRETS } from '../../install/state/retained-paths.ts';
import { infraBaseSteps, installSteps, userSteps } from '../kit/base-steps.ts';
import { infraEntryOf } from '../kit/component-entry.ts';
import { httpProbe } from '../kit/http-probe.ts';
import { infraListen } from '../kit/listen-address.ts';
import { tcpClaim } from '../kit/tcp-claim.ts';
import { restartOf, unitOf, unitStep } from '../kit/unit-step.ts';
import { DASHBOARD_DIRECTORY, dashboardFiles, formatDashboardProviders } from './dashboards.ts';
import { formatDatasources } from './datasources.ts';
import { formatGrafanaIni } from './grafana-ini.ts';

export const grafana: Service<HostParams> = {
  name: 'grafana',
  phase: 'infra',
  plan(desired) {
    const entry = infraEntryOf(desired, 'grafana');
    if (entry === null) return null;
    const { params } = desired;
    const unit = unitOf(entry, 'grafana-server');
    const listen = infraListen(desired, params.grafana_port);
    const owned = (path: string, mode: number): Step => ({ kind: 'directory', path, mode, owner: entry.user, group: entry.user });
    const config = (path: string, content: string): FileStep => ({
      kind: 'file',
      path,
      content,
      mode: 0o640,
      group: entry.user,
      secret: true,
      notify: restartOf(unit),
    });
    const steps: Step[] = [
      ...infraBaseSteps(desired),
      ...userSteps(entry.user, '/var/lib/grafana', ['infra']),
      ...installSteps(entry, restartOf(unit)),
      owned('/etc/grafana', 0o755),
      owned('/etc/dashboards', 0o755),
      { kind: 'directory', path: DASHBOARD_DIRECTORY, mode: 0o750, owner: 'root', group: 'infra' },
      config('/etc/grafana/grafana.ini', formatGrafanaIni(desired, listen)),
      config('/etc/grafana/provisioning/datasources/pigsty.yml', formatDatasources(desired)),
      { ...config('/etc/grafana/provisioning/dashboards/pigsty.yml', formatDashboardProviders()), secret: false },
      // Grafana looks at dashboards by itself.
      ...dashboardFiles(desired).map(([path, content]): Step => ({ kind: 'file', path, content, mode: 0o640, group: 'infra' })),
      unitStep(unit, params.grafana_enabled),
    ];
    if (!params.grafana_enabled) return { steps };
    return {
      steps,
      probes: [{ ...httpProbe('grafana', listen, '/api/health', 'ok'), withinMs: 180_000 }],
      ports: [{ ...tcpClaim(listen, entry), holders: ['grafana', 'grafana-server'] }],
      secrets:
        params.grafana_admin_password === undefined
          ? [{ name: 'Grafana', path: RETAINED_SECRETS, user: params.grafana_admin_username }]
          : [],
    };
  },
};
