import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { hostsRecord, infraShape } from '../../../src/config/inventory/infra-shape.ts';

const schema = z.object(infraShape);
const accepts = (name: string, value: unknown): boolean => schema.safeParse({ admin_ip: '10.0.0.1', [name]: value }).success;

describe('parameters of INFRA', () => {
  it('have defaults but for the address of the admin host and what is generated', () => {
    const defaults = schema.parse({ admin_ip: '10.0.0.1' });
    const unset = Object.keys(infraShape).filter((name) => !(name in defaults));
    expect(unset.sort()).toEqual(['dns_records', 'grafana_admin_password', 'grafana_view_password', 'infra_seq']);
    expect(schema.safeParse({}).success).toBe(false);
  });

  it('have a port of its own for every component', () => {
    const defaults: Record<string, unknown> = schema.parse({ admin_ip: '10.0.0.1' });
    const ports = Object.entries(defaults).filter(([name]) => name.endsWith('_port'));
    expect(ports.length).toBeGreaterThan(10);
    expect(new Set(ports.map(([, port]) => port)).size).toBe(ports.length);
  });

  it.each<[string, unknown]>([
    ['infra_seq', 0],
    ['infra_seq', 1000],
    ['infra_seq', 1.5],
    ['nginx_sslmode', 'on'],
    ['nginx_users', { 'a:b': 'x' }],
    ['nginx_users', { a: 1 }],
    ['repo_name', '../x'],
    ['exporter_metrics_path', 'metrics'],
    ['exporter_metrics_path', '/a b'],
    ['grafana_pgurl', 'mysql://h/x'],
    ['infra_services', [{ name: 'x' }]],
    ['infra_services', [{ name: 'x', url: '/', colour: 'red' }]],
    ['vmetrics_scrape_interval', '10'],
    ['region', 'mars'],
  ])('%s is refused with %j', (name, value) => {
    expect(accepts(name, value)).toBe(false);
  });

  it.each<[string, unknown]>([
    ['infra_seq', 999],
    ['nginx_users', { 'a@b.test': 'x' }],
    ['grafana_pgurl', ''],
    ['grafana_pgurl', 'postgresql://u:p@h:5432/g'],
    ['infra_services', [{ url: '/x' }]],
  ])('%s is taken with %j', (name, value) => {
    expect(accepts(name, value)).toBe(true);
  });
});

describe('hostsRecord', () => {
  it.each(['10.0.0.1 a', '10.0.0.1  a b.c # note', 'fd00::1 a'])('takes "%s"', (text) => {
    expect(hostsRecord.safeParse(text).success).toBe(true);
  });

  it.each(['10.0.0.1', 'a 10.0.0.1', '10.0.0.999 a', '10.0.0.1 a\n10.0.0.2 b', '10.0.0.1 a;b'])('refuses "%s"', (text) => {
    expect(hostsRecord.safeParse(text).success).toBe(false);
  });
});
