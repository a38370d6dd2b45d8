/** /etc/nginx/nginx.conf. The distribution's own sites are not included. */
import { block, directive, type NginxNode } from '../../template/nginx-config.ts';

/** The main configuration, workers running as `user`. */
export function mainConfig(user: string): NginxNode[] {
  return [
    directive('user', user),
    directive('worker_processes', 'auto'),
    directive('worker_rlimit_nofile', 65_535),
    directive('error_log', '/var/log/nginx/error.log', 'warn'),
    directive('pid', '/run/nginx.pid'),
    block('events', [], [directive('worker_connections', 2048), directive('multi_accept', 'on')]),
    block(
      'http',
      [],
      [
        directive('include', '/etc/nginx/mime.types'),
        directive('default_type', 'application/octet-stream'),
        directive('access_log', '/var/log/nginx/access.log', 'combined'),
        directive('client_max_body_size', '400m'),
        directive('sendfile', 'on'),
        directive('tcp_nopush', 'on'),
        directive('tcp_nodelay', 'on'),
        directive('gzip', 'on'),
        directive('server_tokens', 'off'),
        // Redirects name a path, not an address: behind a forwarded port nginx does not know which port the browser uses.
        directive('absolute_redirect', 'off'),
        directive('keepalive_timeout', 65),
        directive('server_names_hash_bucket_size', 512),
        directive('include', '/etc/nginx/conf.d/*.conf'),
      ],
    ),
  ];
}
