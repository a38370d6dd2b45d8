import { describe, expect, it } from 'vitest';
import {
  acmeLocation,
  authDirectives,
  forwardedHeaders,
  listenDirectives,
  rawConfig,
  tlsDirectives,
  websocketDirectives,
} from '../../../src/components/nginx/server-directives.ts';
import { formatNginxConfig } from '../../../src/template/nginx-config.ts';
import { desiredOf } from '../component-lab.ts';

describe('listenDirectives', () => {
  it('has IPv6 only where the inventory uses it', () => {
    expect(formatNginxConfig(listenDirectives(desiredOf(), 80, 'default_server'))).toBe('listen 80 default_server;\n');
    expect(formatNginxConfig(listenDirectives(desiredOf({ hosts: '"fd00::10": { infra_seq: 1 }' }), 80))).toBe(
      'listen 80;\nlisten [::]:80;\n',
    );
  });
});

describe('tlsDirectives', () => {
  it('take nothing older than TLS 1.2, with the certificate of this host', () => {
    const text = formatNginxConfig(tlsDirectives(desiredOf(), {}));
    expect(text).toContain('ssl_protocols TLSv1.2 TLSv1.3;\n');
    expect(text).toContain('ssl_certificate /etc/nginx/conf.d/cert/pigsty.crt;\nssl_certificate_key /etc/nginx/conf.d/cert/pigsty.key;\n');
  });

  it('take the operator’s own certificate', () => {
    expect(formatNginxConfig(tlsDirectives(desiredOf(), { cert: '/etc/a.crt', key: '/etc/a.key' }))).toContain(
      'ssl_certificate /etc/a.crt;\nssl_certificate_key /etc/a.key;\n',
    );
  });
});

it('authDirectives ask for a password of nginx_users', () => {
  expect(formatNginxConfig(authDirectives('Our "home"'))).toBe(
    'auth_basic "Our \\"home\\"";\nauth_basic_user_file /etc/nginx/.htpasswd;\n',
  );
});

it('acmeLocation serves challenges from its own directory, without a password', () => {
  expect(formatNginxConfig([acmeLocation(desiredOf({ vars: 'nginx_home: /srv' }))])).toBe(
    'location ^~ /.well-known/acme-challenge/ {\n    auth_basic off;\n    root /srv/acme;\n    try_files $uri =404;\n}\n',
  );
});

it('rawConfig is the operator’s text, or nothing', () => {
  expect(formatNginxConfig(rawConfig({ config: 'return 200;\n' }))).toBe('return 200;\n');
  expect(rawConfig({ config: ' \n' })).toEqual([]);
  expect(rawConfig({})).toEqual([]);
});

it('forwardedHeaders tell an application who asked, and how', () => {
  const text = formatNginxConfig(forwardedHeaders());
  for (const header of ['X-Real-IP $remote_addr', 'X-Forwarded-For $proxy_add_x_forwarded_for', 'X-Forwarded-Proto $scheme']) {
    expect(text).toContain(`proxy_set_header ${header};\n`);
  }
});

it('websocketDirectives let a connection be upgraded', () => {
  expect(formatNginxConfig(websocketDirectives())).toContain(
    'proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection upgrade;\n',
  );
});
