import { expect, it } from 'vitest';
import { infraHosts } from '../../../src/components/kit/infra-hosts.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { desiredOf, WITH_NODE } from '../component-lab.ts';

it('infraHosts are by number, not by address', () => {
  const hosts = infraHosts(desiredOf({ hosts: '10.10.10.10: { infra_seq: 2 }, 10.10.10.11: { infra_seq: 1 }' }));
  expect(hosts.map(({ address, infraSeq }) => [address, infraSeq])).toEqual([
    ['10.10.10.11', 1],
    ['10.10.10.10', 2],
  ]);
});

it('infraHosts leave out hosts outside INFRA', () => {
  expect(infraHosts(desiredOf({ inventory: parseInventory(WITH_NODE, 'x') })).map(({ address }) => address)).toEqual(['10.10.10.10']);
});
