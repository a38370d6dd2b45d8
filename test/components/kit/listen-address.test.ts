import { describe, expect, it } from 'vitest';
import { bracketed, infraListen, infraTarget, listenHost, nodeListen, nodeTarget } from '../../../src/components/kit/listen-address.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { labFacts } from '../../support/desired-lab.ts';
import { desiredOf, TWO_INFRA_HOSTS, WITH_NODE } from '../component-lab.ts';

const alone = desiredOf();
const two = desiredOf({ hosts: TWO_INFRA_HOSTS });
const withNode = desiredOf({ inventory: parseInventory(WITH_NODE, 'x') });
const six = desiredOf({ hosts: '"fd00::10": { infra_seq: 1 }, "fd00::11": { infra_seq: 2 }' });

describe('a component of an INFRA host', () => {
  it.each([
    ['a host alone', alone, '127.0.0.1:1', '127.0.0.1:1'],
    ['one INFRA host among others', withNode, '127.0.0.1:1', '127.0.0.1:1'],
    ['several INFRA hosts', two, ':1', '10.10.10.10:1'],
    ['several INFRA hosts with IPv6', six, ':1', '[fd00::10]:1'],
  ])('listens for %s where it is asked', (_, desired, listen, target) => {
    expect(infraListen(desired, 1)).toBe(listen);
    expect(infraTarget(desired, desired.host, 1)).toBe(target);
  });
});

describe('an agent of every host', () => {
  it.each([
    ['a host alone', alone, ['10.10.10.10'], '127.0.0.1:1', '127.0.0.1:1'],
    ['one of several hosts', withNode, ['10.10.10.10'], '10.10.10.10:1', '10.10.10.10:1'],
    ['a host without its address, as behind NAT', withNode, [], ':1', '10.10.10.10:1'],
    ['one of several with IPv6', six, ['fd00::10'], '[fd00::10]:1', '[fd00::10]:1'],
  ])('listens on %s where it is asked', (_, desired, addresses, listen, target) => {
    expect(nodeListen(desired, labFacts({ addresses }), 1)).toBe(listen);
    expect(nodeTarget(desired, desired.host, 1)).toBe(target);
  });
});

it.each([
  ['10.0.0.1:80', '10.0.0.1'],
  ['[fd00::1]:80', 'fd00::1'],
  [':80', '127.0.0.1'],
])('listenHost of %s is %s', (listen, host) => {
  expect(listenHost(listen)).toBe(host);
});

it.each([
  ['10.0.0.1', '10.0.0.1'],
  ['fd00::1', '[fd00::1]'],
])('bracketed %s is %s', (address, written) => {
  expect(bracketed(address)).toBe(written);
});
