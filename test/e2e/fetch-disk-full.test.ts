import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/store.ts';
import { lab, mirror, someBytes, wanted } from '../support/fetch-lab.ts';
import { smallDisk } from '../support/small-disk.ts';
import { serve } from '../support/strict-server.ts';

const root = process.getuid?.() === 0;
if (!root) console.warn('skipped: mounting a small tmpfs needs root');

describe.runIf(root)('a store on a disk that is full', () => {
  it('says how much is needed and how much is free, keeps what is whole and goes on when there is room', async () => {
    const dir = await smallDisk('size=4m');
    const store = await openStore(join(dir, 'store'));
    const server = await mirror();
    const [small, large] = [someBytes(1024 * 1024), someBytes(8 * 1024 * 1024)];
    server.plan('/small', serve(small));
    server.plan('/large', serve(large));
    const { fetcher } = await lab({ store });
    await fetcher.fetchBlob(wanted(small, `${server.url}/small`));
    const failing = fetcher.fetchAll([wanted(small, `${server.url}/small`), wanted(large, `${server.url}/large`)]);
    await expect(failing).rejects.toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringMatching(/no room to write .*partial.*8\.0 MiB needed, .* free/),
      hint: expect.stringContaining('PIGSTY_BUNDLE_STORE'),
    });
    execFileSync('mount', ['-o', 'remount,size=32m', dir]);
    const again = await lab({ store });
    expect((await again.fetcher.fetchBlob(wanted(small, `${server.url}/small`))).fromStore).toBe(true);
    await again.fetcher.fetchBlob(wanted(large, `${server.url}/large`));
    expect(server.seen.at(-1)).toMatch(/^\/large bytes=\d{6,}-$/);
    expect(await readdir(join(store.dir, 'partial'))).toEqual([]);
  });

  it('is told apart from one that is read-only', async () => {
    const dir = await smallDisk('size=4m,ro');
    await expect(openStore(join(dir, 'store'))).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
  });
});
