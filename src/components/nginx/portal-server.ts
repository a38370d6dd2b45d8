/** Servers of portal entries other than home: an application behind a name (`endpoint`) or files (`path`). */
import type { PortalEntry } from '../../config/inventory/portal.ts';
import type { Desired } from '../../install/contract/desired.ts';
import { block, directive, type NginxNode, withVariables } from '../../template/nginx-config.ts';
import { portalNames } from '../kit/portal-names.ts';
import {
  acmeLocation,
  authDirectives,
  forwardedHeaders,
  listenDirectives,
  rawConfig,
  tlsDirectives,
  websocketDirectives,
} from './server-directives.ts';

/** Text of conf.d/<entry>.conf as data. `path` wins over `endpoint`, as in Pigsty. */
export function portalServer(desired: Desired, name: string, entry: PortalEntry): NginxNode[] {
  const { params } = desired;
  const hasTls = params.nginx_sslmode !== 'disable';
  // Without TLS there is nothing to enforce: the entry is served over plain HTTP.
  const isEnforced = hasTls && (params.nginx_sslmode === 'enforce' || entry.enforce_https === true);
  const log = entry.log ?? (entry.path === undefined ? `${name}.log` : null);
  const server = block(
    'server',
    [],
    [
      directive('server_name', ...portalNames(entry)),
      ...(isEnforced ? [] : listenDirectives(desired, params.nginx_port)),
      ...(hasTls ? tlsDirectives(desired, entry) : []),
      ...(log === null ? [] : [directive('access_log', `/var/log/nginx/${log}`, 'combined')]),
      ...(entry.auth === true ? authDirectives(entry.realm ?? `Auth ${name}`) : []),
      ...(entry.certbot === undefined ? [] : [acmeLocation(desired)]),
      entry.path === undefined ? proxyLocation(name, entry) : filesLocation(entry.path, entry.index ?? false),
      ...rawConfig(entry),
    ],
  );
  return [...(entry.path === undefined ? [upstream(name, entry)] : []), server, ...(isEnforced ? [redirectServer(desired, entry)] : [])];
}

function upstream(name: string, entry: PortalEntry): NginxNode {
  return block('upstream', [name], [directive('server', entry.endpoint ?? '', 'max_fails=0')]);
}

function proxyLocation(name: string, entry: PortalEntry): NginxNode {
  return block(
    'location',
    ['/'],
    [
      directive('proxy_pass', `${entry.scheme ?? entry.schema ?? 'http'}://${name}/`),
      directive('proxy_set_header', 'Host', withVariables('$host')),
      directive('proxy_set_header', 'X-Real-Scheme', withVariables('$scheme')),
      ...forwardedHeaders(),
      directive('proxy_connect_timeout', 5),
      directive('proxy_read_timeout', '120s'),
      directive('proxy_next_upstream', 'error'),
      directive('proxy_buffering', 'off'),
      directive('proxy_request_buffering', 'off'),
      ...(entry.websocket === true ? websocketDirectives() : []),
    ],
  );
}

function filesLocation(path: string, isListed: boolean): NginxNode {
  return block(
    'location',
    ['/'],
    [
      directive('root', path),
      directive('index', 'index.html'),
      directive('autoindex', isListed ? 'on' : 'off'),
      ...(isListed
        ? [directive('autoindex_exact_size', 'on'), directive('autoindex_localtime', 'on'), directive('autoindex_format', 'html')]
        : []),
      directive('sendfile', 'on'),
      directive('tcp_nopush', 'on'),
    ],
  );
}

/** Over plain HTTP there is only a redirect, and the ACME challenges. */
function redirectServer(desired: Desired, entry: PortalEntry): NginxNode {
  const { nginx_port: port, nginx_ssl_port: sslPort } = desired.params;
  const target = withVariables(`https://$host${sslPort === 443 ? '' : `:${sslPort}`}$request_uri`);
  return block(
    'server',
    [],
    [
      directive('server_name', ...portalNames(entry)),
      ...listenDirectives(desired, port),
      ...(entry.certbot === undefined ? [] : [acmeLocation(desired)]),
      block('location', ['/'], [directive('return', 301, target)]),
    ],
  );
}
