import { describe, expect, it } from 'vitest';
import { portalServer } from '../../../src/components/nginx/portal-server.ts';
import { formatNginxConfig } from '../../../src/template/nginx-config.ts';
import { desiredOf } from '../component-lab.ts';

function textOf(entry: string, vars = ''): string {
  const desired = desiredOf({ vars: `${vars}${vars === '' ? '' : ', '}infra_portal: { app: { domain: a.test, ${entry} } }` });
  return formatNginxConfig(portalServer(desired, 'app', desired.params.infra_portal.app ?? {}));
}

describe('portalServer', () => {
  it('leads to an application, and keeps a log of its own', () => {
    const text = textOf('endpoint: "10.0.0.1:9001", scheme: https, websocket: true');
    expect(text).toMatch(/^upstream app \{\n {4}server 10\.0\.0\.1:9001 max_fails=0;\n\}\n/);
    expect(text).toContain('        proxy_pass https://app/;\n');
    expect(text).toContain('proxy_set_header Upgrade $http_upgrade;');
    expect(text).toContain('    access_log /var/log/nginx/app.log combined;\n');
  });

  it('serves files, listed only when told to', () => {
    expect(textOf('path: /srv/files')).toContain('        root /srv/files;\n        index index.html;\n        autoindex off;\n');
    expect(textOf('path: /srv/files, index: true')).toContain('autoindex on;');
    expect(textOf('path: /srv/files, endpoint: "10.0.0.1:80"')).not.toContain('upstream');
  });

  it('answers over plain HTTP and TLS', () => {
    const text = textOf('path: /x, domains: [b.test, a.test]', 'nginx_port: 8080, nginx_ssl_port: 8443');
    expect(text).toContain('    server_name a.test b.test;\n    listen 8080;\n    listen 8443 ssl;\n');
    expect(textOf('path: /x', 'nginx_sslmode: disable')).not.toMatch(/ssl|443/);
  });

  it.each([
    ['enforced for one', 'path: /x, enforce_https: true', ''],
    ['enforced for all', 'path: /x', 'nginx_sslmode: enforce'],
  ])('only says over plain HTTP where to go, when TLS is %s', (_, entry, vars) => {
    const servers = textOf(entry, vars)
      .split(/^server /m)
      .slice(1);
    expect(servers).toHaveLength(2);
    expect(servers[0]).not.toContain('listen 80;');
    expect(servers[1]).toMatch(/listen 80;\n(?:.*\n)* {8}return 301 https:\/\/\$host\$request_uri;\n/);
  });

  it('redirects to the port TLS has, and leaves challenges reachable', () => {
    const text = textOf('path: /x, enforce_https: true, certbot: c', 'nginx_ssl_port: 8443');
    expect(text).toContain('return 301 https://$host:8443$request_uri;');
    expect(text.match(/acme-challenge/g)).toHaveLength(2);
  });

  it('enforces nothing without TLS', () => {
    const text = textOf('path: /x, enforce_https: true', 'nginx_sslmode: disable');
    expect(text).toContain('listen 80;');
    expect(text).not.toContain('return 301');
  });

  it('asks for a password when told to', () => {
    expect(textOf('path: /x, auth: true')).toContain('    auth_basic "Auth app";\n    auth_basic_user_file /etc/nginx/.htpasswd;\n');
    expect(textOf('path: /x')).not.toContain('auth_basic');
  });
});
