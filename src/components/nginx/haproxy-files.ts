/** HAProxy's admin page of every node that has one, below /haproxy/<node>/ of the portal. */
import { type Desired, paramsOf } from '../../install/contract/desired.ts';
import { block, directive, formatNginxConfig } from '../../template/nginx-config.ts';
import { hasComponent } from '../kit/component-entry.ts';
import { haproxyPath } from '../kit/haproxy-path.ts';
import { bracketed } from '../kit/listen-address.ts';

/** Files below conf.d/haproxy: an upstream and a location per node, sorted by node. */
export function haproxyFiles(desired: Desired): { name: string; content: string }[] {
  if (!hasComponent(desired, 'haproxy')) return [];
  return desired.hosts
    .filter((host) => paramsOf(desired, host).haproxy_enabled)
    .flatMap((host) => {
      const name = `haproxy-${host.nodename}`;
      const address = desired.hosts.length === 1 ? '127.0.0.1' : bracketed(host.address);
      const server = `${address}:${paramsOf(desired, host).haproxy_exporter_port}`;
      return [
        { name: `location-${host.nodename}.conf`, content: formatNginxConfig([location(host.nodename, name)]) },
        {
          name: `upstream-${host.nodename}.conf`,
          content: formatNginxConfig([block('upstream', [name], [directive('server', server, 'max_fails=0')])]),
        },
      ];
    });
}

function location(nodename: string, upstream: string) {
  return block(
    'location',
    ['^~', haproxyPath(nodename)],
    [directive('proxy_pass', `http://${upstream}`), directive('proxy_connect_timeout', 1)],
  );
}
