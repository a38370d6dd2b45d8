import { expect, it } from 'vitest';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { DEFAULT_SETTINGS } from '../../../src/install/contract/engine-settings.ts';
import { settingsOf } from '../../../src/install/desired/settings-of.ts';

const host = (vars: string) =>
  parseInventory(`all: { children: { infra: { hosts: { 10.0.0.1: { infra_seq: 1 } } } }, vars: { ${vars} } }`, 'x').hosts[0] ?? null;

it('without a configuration are the same as those of one that says nothing', () => {
  expect(settingsOf(null, null)).toEqual(DEFAULT_SETTINGS);
  expect(settingsOf(host(''), null)).toEqual(DEFAULT_SETTINGS);
});

it('are what the configuration says', () => {
  expect(settingsOf(host('nginx_home: /srv, nginx_data: /data/srv, repo_name: mypkg, repo_remove: false'), 'KEY')).toEqual({
    webRoot: '/srv',
    webData: '/data/srv',
    repoName: 'mypkg',
    repoRemove: false,
    key: 'KEY',
  });
});
