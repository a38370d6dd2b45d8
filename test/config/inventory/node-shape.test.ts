import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { infraShape } from '../../../src/config/inventory/infra-shape.ts';
import { LEFT_TO_PIGSTY, nodeShape, OUR_PREFIXES } from '../../../src/config/inventory/node-shape.ts';

const schema = z.object(nodeShape);
const accepts = (name: string, value: unknown): boolean => schema.safeParse({ [name]: value }).success;

describe('parameters of NODE', () => {
  it('have defaults but for what depends on the host and what is generated', () => {
    const defaults = schema.parse({});
    const unset = Object.keys(nodeShape).filter((name) => !(name in defaults));
    expect(unset.sort()).toEqual(['haproxy_admin_password', 'node_default_etc_hosts', 'node_dns_servers', 'node_ntp_servers', 'nodename']);
  });

  it.each<[string, unknown]>([
    ['node_ntp_servers', ['server a\nallow all']],
    ['node_ntp_servers', ['allow all']],
    ['node_dns_options', ['a b; c']],
    ['node_dns_method', 'replace'],
    ['node_sysctl_params', { 'net.x': 'a\nb' }],
    ['node_sysctl_params', { nodots: '1' }],
    ['node_etc_hosts', ['10.0.0.1']],
    ['node_firewall_intranet', ['10.0.0.0/64']],
    ['nodename', 'a b'],
    ['vector_log_endpoint', ['ftp://h']],
    ['haproxy_admin_username', 'a b'],
  ])('%s is refused with %j', (name, value) => {
    expect(accepts(name, value)).toBe(false);
  });

  it.each<[string, unknown]>([
    ['node_ntp_servers', ['pool pool.test iburst', 'refclock PHC /dev/ptp0']],
    ['node_dns_options', ['options timeout:1 rotate']],
    ['node_sysctl_params', { 'net.core.somaxconn': 1024, 'net.ipv4.tcp_rmem': '4096 87380 6291456' }],
    ['vector_log_endpoint', ['infra', 'https://logs.test:9428/x']],
  ])('%s is taken with %j', (name, value) => {
    expect(accepts(name, value)).toBe(true);
  });
});

describe('names left to Pigsty', () => {
  it('are none we read ourselves', () => {
    expect([...LEFT_TO_PIGSTY].filter((name) => name in nodeShape || name in infraShape)).toEqual([]);
    expect(LEFT_TO_PIGSTY.has('node_tune')).toBe(true);
  });

  it.each([
    ['nginx_prot', true],
    ['node_x', true],
    ['pg_version', false],
    ['my_nginx_port', false],
  ])('%s would be taken for a slip: %s', (name, isOurs) => {
    expect(OUR_PREFIXES.test(name)).toBe(isOurs);
  });
});
