/**
 * The home server: answers for every name and address no other server has, over plain HTTP and TLS, so that package managers reach
 * the repository by address. Repository, CA certificate and ACME challenges need no password: hosts fetch them before they know any.
 */
import type { PortalEntry } from '../../config/inventory/portal.ts';
import type { Desired } from '../../install/contract/desired.ts';
import { block, directive, type NginxNode } from '../../template/nginx-config.ts';
import { portalNames } from '../kit/portal-names.ts';
import { mountLocations } from './mount-locations.ts';
import { acmeLocation, authDirectives, listenDirectives, rawConfig, tlsDirectives } from './server-directives.ts';

/** Text of conf.d/home.conf as data. */
export function homeServer(desired: Desired, entry: PortalEntry): NginxNode[] {
  const { params } = desired;
  const root = entry.path ?? params.nginx_home;
  return [
    directive('include', '/etc/nginx/conf.d/haproxy/upstream-*.conf'),
    block(
      'server',
      [],
      [
        directive('server_name', ...portalNames(entry)),
        ...listenDirectives(desired, params.nginx_port, 'default_server'),
        ...(params.nginx_sslmode === 'disable' ? [] : tlsDirectives(desired, entry, 'default_server')),
        directive('root', root),
        directive('charset', 'utf-8'),
        directive('proxy_buffering', 'off'),
        directive('proxy_request_buffering', 'off'),
        directive('error_page', 404, '/404.html'),
        ...(entry.auth === true ? authDirectives(entry.realm ?? 'Pigsty Home Auth') : []),
        ...mountLocations(desired),
        directive('include', '/etc/nginx/conf.d/haproxy/location-*.conf'),
        ...(entry.certbot === undefined ? [] : [acmeLocation(desired)]),
        ...(params.nginx_exporter_enabled ? [statusLocation()] : []),
        ...repositoryLocations(desired),
        ...pageLocations(entry),
        ...rawConfig(entry),
      ],
    ),
  ];
}

/** For the exporter on this host, and nobody else. */
function statusLocation(): NginxNode {
  return block(
    'location',
    ['=', '/nginx'],
    [
      directive('stub_status'),
      directive('access_log', 'off'),
      directive('auth_basic', 'off'),
      directive('allow', '127.0.0.1'),
      directive('allow', '::1'),
      directive('deny', 'all'),
    ],
  );
}

function repositoryLocations(desired: Desired): NginxNode[] {
  const open = [directive('root', desired.params.nginx_home), directive('auth_basic', 'off')];
  const listing = [directive('autoindex', 'on'), directive('autoindex_exact_size', 'off'), directive('autoindex_localtime', 'on')];
  const plain = [directive('default_type', 'text/plain')];
  const name = desired.params.repo_name;
  return [
    block('location', [`/${name}`], [...open, ...listing]),
    // A bundle calls these two so whatever its repository is called on the host.
    block('location', ['=', '/pigsty.repo'], [...open, ...plain]),
    block('location', ['=', '/pigsty.sources'], [...open, ...plain]),
    block('location', ['=', '/ca.crt'], [...open, directive('default_type', 'application/x-x509-ca-cert')]),
  ];
}

/** Pages ask for the password when there is one; files below the root only while they are not listed, as in Pigsty. */
function pageLocations(entry: PortalEntry): NginxNode[] {
  const isListed = entry.index ?? true;
  const page = (uri: string, file: string): NginxNode =>
    block('location', ['=', uri], [directive('default_type', 'text/html'), directive('try_files', file, '=404')]);
  return [
    page('/zh', '/zh.html'),
    page('/pev', '/pev.html'),
    block('location', ['=', '/404.html'], [directive('internal'), directive('auth_basic', 'off')]),
    page('/', '/index.html'),
    page('/index.html', '/index.html'),
    block(
      'location',
      ['/'],
      [
        directive('index', 'index.html'),
        directive('autoindex', isListed ? 'on' : 'off'),
        ...(isListed
          ? [directive('autoindex_exact_size', 'off'), directive('autoindex_localtime', 'on'), directive('auth_basic', 'off')]
          : []),
      ],
    ),
  ];
}
