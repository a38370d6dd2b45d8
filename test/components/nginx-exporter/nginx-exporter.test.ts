import { describe, expect, it } from 'vitest';
import { nginxExporter } from '../../../src/components/nginx-exporter/nginx-exporter.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { maybePlanOf, OFF, optionsOf, planOf, unitOf, WITH_NODE, without } from '../component-lab.ts';

describe('nginxExporter', () => {
  it('reads the status page of the nginx beside it', () => {
    const plan = planOf(nginxExporter, { vars: 'nginx_port: 8080, nginx_exporter_port: 9114' });
    expect(optionsOf(plan, 'nginx_exporter')).toContain(
      '--nginx.scrape-uri=http://127.0.0.1:8080/nginx --web.listen-address=127.0.0.1:9114',
    );
    expect(plan.probes).toMatchObject([{ url: 'http://127.0.0.1:9114/metrics', contains: 'nginx_up' }]);
    expect(plan.ports).toMatchObject([{ port: 9114, holders: ['nginx_exporter'] }]);
  });

  it.each(['nginx_exporter_enabled: false', 'nginx_enabled: false'])('is stopped with %s', (vars) => {
    const plan = planOf(nginxExporter, { vars });
    expect(unitOf(plan, 'nginx_exporter.service')).toEqual(OFF);
    expect([plan.probes, plan.ports]).toEqual([undefined, undefined]);
  });

  it('is only on INFRA hosts, and only when the bundle has it', () => {
    expect(maybePlanOf(nginxExporter, { inventory: parseInventory(WITH_NODE, 'x'), host: '10.10.10.20' })).toBeNull();
    expect(maybePlanOf(nginxExporter, { change: without('nginx_exporter') })).toBeNull();
  });
});
