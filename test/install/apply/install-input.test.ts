import { describe, expect, it } from 'vitest';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { installInput, ownAddresses } from '../../../src/install/apply/install-input.ts';
import { FakeHost } from '../../support/fake-host.ts';
import { SOME_OPERATOR, someBundle } from '../../support/some-input.ts';

const inventory = parseInventory(
  'all: { children: { infra: { hosts: { 10.0.0.1: { infra_seq: 1 }, 10.0.0.2: { infra_seq: 2 } } } }, vars: { admin_ip: 10.0.0.1, repo_name: mypkg } }',
  'pigsty.yml',
);
const choices = { services: [], selection: {}, replace: false, command: {}, operator: SOME_OPERATOR, nowSec: 1_800_000_000 };

function input(hostname: string | null, given = true) {
  const source = { bundle: someBundle(), trust: null, keyText: 'KEY', inventory: given ? inventory : null };
  return installInput(source, { host: new FakeHost(), isLocal: hostname === null, hostname }, choices);
}

describe('what an installation is made from', () => {
  it('takes its settings from the admin host of the configuration', () => {
    expect(input('10.0.0.1').settings).toMatchObject({ repoName: 'mypkg', key: 'KEY' });
  });

  it('has the defaults without a configuration', () => {
    expect(input('10.0.0.9', false).settings).toMatchObject({ repoName: 'pigsty', webRoot: '/www' });
  });

  it.each(['10.0.0.2', null])('is refused when the host that was opened is another one: %s', (hostname) => {
    expect(() => input(hostname)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
  });
});

it('this machine has a loopback address', () => {
  expect(ownAddresses()).toContain('127.0.0.1');
});
