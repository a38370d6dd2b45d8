/** Location blocks of the home server for the components behind it. */
import type { Desired } from '../../install/contract/desired.ts';
import { block, directive, type NginxNode, withVariables } from '../../template/nginx-config.ts';
import { type ComponentMount, componentMounts } from '../kit/component-mounts.ts';
import { forwardedHeaders, websocketDirectives } from './server-directives.ts';

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
