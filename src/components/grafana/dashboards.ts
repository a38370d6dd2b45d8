/** Dashboards Grafana loads from files: those of the bundle, and the operator's own. */
import type { Desired } from '../../install/contract/desired.ts';
import { formatYamlFile } from '../../template/yaml-file.ts';
import { assetsOf } from '../kit/assets-of.ts';

/** Where dashboards of the bundle are put for Grafana to load; folders become folders. */
export const DASHBOARD_DIRECTORY = '/infra/dashboards';

/** Dashboards of the bundle with where they go, by path. */
export function dashboardFiles(desired: Desired): [path: string, content: Uint8Array][] {
  return assetsOf(desired, 'dashboard').map(([path, content]) => [`/infra/${path}`, content]);
}

/** Text of provisioning/dashboards/pigsty.yml. */
export function formatDashboardProviders(): string {
  const provider = (name: string, path: string) => ({
    name,
    orgId: 1,
    type: 'file',
    updateIntervalSeconds: 30,
    allowUiUpdates: true,
    options: { path, foldersFromFilesStructure: true },
  });
  return formatYamlFile('Written by pigsty-install. Your own dashboards go below /etc/dashboards.', {
    apiVersion: 1,
    providers: [provider('Pigsty', DASHBOARD_DIRECTORY), provider('Local', '/etc/dashboards')],
  });
}
