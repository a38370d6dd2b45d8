/** Directives the home server and the servers of other portal entries share. */
import type { PortalEntry } from '../../config/inventory/portal.ts';
import type { Desired } from '../../install/contract/desired.ts';
import { block, directive, type NginxNode, withVariables } from '../../template/nginx-config.ts';

export const CERTIFICATE_DIRECTORY = '/etc/nginx/conf.d/cert';
export const HTPASSWD = '/etc/nginx/.htpasswd';

/** `listen` for one port. IPv6 only where the inventory uses it: nginx does not start with it on a host that has none. */
export function listenDirectives(desired: Desired, port: number, ...flags: readonly string[]): NginxNode[] {
  const usesIpv6 = desired.hosts.some((host) => host.address.includes(':'));
  return [directive('listen', port, ...flags), ...(usesIpv6 ? [directive('listen', `[::]:${port}`, ...flags)] : [])];
}

/** TLS with a certificate, nothing older than TLS 1.2 (https://ssl-config.mozilla.org, "intermediate"). */
export function tlsDirectives(desired: Desired, entry: PortalEntry, ...flags: readonly string[]): NginxNode[] {
  const { cert, key } = certificateOf(entry);
  return [
    ...listenDirectives(desired, desired.params.nginx_ssl_port, 'ssl', ...flags),
    directive('ssl_certificate', cert),
    directive('ssl_certificate_key', key),
    directive('ssl_session_timeout', '5m'),
    directive('ssl_protocols', 'TLSv1.2', 'TLSv1.3'),
    directive(
      'ssl_ciphers',
      'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305',
    ),
    directive('ssl_prefer_server_ciphers', 'off'),
  ];
}

/** The operator's own files, or the one certificate of this host that has every portal name. */
function certificateOf(entry: PortalEntry): { cert: string; key: string } {
  if (entry.cert !== undefined && entry.key !== undefined) return { cert: entry.cert, key: entry.key };
  return { cert: `${CERTIFICATE_DIRECTORY}/pigsty.crt`, key: `${CERTIFICATE_DIRECTORY}/pigsty.key` };
}

/** Password protection with the users of `nginx_users`. */
export function authDirectives(realm: string): NginxNode[] {
  return [directive('auth_basic', realm), directive('auth_basic_user_file', HTPASSWD)];
}

/** Where ACME looks for its challenge files. */
export function acmeLocation(desired: Desired): NginxNode {
  return block(
    'location',
    ['^~', '/.well-known/acme-challenge/'],
    [
      directive('auth_basic', 'off'),
      directive('root', `${desired.params.nginx_home}/acme`),
      directive('try_files', withVariables('$uri'), '=404'),
    ],
  );
}

/** The operator's own text, last. */
export function rawConfig(entry: PortalEntry): NginxNode[] {
  return entry.config === undefined || entry.config.trim() === '' ? [] : [{ raw: entry.config }];
}

/** Headers every proxied application gets. */
export function forwardedHeaders(): NginxNode[] {
  return [
    directive('proxy_set_header', 'X-Real-IP', withVariables('$remote_addr')),
    directive('proxy_set_header', 'X-Forwarded-For', withVariables('$proxy_add_x_forwarded_for')),
    directive('proxy_set_header', 'X-Forwarded-Proto', withVariables('$scheme')),
  ];
}

/** Lets a connection become a websocket. */
export function websocketDirectives(): NginxNode[] {
  return [
    directive('proxy_http_version', '1.1'),
    directive('proxy_set_header', 'Upgrade', withVariables('$http_upgrade')),
    directive('proxy_set_header', 'Connection', 'upgrade'),
  ];
}
