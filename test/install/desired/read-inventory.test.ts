import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readInventory } from '../../../src/install/desired/read-inventory.ts';
import { scratchDir } from '../../lab/upstreams/bundle-lab.ts';

async function read(text: string) {
  const file = join(await scratchDir(), 'pigsty.yml');
  await writeFile(file, text);
  return readInventory(file);
}

it('reads pigsty.yml', async () => {
  const inventory = await read('all: { children: { infra: { hosts: { 10.0.0.1: { infra_seq: 1 } } } } }');
  expect(inventory.hosts.map(({ address }) => address)).toEqual(['10.0.0.1']);
});

it('of no file says so, and what may be done', async () => {
  await expect(readInventory('/nowhere/pigsty.yml')).rejects.toMatchObject({
    code: 'CONFIG_MISSING',
    hint: expect.stringContaining('--config'),
  });
});

it('a file far too large is none', async () => {
  const file = join(await scratchDir(), 'pigsty.yml');
  await writeFile(file, '');
  await truncate(file, 17 * 1024 * 1024);
  await expect(readInventory(file)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
