import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { withLease } from '../../src/host/lease.ts';
import { localHost } from '../../src/host/local.ts';
import { readLease } from '../../src/host/read-lease.ts';
import { recorder, SOME_OPERATOR } from '../support/some-input.ts';

it('tells who holds a host and how long they were silent, and nobody before and after', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'pigsty-lease-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const [host, lock, owner] = [localHost(), join(directory, 'lock'), { doing: 'install', ...SOME_OPERATOR }];
  expect(await readLease(host, lock, false)).toBeNull();
  await withLease(host, { lock, owner, privileged: false }, recorder(), async () => {
    utimesSync(`${lock}.owner`, 0, 0);
    const held = await readLease(host, lock, false);
    expect(held?.owner).toEqual(owner);
    expect(held?.silentSec).toBeGreaterThan(1_000_000_000);
  });
  expect(await readLease(host, lock, false)).toBeNull();
});
