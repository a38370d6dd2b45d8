import { describe, expect, it } from 'vitest';
import { componentMounts } from '../../../src/components/kit/component-mounts.ts';
import { nginx } from '../../../src/components/nginx/nginx.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import type { Probe, ServicePlan } from '../../../src/install/contract/declaration.ts';
import { TEXT_PKI } from '../../support/desired-lab.ts';
import {
  commandIds,
  desiredOf,
  fileOf,
  maybePlanOf,
  OFF,
  ON,
  pathsOf,
  planOf,
  stepsOf,
  textOf,
  unitOf,
  WITH_NODE,
  without,
} from '../component-lab.ts';

function probe(plan: ServicePlan, id: string): Probe {
  const found = plan.probes?.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no probe ${id}`);
  return found;
}

describe('nginx', () => {
  it('has every file checked together before any server sees it', () => {
    const [check, ...more] = stepsOf(planOf(nginx).steps, 'check');
    expect(more).toEqual([]);
    expect(check?.argv).toEqual(['/usr/sbin/nginx', '-t', '-q']);
    const covered = pathsOf(planOf(nginx)).filter((path) => path.startsWith('/etc/nginx/'));
    expect(covered.length).toBeGreaterThan(3);
    for (const path of covered) expect(check?.covers.some((one) => path === one || (one.endsWith('/') && path.startsWith(one)))).toBe(true);
  });

  it('has a file for every portal entry with a domain, and the packaged default server is gone', () => {
    const vars = 'infra_portal: { home: { domain: i.pigsty }, x: { domain: x.test, path: /x }, note: { endpoint: "10.0.0.1:80" } }';
    const plan = planOf(nginx, { vars });
    const servers = pathsOf(plan).filter((path) => /^\/etc\/nginx\/conf\.d\/[^/]+\.conf$/.test(path));
    expect(servers).toEqual(['/etc/nginx/conf.d/home.conf', '/etc/nginx/conf.d/x.conf']);
    expect(stepsOf(plan.steps, 'absent').map(({ path }) => path)).toEqual(['/etc/nginx/conf.d/default.conf']);
    const named = planOf(nginx, { vars: vars.replace('x: {', 'default: {') });
    expect(stepsOf(named.steps, 'absent')).toEqual([]);
  });

  it('keeps keys and passwords for itself', () => {
    const plan = planOf(nginx);
    expect(fileOf(plan, '/etc/nginx/.htpasswd')).toMatchObject({ mode: 0o640, group: 'nginx', secret: true });
    expect(fileOf(plan, '/etc/nginx/conf.d/cert/pigsty.key')).toMatchObject({
      mode: 0o640,
      group: 'nginx',
      secret: true,
      content: TEXT_PKI.nginxKey,
    });
    expect(fileOf(plan, '/etc/pigsty/pki/nginx.key')).toMatchObject({ mode: 0o600, secret: true });
  });

  it('serves the CA certificate and the pages from its root', () => {
    const plan = planOf(nginx, { vars: 'nginx_home: /srv/www' });
    expect(textOf(plan, '/srv/www/ca.crt')).toBe(TEXT_PKI.caCert);
    expect(textOf(plan, '/srv/www/index.html')).toContain('<h1>Pigsty</h1>');
  });

  it.each([
    ['none: nothing', {}, []],
    [
      'firewalld: opened now and for good',
      { firewalld: true },
      ['firewalld: keep 80/tcp open', 'firewalld: open 80/tcp', 'firewalld: keep 443/tcp open', 'firewalld: open 443/tcp'],
    ],
    ['ufw', { ufw: true }, ['ufw: open 80/tcp', 'ufw: open 443/tcp']],
    ['SELinux', { selinux: 'enforcing' as const }, ['SELinux: httpd_can_network_connect', 'SELinux: httpd_can_network_relay']],
  ])('with the firewall or policy %s', (_, security, expected) => {
    const facts = {
      security: { selinux: 'absent', semanage: false, firewalld: false, ufw: false, fapolicyd: false, ...security },
    } as const;
    expect(commandIds(planOf(nginx, { facts }))).toEqual(expected);
  });

  it('is stopped when it is switched off, and not there outside INFRA or when the bundle lacks it', () => {
    expect(unitOf(planOf(nginx), 'nginx.service')).toEqual(ON);
    const plan = planOf(nginx, { vars: 'nginx_enabled: false' });
    expect(unitOf(plan, 'nginx.service')).toEqual(OFF);
    expect([plan.probes, plan.ports, plan.urls]).toEqual([undefined, undefined, undefined]);
    expect(maybePlanOf(nginx, { inventory: parseInventory(WITH_NODE, 'x'), host: '10.10.10.20' })).toBeNull();
    expect(maybePlanOf(nginx, { change: without('nginx') })).toBeNull();
  });
});

describe('what others see of nginx', () => {
  it('are its two ports, or one without TLS', () => {
    const ports = (vars: string) => planOf(nginx, { vars }).ports?.map((claim) => claim.port);
    expect(ports('nginx_port: 8080, nginx_ssl_port: 8443')).toEqual([8080, 8443]);
    expect(ports('nginx_sslmode: disable')).toEqual([80]);
  });

  it('is every component through it, which the summary names too', () => {
    const plan = planOf(nginx, { vars: 'nginx_port: 8080' });
    const mounts = componentMounts(desiredOf());
    expect(mounts.length).toBeGreaterThan(0);
    for (const { component, path, health } of mounts) {
      expect(probe(plan, `${component} through nginx`)).toMatchObject({ url: `http://127.0.0.1:8080${path}${health}` });
      expect(plan.urls).toContainEqual({ name: component, url: `http://i.pigsty:8080${path}` });
    }
    expect(plan.urls).toContainEqual({ name: 'Packages', url: 'http://10.10.10.10:8080/pigsty' });
  });

  it('is refused without a password where the portal asks for one, but for what has its own login', () => {
    const plan = planOf(nginx, { vars: 'infra_portal: { home: { domain: i.pigsty, auth: true } }' });
    expect(probe(plan, 'vmetrics through nginx')).toMatchObject({ status: [401] });
    expect(probe(plan, 'grafana through nginx')).not.toHaveProperty('status');
  });

  it('is the home page over TLS by its name, with our CA only', () => {
    expect(probe(planOf(nginx, { vars: 'nginx_ssl_port: 8443' }), 'portal over TLS')).toMatchObject({
      url: 'https://i.pigsty:8443/',
      connect: '127.0.0.1',
      caFile: '/etc/pki/ca.crt',
    });
    const ids = planOf(nginx, { vars: 'nginx_sslmode: disable' }).probes?.map((one) => one.id);
    expect(ids).toContain('portal');
    expect(ids).not.toContain('portal over TLS');
  });

  it('is nothing without a home', () => {
    const plan = planOf(nginx, { vars: 'infra_portal: {}' });
    expect([plan.probes, plan.urls]).toEqual([[], []]);
  });
});
