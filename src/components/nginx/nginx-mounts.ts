/** Components behind the home server: where each is mounted, what answers there, and its location blocks. */
import type { Desired } from '../../install/contract/desired.ts';
import { block, directive, type NginxNode, withVariables } from '../../template/nginx-config.ts';
import { hasComponent } from '../kit/component.ts';
import { forwardedHeaders, websocketDirectives } from './nginx-common.ts';

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

/** Location blocks of all mounts, Grafana's first. */
export function mountLocations(desired: Desired): NginxNode[] {
  return componentMounts(desired).flatMap((mount) => (mount.component === 'grafana' ? grafanaLocations(mount) : [strippedLocation(mount)]));
}

/** Everything but Grafana serves from its root: the prefix is taken away. */
function strippedLocation({ path, port }: ComponentMount): NginxNode {
  return block('location', [path], [directive('proxy_pass', `http://127.0.0.1:${port}/`), ...forwardedHeaders()]);
}

/** Grafana serves from /ui/ itself; its dashboards carry links relative to that, which lead back to the other mounts. */
function grafanaLocations({ path, port }: ComponentMount): NginxNode[] {
  const host = directive('proxy_set_header', 'Host', withVariables('$http_host'));
  const target = directive('proxy_pass', `http://127.0.0.1:${port}`);
  return [
    block(
      'location',
      [path],
      [
        target,
        host,
        directive('proxy_set_header', 'X-Forwarded-Host', withVariables('$http_host')),
        directive('proxy_set_header', 'Origin', withVariables('$scheme://$http_host')),
        // Grafana may trust this header from this host: what a browser sends must not reach it. Nothing is passed for an empty value.
        directive('proxy_set_header', 'X-WEBAUTH-USER', ''),
        ...forwardedHeaders(),
        directive('auth_basic', 'off'),
      ],
    ),
    block('location', [`${path}api/live/`], [target, host, ...websocketDirectives(), directive('auth_basic', 'off')]),
    block(
      'location',
      ['~', withVariables('^/ui(/(?:vmetrics|vlogs|vtraces|vmalert|haproxy|alertmgr)/.*)$')],
      [directive('return', 301, withVariables('$1$is_args$args'))],
    ),
  ];
}
