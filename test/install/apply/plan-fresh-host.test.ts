import { expect, it } from 'vitest';
import { SERVICES } from '../../../src/components/services.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { planFreshHost } from '../../../src/install/apply/plan-fresh-host.ts';
import { labAssets } from '../../support/desired-lab.ts';
import { someBundle } from '../../support/some-input.ts';

const source = { bundle: someBundle({ assets: labAssets() }), trust: null, keyText: null };

it('plans for an address that nobody has when there is no configuration', async () => {
  const { plan, address, settings } = await planFreshHost({ ...source, inventory: null }, SERVICES, {}, 1_800_000_000);
  expect(address).toBe('192.0.2.10');
  expect(settings.repoName).toBe('pigsty');
  expect(plan.steps.filter(({ step, why }) => step.kind === 'packages' && why.length > 0).length).toBeGreaterThan(0);
});

it('takes address and settings from the configuration', async () => {
  const text = 'all: { children: { infra: { hosts: { 10.0.0.1: { infra_seq: 1 } } } }, vars: { admin_ip: 10.0.0.1, repo_name: mypkg } }';
  const inventory = parseInventory(text, 'pigsty.yml');
  const { plan, address, settings } = await planFreshHost({ ...source, inventory }, SERVICES, {}, 1_800_000_000);
  expect([address, settings.repoName]).toEqual(['10.0.0.1', 'mypkg']);
  expect(plan.steps.map(({ key }) => key)).toContain('path:/etc/apt/sources.list.d/mypkg-local.sources');
});
