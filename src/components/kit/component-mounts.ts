/** Components behind the portal: below which path each one is, on which port it listens, and what answers there when it works. */
import type { Desired } from '../../install/contract/desired.ts';
import { hasComponent } from './component-entry.ts';

/** One component below a path of the portal. */
export interface ComponentMount {
  readonly component: string;
  /** With both slashes. */
  readonly path: string;
  readonly port: number;
  /** Below the path, what answers 200 when it works. */
  readonly health: string;
  /** Has a login of its own: stays open when the portal asks for a password. */
  readonly isOpen?: boolean;
}

const MOUNTS = [
  { component: 'grafana', path: '/ui/', health: 'api/health', isOpen: true, port: 'grafana_port', enabled: 'grafana_enabled' },
  { component: 'vmetrics', path: '/vmetrics/', health: 'health', port: 'vmetrics_port', enabled: 'vmetrics_enabled' },
  { component: 'vlogs', path: '/vlogs/', health: 'health', port: 'vlogs_port', enabled: 'vlogs_enabled' },
  { component: 'vtraces', path: '/vtraces/', health: 'health', port: 'vtraces_port', enabled: 'vtraces_enabled' },
  { component: 'vmalert', path: '/vmalert/', health: 'health', port: 'vmalert_port', enabled: 'vmalert_enabled' },
  { component: 'alertmanager', path: '/alertmgr/', health: '-/healthy', port: 'alertmanager_port', enabled: 'alertmanager_enabled' },
  { component: 'blackbox', path: '/blackbox/', health: '-/healthy', port: 'blackbox_port', enabled: 'blackbox_enabled' },
] as const;

/** Every path a component can have, whether or not this bundle has it. */
export const MOUNT_PATHS: readonly string[] = MOUNTS.map(({ path }) => path);

/** Mounts of the components this bundle has and the configuration switches on. */
export function componentMounts(desired: Desired): ComponentMount[] {
  const { params } = desired;
  return MOUNTS.filter(({ component, enabled }) => hasComponent(desired, component) && params[enabled]).map(
    ({ component, path, port, health, ...rest }) => ({
      component,
      path,
      port: params[port],
      health,
      ...('isOpen' in rest ? { isOpen: true } : {}),
    }),
  );
}
