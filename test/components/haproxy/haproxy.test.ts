import { describe, expect, it } from 'vitest';
import { AppError } from '../../../src/base/errors.ts';
import { formatHaproxyConfig, haproxy } from '../../../src/components/haproxy/haproxy.ts';
import { commandIds, desiredOf, fileOf, maybePlanOf, OFF, planOf, TWO_INFRA_HOSTS, textOf, unitOf, without } from '../component-lab.ts';

const FIREWALLD = { security: { selinux: 'absent', semanage: false, firewalld: true, ufw: false, fapolicyd: false } } as const;

describe('haproxy', () => {
  it('has a configuration nobody else reads, checked by itself', () => {
    const file = fileOf(planOf(haproxy), '/etc/haproxy/haproxy.cfg');
    expect(file).toMatchObject({ mode: 0o600, secret: true, validate: ['/usr/sbin/haproxy', '-q', '-c', '-f', '{file}'] });
  });

  it('is probed, claimed and opened where it listens', () => {
    const plan = planOf(haproxy, { hosts: TWO_INFRA_HOSTS, vars: 'haproxy_exporter_port: 9201', facts: FIREWALLD });
    expect(plan.probes).toMatchObject([{ url: 'http://10.10.10.10:9201/metrics', contains: 'haproxy_' }]);
    expect(plan.ports).toEqual([{ port: 9201, protocol: 'tcp', address: '10.10.10.10', holders: ['haproxy'] }]);
    expect(commandIds(plan)).toContain('firewalld: open 9201/tcp');
    expect(commandIds(planOf(haproxy, { facts: FIREWALLD }))).toEqual([]);
  });

  it('reads every file of conf.d, where Pigsty puts its services', () => {
    expect(textOf(planOf(haproxy), '/etc/systemd/system/haproxy.service')).toContain(
      'ExecStart=/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg -f /etc/haproxy/conf.d -p /run/haproxy.pid\n',
    );
  });

  it('is stopped when it is switched off, and not there when the bundle lacks it', () => {
    const plan = planOf(haproxy, { vars: 'haproxy_enabled: false' });
    expect(unitOf(plan, 'haproxy.service')).toEqual(OFF);
    expect([plan.probes, plan.ports]).toEqual([undefined, undefined]);
    expect(maybePlanOf(haproxy, { change: without('haproxy') })).toBeNull();
  });
});

describe('formatHaproxyConfig', () => {
  it('serves the admin page below the node’s name, where the portal looks for it', () => {
    const text = formatHaproxyConfig(desiredOf({ hosts: '10.10.10.10: { infra_seq: 1, nodename: a-1 }' }), ':9101', 'haproxy');
    expect(text).toContain('\n    node a-1\n');
    expect(text).toContain('\n    stats uri /haproxy/a-1/\n');
    expect(text).toContain('\n    bind *:9101\n');
  });

  it.each([
    ['generated', '', "'generated3'"],
    ['configured', `haproxy_admin_password: 'a b$c#"d'`, `'a b$c#"d'`],
    ['configured with a quote', `haproxy_admin_password: "it's"`, `'it'\\''s'`],
  ])('takes a password that is %s as it is', (_, vars, quoted) => {
    expect(formatHaproxyConfig(desiredOf({ vars }), ':1', 'haproxy')).toContain(`\n    user admin insecure-password ${quoted}\n`);
  });

  it('refuses a password with a control character', () => {
    const change = (desired: ReturnType<typeof desiredOf>) => ({ ...desired, secrets: { haproxy_admin_password: 'a\nb' } });
    expect(() => formatHaproxyConfig(desiredOf({ change }), ':1', 'haproxy')).toThrow(AppError);
  });
});
