import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readInput, readSource, selectionOf } from '../../../src/cli/install/install-source.ts';
import { SERVICES } from '../../../src/components/services.ts';
import { parseInventory } from '../../../src/config/inventory/inventory.ts';
import { scratchDir, writeToy } from '../../lab/upstreams/bundle-lab.ts';
import { commandContext } from '../../support/command-context.ts';
import { FakeHost } from '../../support/fake-host.ts';

describe('what an installation is made from', () => {
  it('a bundle has to be named', async () => {
    await expect(readSource({}, null, commandContext())).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('a key that was named has to be there and to be one', async () => {
    const cwd = await scratchDir();
    await writeFile(join(cwd, 'key.asc'), 'no key');
    for (const key of ['none.asc', 'key.asc'])
      await expect(readSource({ offline: 'x.tgz', key }, null, commandContext({ cwd }))).rejects.toMatchObject({ code: 'KEY_UNUSABLE' });
  });

  it('warns of what the configuration says in vain', async () => {
    const cwd = await scratchDir();
    await writeToy(cwd);
    const inventory = {
      ...parseInventory('all: { children: { infra: { hosts: { 10.0.0.1: { infra_seq: 1 } } } } }', 'x'),
      warnings: ['in vain'],
    };
    const context = commandContext({ cwd });
    await readSource({ offline: 'toy.tgz' }, inventory, context);
    expect(context.events).toEqual([{ type: 'warning', code: 'CONFIG', message: 'in vain' }]);
  });

  it('the components of this program, the choices of the person, and how to go on', async () => {
    const cwd = await scratchDir();
    const { path, index } = await writeToy(cwd);
    const open = { host: new FakeHost(), isLocal: true, hostname: null, inventory: null };
    const input = await readInput({ offline: 'toy.tgz', yes: true, skip: ['grafana'] }, open, commandContext({ cwd }));
    expect(input).toMatchObject({ services: SERVICES, replace: true, selection: { skip: ['grafana'] }, command: { offline: path } });
    expect(input.bundle.index.id).toBe(index.id);
  });
});

it('a selection says only what was said', () => {
  expect(selectionOf({})).toEqual({});
  expect(selectionOf({ only: ['a'] })).toEqual({ only: ['a'] });
});
