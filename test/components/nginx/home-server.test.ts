import { describe, expect, it } from 'vitest';
import { homeServer } from '../../../src/components/nginx/home-server.ts';
import { formatNginxConfig } from '../../../src/template/nginx-config.ts';
import { type ComponentOptions, desiredOf } from '../component-lab.ts';

function textOf(options: ComponentOptions = {}): string {
  const desired = desiredOf(options);
  return formatNginxConfig(homeServer(desired, desired.params.infra_portal.home ?? {}));
}

/** The lines of a location block, without those of other blocks. */
function location(text: string, head: string): string[] {
  const start = text.indexOf(`    location ${head} {\n`);
  if (start === -1) throw new Error(`no location ${head}`);
  return text
    .slice(start, text.indexOf('    }\n', start))
    .split('\n')
    .slice(1)
    .map((line) => line.trim());
}

describe('homeServer', () => {
  it('answers for every name nobody else has, over plain HTTP and TLS', () => {
    const text = textOf({ vars: 'nginx_port: 8080, nginx_ssl_port: 8443' });
    expect(text).toContain('    listen 8080 default_server;\n    listen 8443 ssl default_server;\n');
    const plain = textOf({ vars: 'nginx_sslmode: disable' });
    expect(plain).toContain('listen 80 default_server;');
    expect(plain).not.toContain('ssl');
  });

  it('leaves repository, CA certificate and challenges open when the portal asks for a password', () => {
    const text = textOf({ vars: 'infra_portal: { home: { domain: i.pigsty, auth: true, realm: Ours, certbot: x } }' });
    expect(text).toContain('\n    auth_basic Ours;\n    auth_basic_user_file /etc/nginx/.htpasswd;\n');
    for (const head of ['/pigsty', '= /pigsty.repo', '= /pigsty.sources', '= /ca.crt', '^~ /.well-known/acme-challenge/']) {
      expect(location(text, head)).toContain('auth_basic off;');
    }
    expect(location(text, '= /')).not.toContain('auth_basic off;');
  });

  it('asks for no password otherwise, and serves no challenges nobody wants', () => {
    expect(textOf()).not.toContain('auth_basic_user_file');
    expect(textOf()).not.toContain('acme-challenge');
  });

  it('serves the repository under its name', () => {
    expect(location(textOf({ vars: 'repo_name: local' }), '/local')).toContain('autoindex on;');
    // The files beside it are called as the bundle calls them, whatever its directory is called.
    for (const name of ['pigsty.repo', 'pigsty.sources'])
      expect(location(textOf({ vars: 'repo_name: local' }), `= /${name}`)).toContain('default_type text/plain;');
  });

  it('shows its status to this host alone, and only to an exporter', () => {
    expect(location(textOf(), '= /nginx')).toEqual(expect.arrayContaining(['stub_status;', 'allow 127.0.0.1;', 'deny all;']));
    expect(textOf({ vars: 'nginx_exporter_enabled: no' })).not.toContain('stub_status');
  });

  it('lists files below its root unless told not to', () => {
    expect(location(textOf(), '/')).toContain('autoindex on;');
    const unlisted = location(textOf({ vars: 'infra_portal: { home: { domain: i.pigsty, index: false } }' }), '/');
    expect(unlisted).toContain('autoindex off;');
    expect(unlisted).not.toContain('auth_basic off;');
  });

  it('takes the operator’s own text, last', () => {
    expect(textOf({ vars: 'infra_portal: { home: { domain: i.pigsty, config: "return 200;" } }' })).toMatch(/\n {4}return 200;\n}\n$/);
  });
});
