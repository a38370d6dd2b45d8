import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { addressOf, parseAddress, withHost } from '../../../src/cli/install/connection.ts';
import { type Inventory, parseInventory } from '../../../src/config/inventory/inventory.ts';
import { scratchDir } from '../../lab/upstreams/bundle-lab.ts';
import { commandContext } from '../../support/command-context.ts';
import { FakeHost } from '../../support/fake-host.ts';

const local = vi.hoisted(() => ({ host: null as unknown }));
vi.mock('../../../src/host/local.ts', () => ({ localHost: () => local.host }));
const parsed = vi.hoisted(() => ({ times: 0 }));
vi.mock('../../../src/config/inventory/inventory.ts', async (original) => {
  const real = await original<typeof import('../../../src/config/inventory/inventory.ts')>();
  const counting: typeof real.parseInventory = (...given) => {
    parsed.times += 1;
    return real.parseInventory(...given);
  };
  return { ...real, parseInventory: counting };
});

let host: FakeHost;
beforeEach(() => {
  host = new FakeHost();
  local.host = host;
  parsed.times = 0;
});

describe('an address', () => {
  it.each([
    ['h', { user: 'root', hostname: 'h', port: 22 }],
    ['bob@h.example.test:2222', { user: 'bob', hostname: 'h.example.test', port: 2222 }],
    ['10.0.0.1:22022', { user: 'root', hostname: '10.0.0.1', port: 22022 }],
    ['[fd00::1]:2222', { user: 'root', hostname: 'fd00::1', port: 2222 }],
    ['bob@fd00::1', { user: 'bob', hostname: 'fd00::1', port: 22 }],
  ])('%s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  it.each(['', 'a b', 'user@', '@h', 'h:', 'h:123456', 'h;rm', '-oProxyCommand=x y', 'ssh://h'])('%j is none', (text) => {
    expect(() => parseAddress(text)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });
});

describe('which host is meant', () => {
  const inventory = (more: string): Inventory =>
    parseInventory(`all: { children: { infra: { hosts: { 10.0.0.1: { infra_seq: 1 ${more} } } } }, vars: { admin_ip: 10.0.0.1 } }`, 'x');
  const context = commandContext({ cwd: '/work', env: { HOME: '/home/bob', USER: 'bob' } });

  it('this machine, when nobody says anything', () => {
    expect(addressOf({}, null, context)).toBeNull();
  });

  it('this machine, when the configuration says that it is the admin host', () => {
    expect(addressOf({}, inventory(', ansible_connection: local'), context)).toBeNull();
  });

  it('the admin host of the configuration, as it says it is reached', () => {
    const more = ', ansible_host: far.example.test, ansible_port: 2222, ansible_user: admin, ansible_ssh_private_key_file: ~/key';
    expect(addressOf({}, inventory(more), context)).toEqual({
      hostname: 'far.example.test',
      port: 2222,
      user: 'admin',
      keyFiles: ['/home/bob/key'],
    });
  });

  it('as whoever we are when the configuration names nobody', () => {
    expect(addressOf({}, inventory(''), context)).toMatchObject({ user: 'bob', hostname: '10.0.0.1' });
  });

  it('the one of --host before that of the configuration', () => {
    expect(addressOf({ host: 'h' }, inventory(', ansible_port: 2222'), context)).toMatchObject({ user: 'root', hostname: 'h', port: 22 });
  });
});

describe('opening', () => {
  it('closes the host when the work is done, and when it failed', async () => {
    expect(await withHost({}, commandContext(), async (open) => [open.isLocal, open.inventory])).toEqual([true, null]);
    expect(host.isClosed).toBe(true);
    host.isClosed = false;
    await expect(withHost({}, commandContext(), () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(host.isClosed).toBe(true);
  });

  it('reads the configuration once, and hands it on', async () => {
    const cwd = await scratchDir();
    const text =
      'all: { children: { infra: { hosts: { 10.0.0.1: { infra_seq: 1, ansible_connection: local } } } }, vars: { admin_ip: 10.0.0.1 } }';
    await writeFile(join(cwd, 'pigsty.yml'), text);
    const hosts = await withHost({ config: 'pigsty.yml' }, commandContext({ cwd }), async ({ inventory }) => inventory?.hosts.length);
    expect([hosts, parsed.times]).toEqual([1, 1]);
  });
});
